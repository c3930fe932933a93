/** A piece of HTML that is safe to send: everything put into it as text was escaped on the way. */
export class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

/** What may stand between `${}`: text is escaped, markup is kept, undefined and false leave nothing. */
type Inner = string | number | Markup | undefined | false | readonly Inner[];

/** A tagged template for HTML. Store names, addresses and error texts go in as they are and come out as text. */
export function html(parts: TemplateStringsArray, ...values: Inner[]): Markup {
  return new Markup(parts.map((part, index) => part + render(values[index])).join(''));
}

function render(value: Inner): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value));
  return value.map(render).join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
