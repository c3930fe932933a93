/**
 * Limits on guessing passwords (OWASP: device cookies). Guesses are counted per network address and account, and per account
 * over all addresses at a much higher number. A device on which the person signed in before is counted apart.
 */
import { isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../core/fault.ts';
import { addressHash, deviceOf, newDevice } from '../people/devices.ts';
import { tellOfGuesses } from '../people/guesses.ts';
import type { Background } from './background.ts';
import { createGuesses, type Guesses } from './guesses.ts';
import type { Web } from './web.ts';

/** Wrong passwords for one account from one address, and from one known device, in a quarter of an hour. */
const WRONG_MOST = 10;
/** Wrong passwords for one account from all unknown devices together in an hour. NIST SP 800-63B allows 100 in a row. */
const WRONG_EVERYWHERE_MOST = 100;
/** Tries of one address for all accounts together, in a quarter of an hour. */
const TRIES_MOST = 100;
const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 60 * 60_000;
const DEVICE_SECONDS = 400 * 86_400;

/** What became of an admitted try: a wrong password stays counted, our own failures do not. */
export type Outcome = 'right' | 'wrong' | 'failed';

export type SignInGuard = {
  /** @throws Fault `too-many-requests`. The function is called with the outcome. */
  admit(request: FastifyRequest, email: string): (outcome: Outcome) => void;
  /** Counts a try of this address where no password is guessed, as signing up. */
  admitAddress(request: FastifyRequest): void;
  /** Marks the browser as one of the person's own. */
  remember(request: FastifyRequest, reply: FastifyReply, email: string): void;
};

type Counters = Record<'here' | 'everywhere' | 'device' | 'tries', Guesses>;

export function createSignInGuard(web: Web, background: Background): SignInGuard {
  const counters: Counters = {
    here: createGuesses({ most: WRONG_MOST, windowMs: QUARTER_MS, now: Date.now }),
    everywhere: createGuesses({ most: WRONG_EVERYWHERE_MOST, windowMs: HOUR_MS, now: Date.now }),
    device: createGuesses({ most: WRONG_MOST, windowMs: QUARTER_MS, now: Date.now }),
    tries: createGuesses({ most: TRIES_MOST, windowMs: QUARTER_MS, now: Date.now }),
  };
  const tell = (email: string): void => background.run(() => tellOfGuesses(web.people, email));
  return {
    admit(request, email) {
      const account = addressHash(email);
      const device = deviceOf(web.people, email, request.cookies[cookieName(email)]);
      const network = networkOf(request.ip);
      const keys: [Guesses, string][] =
        device === null
          ? [
              [counters.tries, network],
              [counters.here, `${account} ${network}`],
              [counters.everywhere, account],
            ]
          : [[counters.device, device]];
      const taken = takeAll(keys, () => tell(email));
      return (outcome) => {
        if (outcome !== 'wrong') for (const giveBack of taken) giveBack();
        if (outcome === 'right') counters.here.forget(`${account} ${network}`);
      };
    },
    admitAddress(request) {
      takeAll([[counters.tries, networkOf(request.ip)]], () => undefined);
    },
    remember(request, reply, email) {
      const name = cookieName(email);
      if (deviceOf(web.people, email, request.cookies[name]) !== null) return;
      reply.setCookie(name, newDevice(web.people, email).value, {
        httpOnly: true,
        sameSite: 'lax',
        secure: web.settings.publicUrl.startsWith('https://'),
        path: '/api/auth',
        maxAge: DEVICE_SECONDS,
      });
    },
  };
}

function takeAll(keys: readonly [Guesses, string][], refused: () => void): (() => void)[] {
  const taken: (() => void)[] = [];
  for (const [guesses, key] of keys) {
    const answer = guesses.take(key);
    if ('giveBack' in answer) {
      taken.push(answer.giveBack);
      continue;
    }
    for (const giveBack of taken) giveBack();
    refused();
    throw waitFor(answer.waits);
  }
  return taken;
}

export function waitFor(seconds: number): Fault {
  const minutes = Math.ceil(seconds / 60);
  return new Fault('too-many-requests', {
    detail: `Too many tries. Wait ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, then try again.`,
    retryAfterSeconds: seconds,
  });
}

/** Several people may use one browser, so each has a cookie of their own. */
function cookieName(email: string): string {
  return `sk_device_${addressHash(email).slice(0, 10)}`;
}

/** One subscriber has a whole /64 of IPv6 addresses. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip) || ip.toLowerCase().startsWith('::ffff:')) return ip.replace(/^::ffff:/i, '');
  const [head = '', tail] = ip.split('%')[0]?.split('::') ?? [];
  const front = head.split(':').filter((part) => part !== '');
  const back = tail === undefined ? [] : tail.split(':').filter((part) => part !== '');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':');
}
