/** The body parser: JSON only, and a broken body is answered with the place where it breaks. */
import type { FastifyInstance } from 'fastify';
import { Fault } from '../core/fault.ts';

/** 256 KB: the largest body anybody has a reason to send is a few KB. */
export const BODY_LIMIT = 256 * 1024;

export function parseJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(String(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Fault('invalid-json'));
    }
  });
}

/** @throws Fault `invalid-json` naming line and column. An empty body is no body. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  const nul = text.search(/\0|\\u0000/);
  if (nul !== -1) throw new Fault('invalid-json', { detail: `There is a NUL character at ${placeIn(text, nul)}.` });
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault('invalid-json', { detail: `It breaks at ${placeIn(text, breaksAt(text))}.` });
  }
}

function placeIn(text: string, index: number): string {
  const before = text.slice(0, index).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

/** One token: a mark, a text, or another scalar. */
const TOKEN =
  /\s*(?:([[\]{}:,])|("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/uy;

type Wanted = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';
type Move = Wanted | 'open' | 'close' | 'next' | 'done';

const VALUE: Record<string, Move> = { text: 'done', scalar: 'done', '{': 'open', '[': 'open' };
/** What each token does where it is wanted; a token that is not listed breaks the text. */
const MOVES: Record<Wanted, Record<string, Move>> = {
  value: VALUE,
  'value-or-end': { ...VALUE, ']': 'close' },
  key: { text: 'colon' },
  'key-or-end': { text: 'colon', '}': 'close' },
  colon: { ':': 'value' },
  'comma-or-end': { ',': 'next', '}': 'close', ']': 'close' },
  nothing: {},
};
const OPENS: Record<string, string> = { '}': '{', ']': '[' };

/** The index of the first character at which the text stops being JSON. Engines do not tell it reliably. */
function breaksAt(text: string): number {
  const open: string[] = [];
  let wanted: Wanted = 'value';
  TOKEN.lastIndex = 0;
  for (;;) {
    const start = skipSpace(text, TOKEN.lastIndex);
    const match = TOKEN.exec(text);
    if (match === null) return start;
    const token = match[1] ?? (match[2] === undefined ? 'scalar' : 'text');
    const next = follow(MOVES[wanted][token], token, open);
    if (next === null) return start;
    wanted = next;
  }
}

function skipSpace(text: string, from: number): number {
  const rest = text.slice(from).search(/\S/);
  return rest === -1 ? text.length : from + rest;
}

/** What is wanted after this move, or null when the token breaks the text. */
function follow(move: Move | undefined, token: string, open: string[]): Wanted | null {
  const ended = (): Wanted => (open.length === 0 ? 'nothing' : 'comma-or-end');
  switch (move) {
    case undefined:
      return null;
    case 'open':
      open.push(token);
      return token === '{' ? 'key-or-end' : 'value-or-end';
    case 'close':
      return open.pop() === OPENS[token] ? ended() : null;
    case 'next':
      return open.at(-1) === '{' ? 'key' : 'value';
    case 'done':
      return ended();
    default:
      return move;
  }
}
