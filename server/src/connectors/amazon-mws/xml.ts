/**
 * XML as MWS sends it, read strictly into a small tree. Whatever is not whole, plain and of a modest size is no answer:
 * cut bodies, NUL, document types and their entities, deep or wide trees, and other charsets than UTF-8.
 */
import { SaxesParser } from 'saxes';

/** An element; `text` is what stands in it directly, blanks at its ends taken away. Attributes are namespaces only. */
export type XmlElement = { name: string; children: XmlElement[]; text: string };

/** `refused` says why in plain words, without any of the body. */
export type XmlReading = { root: XmlElement } | { refused: string };

/** The largest page of the calls made here has some hundred elements; the limits keep a hostile one under 64 MB. */
const LIMITS = { bytes: 8 * 1024 * 1024, depth: 64, elements: 100_000, attributes: 1000 };

class Refused extends Error {}

/** Reads a whole document; `contentType` is the header of the answer, which may name a charset too. */
export function readXml(body: string, contentType = ''): XmlReading {
  try {
    refuseSize(body);
    refuseCharset(/;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]);
    // Bytes that are no UTF-8 have become this sign on the way in.
    if (body.includes('\ufffd')) throw new Refused('The body is not UTF-8.');
    return { root: parse(body) };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    // The parser's own words may quote the body.
    return { refused: 'The body is not whole XML.' };
  }
}

function refuseSize(body: string): void {
  if (body.length > LIMITS.bytes || Buffer.byteLength(body) > LIMITS.bytes) throw new Refused('The body is too large.');
}

function refuseCharset(name: string | undefined): void {
  if (name !== undefined && !/^(utf-?8|us-ascii)$/i.test(name)) throw new Refused('The body is in another charset.');
}

function parse(body: string): XmlElement {
  const parser = new SaxesParser({ defaultXMLVersion: '1.0', forceXMLVersion: true });
  const document: XmlElement = { name: '', children: [], text: '' };
  const open: XmlElement[] = [document];
  const count = { elements: 0, attributes: 0 };
  const here = (): XmlElement => open.at(-1) ?? document;
  const text = (said: string): void => {
    here().text += said;
  };

  parser.on('xmldecl', ({ encoding }) => refuseCharset(encoding));
  parser.on('doctype', () => {
    throw new Refused('The body declares a document type.');
  });
  parser.on('attribute', () => {
    if (++count.attributes > LIMITS.attributes) throw new Refused('The body has too many attributes.');
  });
  parser.on('opentagstart', ({ name }) => {
    if (open.length > LIMITS.depth) throw new Refused('The body is nested too deeply.');
    if (++count.elements > LIMITS.elements) throw new Refused('The body has too many elements.');
    const element: XmlElement = { name, children: [], text: '' };
    here().children.push(element);
    open.push(element);
  });
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed) closed.text = closed.text.trim();
  });

  parser.write(body).close();
  const [root] = document.children;
  if (!root) throw new Refused('The body is empty.');
  return root;
}

/** The first element at a path of names below `from`; undefined when a step is missing. */
export function find(from: XmlElement, ...path: string[]): XmlElement | undefined {
  let here: XmlElement | undefined = from;
  for (const name of path) here = here?.children.find((child) => child.name === name);
  return here;
}

/** The text at a path; null when the element is missing or empty. */
export function textAt(from: XmlElement, ...path: string[]): string | null {
  return find(from, ...path)?.text || null;
}

/** All elements called `name` directly below the element at `path`; empty when that is missing. */
export function list(from: XmlElement, path: readonly string[], name: string): XmlElement[] {
  return find(from, ...path)?.children.filter((child) => child.name === name) ?? [];
}
