/**
 * The few DER encodings that an X.509 certificate needs (ITU-T X.690). A certificate is eight nested sequences; a
 * general ASN.1 library for them costs 80 ms and 22 MB at start, more than all the rest of the proxy.
 */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const bytes = size < 0x100 ? [size] : [size >> 8, size & 0xff];
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

function tagged(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
}

export const sequence = (...parts: Buffer[]): Buffer => tagged(TAG.sequence, ...parts);
export const set = (...parts: Buffer[]): Buffer => tagged(TAG.set, ...parts);
export const octetString = (content: Buffer): Buffer => tagged(TAG.octetString, content);
export const utf8String = (text: string): Buffer => tagged(TAG.utf8, Buffer.from(text));
export const boolean = (value: boolean): Buffer => tagged(TAG.boolean, Buffer.from([value ? 0xff : 0]));

/** A context tag that wraps its content ([0] EXPLICIT and the like). */
export const explicit = (number: number, ...content: Buffer[]): Buffer => tagged(0xa0 | number, ...content);
/** A context tag that replaces the tag of a primitive ([2] IMPLICIT IA5String, …). */
export const implicit = (number: number, content: Buffer): Buffer => tagged(0x80 | number, content);

/** A whole number that is not negative, from its big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes[0] ?? 0;
  return tagged(TAG.integer, first & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** @param unusedBits how many of the last byte's low bits say nothing. */
export const bitString = (bytes: Buffer, unusedBits = 0): Buffer =>
  tagged(TAG.bitString, Buffer.from([unusedBits]), bytes);

/** An object identifier from its dotted form ("2.5.29.17"). */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(TAG.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}

/** A time to the second. RFC 5280 4.1.2.5: two-digit years up to 2049, four digits from 2050. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+|[-:T]/g, '');
  if (date.getUTCFullYear() >= 2050) return tagged(TAG.generalizedTime, Buffer.from(digits));
  return tagged(TAG.utcTime, Buffer.from(digits.slice(2)));
}
