/** Names of rows and one-time tokens. */
import { createHash, randomBytes } from 'node:crypto';

/** store · observation · event · connect session · outbox message · mail · incident · hand-off · look · token intent */
export type IdPrefix = 'st' | 'ob' | 'ev' | 'cs' | 'om' | 'ml' | 'in' | 'ho' | 'lk' | 'ti';

/** Crockford's base 32: sorts as it counts, has no letters that look alike. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 10;
const TURN_DIGITS = 2;
const TURNS = 32 ** TURN_DIGITS;

let lastTime = 0;
let turn = 0;

/**
 * A new id such as `st_01jd8q…`: prefix, 50 bits of time in milliseconds, 10 bits of turn within that millisecond, 80 random bits.
 * Ids of one process sort in the order in which they were made; nobody can guess one from another.
 */
export function newId(prefix: IdPrefix): string {
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    turn = 0;
  } else {
    turn += 1;
    if (turn === TURNS) {
      lastTime += 1;
      turn = 0;
    }
  }
  const random = Array.from(sixteenBytes(), (byte) => ALPHABET[byte & 31]).join('');
  return `${prefix}_${digits(lastTime, TIME_DIGITS)}${digits(turn, TURN_DIGITS)}${random}`;
}

/** Ids begin as in a new process. For days that are simulated one after the other and must not know of each other. */
export function beginIdsAnew(): void {
  lastTime = 0;
  turn = 0;
  drawn = randomBytes(0);
}

/** Drawn many at a time: a draw of its own would cost an id more than all the rest of it. */
let drawn = randomBytes(0);

function sixteenBytes(): Uint8Array {
  if (drawn.length === 0) drawn = randomBytes(4_096);
  const taken = drawn.subarray(0, 16);
  drawn = drawn.subarray(16);
  return taken;
}

function digits(value: number, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text = `${ALPHABET[rest % 32] ?? ''}${text}`;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** 32 random bytes, base64url: for addresses, cookies and `state`. Store only its hash. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hex. Enough for tokens of 256 random bits; not for passwords. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
