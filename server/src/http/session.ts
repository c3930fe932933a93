/** Who is asking: a bearer API key, or a browser that is signed in. Nothing crosses an account. */
import type { FastifyRequest } from 'fastify';
import { Fault } from '../core/fault.ts';
import { findApiKey } from '../people/api-keys.ts';
import type { People } from '../people/room.ts';
import { whoIsSignedIn, type SignedIn } from '../people/sign-in.ts';
import type { Shop } from '../stores/shop.ts';
import { createBrake } from './limits.ts';
import type { Asking } from './web.ts';

export type Asker = { accountId: string; personId: string | null; signedIn: SignedIn | null };

/** Wrong keys from one address in a minute before it must wait: guessing is hopeless anyway, this keeps it cheap. */
const WRONG_KEYS_MOST = 60;

type Asked = { people: People; publicUrl: string; db: Pick<Shop['db'], 'inAccount' | 'identify'> };

export function createAsking({ people, publicUrl, db }: Asked): Asking {
  const { inAccount, identify } = db;
  const wrongKeys = createBrake({ most: WRONG_KEYS_MOST, windowMs: 60_000, now: Date.now });

  async function byKey(request: FastifyRequest, key: string): Promise<Asker> {
    // The key comes first: a right one never waits for the wrong ones of its address.
    const known = await findApiKey(people, key);
    if (known !== null) {
      identify({ kind: 'api_key', id: known.id });
      return { accountId: known.accountId, personId: null, signedIn: null };
    }
    const waits = wrongKeys.waits(request.ip);
    if (waits !== null) throw new Fault('too-many-requests', { retryAfterSeconds: waits });
    wrongKeys.count(request.ip);
    throw new Fault('not-signed-in', { detail: 'This API key is unknown. It may have been deleted.' });
  }

  async function personOrNull(request: FastifyRequest): Promise<SignedIn | null> {
    if (request.headers.cookie === undefined) return null;
    const signedIn = await whoIsSignedIn(people, cookieHeaders(request));
    if (signedIn !== null) identify({ kind: 'person', id: signedIn.personId });
    return signedIn;
  }

  async function person(request: FastifyRequest): Promise<SignedIn> {
    const signedIn = await personOrNull(request);
    if (signedIn === null) throw new Fault('not-signed-in');
    if (changesSomething(request.method)) requireSameOrigin(request, publicUrl);
    return signedIn;
  }

  async function anyone(request: FastifyRequest): Promise<Asker> {
    const key = bearerOf(request);
    if (key !== null) return byKey(request, key);
    const signedIn = await person(request);
    return { accountId: signedIn.account.id, personId: signedIn.personId, signedIn };
  }

  return {
    person,
    personOrNull,
    async inAccount(request, work) {
      const asker = await anyone(request);
      return inAccount(asker.accountId, () => work(asker));
    },
    async asPerson(request, work) {
      const signedIn = await person(request);
      return inAccount(signedIn.account.id, () => work(signedIn));
    },
  };
}

export function bearerOf(request: FastifyRequest): string | null {
  const [, key] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  return key ?? null;
}

/** The cookie alone, under our own origin: what better-auth needs to know of a request. */
export function cookieHeaders(request: FastifyRequest): Headers {
  return new Headers({ cookie: request.headers.cookie ?? '' });
}

export function changesSomething(method: string): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(method);
}

/**
 * A write by cookie must come from our own pages. Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`; a script
 * elsewhere can forge neither.
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string): void {
  if (saysSameOrigin(request, publicUrl) === true) return;
  throw new Fault('not-allowed', {
    detail:
      'A write with a sign-in cookie must come from Storekeeper’s own pages (Sec-Fetch-Site or Origin). Programs use an API key.',
  });
}

/** True or false when the browser said where the request comes from, null when nothing did. */
export function saysSameOrigin(request: FastifyRequest, publicUrl: string): boolean | null {
  const site = request.headers['sec-fetch-site'];
  if (typeof site === 'string') return site === 'same-origin';
  const { origin } = request.headers;
  if (origin === undefined) return null;
  return origin === publicUrl || origin === `${new URL(publicUrl).protocol}//${request.host}`;
}

/** Our own pages send a form to a page of ours, and so do programs; another site’s page may not. */
export function refuseOtherSites(request: FastifyRequest, publicUrl: string): void {
  if (saysSameOrigin(request, publicUrl) !== null) requireSameOrigin(request, publicUrl);
}
