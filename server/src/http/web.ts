/** What the HTTP room is given: verbs' surroundings, and doors to what it may not import itself. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Secret } from '../core/secret.ts';
import type { DemoDesk } from '../demo/desk.ts';
import type { People } from '../people/room.ts';
import type { Answer, Remember } from '../stores/remember.ts';
import type { Shop } from '../stores/shop.ts';
import type { Asker } from './session.ts';
import type { SignedIn } from '../people/sign-in.ts';
import type { Mail } from './contract/app.ts';
import type { StoreBody } from './contract/store.ts';

export type WebSettings = {
  publicUrl: string;
  /** Origins that a form may lead to: the marketplaces’ sign-in hosts, or the emulator. */
  formTargets: string[];
  /** Folder of the built web app; null serves the API alone. */
  webFolder: string | null;
  /** Addresses and ranges whose `X-Forwarded-For` is believed; none when left out. */
  trustedProxies?: readonly string[];
  /** Bearer token of `/metrics` for other machines. */
  metricsToken?: Secret | null;
  /** How long a client may take to send its headers and its whole request. Milliseconds. */
  patience?: { headersMs: number; requestMs: number; checkMs: number };
  /** False: no mail leaves this instance, so links come from its operator. */
  sendsMail: boolean;
};

/** A stored event, as the live stream needs it; without a store where it is about an incident. */
export type TailEvent = { seq: number; accountId: string; store: StoreBody | null };

/** Doors to the database that no verb has: each one call. */
export type Doors = {
  tail: { last(): Promise<number>; after(seq: number): Promise<TailEvent[]> };
  mailbox: Mailbox | null;
  idempotency: Idempotency;
  /** Null when all is well, else what is missing, for an operator. */
  notReady(): Promise<string | null>;
};

export type Mailbox = {
  list(accountId: string): Promise<Mail[]>;
  unread(accountId: string): Promise<number>;
  /** False when there is no such mail in the account. */
  markRead(which: { accountId: string; id: string }): Promise<boolean>;
};

type OfRequest = { accountId: string; key: string };
type Tx = Parameters<Remember['answer']>[0];

export type Idempotency = {
  begin(
    request: OfRequest & { fingerprint: string },
  ): Promise<
    | { kind: 'begun'; resumes: string | null }
    | { kind: 'running' }
    | { kind: 'conflict' }
    | ({ kind: 'finished' } & Answer)
  >;
  /** Notes in the effect's transaction what the request has begun. */
  noteBegun(tx: Tx, request: OfRequest & { subject: string }): Promise<void>;
  /** Keeps the answer, in the effect's transaction where there is one. */
  keep(tx: Tx | null, request: OfRequest & { answer: Answer }): Promise<void>;
  /** Forgets a request that failed without an effect, so that it can be sent again. */
  abandon(request: OfRequest): Promise<void>;
  /** This process no longer runs it. */
  end(request: OfRequest): void;
};

export type Web = {
  shop: Shop;
  people: People;
  settings: WebSettings;
  doors: Doors;
  /** Null outside the demo. */
  demo: DemoDesk | null;
  ask: Asking;
};

/** Who is asking; each throws a Fault when the answer is “nobody”. */
export type Asking = {
  /**
   * Runs `work` for whoever asks, by API key or signed in, and for their account alone: on PostgreSQL the database itself
   * shows it nothing else.
   */
  inAccount<T>(request: FastifyRequest, work: (asker: Asker) => Promise<T>): Promise<T>;
  /** The same for a person who is signed in; an API key does not do. */
  asPerson<T>(request: FastifyRequest, work: (signedIn: SignedIn) => Promise<T>): Promise<T>;
  /** A person who is signed in, for what belongs to the person or to no account. */
  person(request: FastifyRequest): Promise<SignedIn>;
  personOrNull(request: FastifyRequest): Promise<SignedIn | null>;
};

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True: a page for people, errors included. */
    page?: boolean;
  }
}

/** One group of routes. */
export type Routes = (app: App, web: Web) => void;
