import { randomBytes } from 'node:crypto';
import type { Instant } from '../clock.ts';
import type { Amazon } from '../state/amazon.ts';

/** A browser that signed in at one Seller Central host. */
export type Session = {
  id: string;
  /** Stands in every form of the session, so that no other site can post in its name. */
  csrf: string;
  host: string;
  /** Lower case. */
  email: string;
  /** The selling account in use; undefined until the person picked one of several. */
  sellerId: string | undefined;
  /** The site in use, only for the heading. */
  marketplaceId: string | undefined;
};

/** A consent given on Amazon's side that waits for the app to send the browser back (`amazon_state`). */
export type Awaited = { applicationId: string; sellerId: string; email: string; until: Instant };

type Desk = { sessions: Map<string, Session>; awaited: Map<string, Awaited> };

/** Enough for any test run; the oldest go first, so that a loop of sign-ins cannot fill the memory. */
const MOST_KEPT = 10_000;

/** A new world is a new Amazon, and whoever was signed in to the old one is signed out. */
const desks = new WeakMap<Amazon, Desk>();

function deskOf(amazon: Amazon): Desk {
  const known = desks.get(amazon);
  if (known) return known;
  const made: Desk = { sessions: new Map(), awaited: new Map() };
  desks.set(amazon, made);
  return made;
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_KEPT && oldest !== undefined) map.delete(oldest);
}

const secret = (): string => randomBytes(24).toString('base64url');

export function openSession(amazon: Amazon, who: Pick<Session, 'host' | 'email'>): Session {
  const session: Session = { ...who, id: secret(), csrf: secret(), sellerId: undefined, marketplaceId: undefined };
  keep(deskOf(amazon).sessions, session.id, session);
  return session;
}

export function findSession(amazon: Amazon, id: string, host: string): Session | undefined {
  const found = deskOf(amazon).sessions.get(id);
  return found?.host === host ? found : undefined;
}

export function closeSession(amazon: Amazon, session: Session): void {
  deskOf(amazon).sessions.delete(session.id);
}

/** @returns the `amazon_state` that the app has to send back unchanged. */
export function awaitConfirmation(amazon: Amazon, awaited: Awaited): string {
  const amazonState = secret();
  keep(deskOf(amazon).awaited, amazonState, awaited);
  return amazonState;
}

/** What an `amazon_state` stands for, while it is neither used nor too old. */
export function findAwaited(amazon: Amazon, amazonState: string, now: Instant): Awaited | undefined {
  const found = deskOf(amazon).awaited.get(amazonState);
  return found && now < found.until ? found : undefined;
}

/** An `amazon_state` works once. */
export function endAwaited(amazon: Amazon, amazonState: string): void {
  deskOf(amazon).awaited.delete(amazonState);
}
