/** Numbers in sentences: words up to twelve, figures above, grouped above 999. */
const WORDS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
] as const;

export function figure(n: number): string {
  return new Intl.NumberFormat('en-GB').format(n);
}

/** `three`, `13`, `1,306` */
export function inWords(n: number): string {
  return WORDS[n] ?? figure(n);
}

/** `Three`, for the beginning of a sentence. */
export function InWords(n: number): string {
  const word = inWords(n);
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** `1 store`, `17 stores` */
export function things(n: number, one: string, many = `${one}s`): string {
  return `${figure(n)} ${n === 1 ? one : many}`;
}
