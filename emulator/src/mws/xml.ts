/** An element: its name and either its text or its children. */
export type Element = readonly [name: string, content: string | readonly Element[]];

export const PROLOG = '<?xml version="1.0"?>\n';

/** Two spaces a level, a line for every leaf, lists without members as `<Name/>`: the layout of every recorded answer. */
export function layOut(elements: readonly Element[], depth: number): string {
  return elements.map((element) => line(element, '  '.repeat(depth), depth)).join('');
}

function line([name, content]: Element, indent: string, depth: number): string {
  if (typeof content === 'string') return `${indent}<${name}>${escaped(content)}</${name}>\n`;
  if (content.length === 0) return `${indent}<${name}/>\n`;
  return `${indent}<${name}>\n${layOut(content, depth + 1)}${indent}</${name}>\n`;
}

/** Elements of a record whose absent fields (undefined) are left out. */
export function fields(record: Record<string, string | readonly Element[] | undefined>): Element[] {
  return Object.entries(record).flatMap(([name, content]): Element[] =>
    content === undefined ? [] : [[name, content]],
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
