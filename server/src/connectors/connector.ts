/**
 * The port: what every marketplace must be able to do for the verbs. A connector sends a question and understands the
 * answer; it decides nothing, stores nothing and knows no account. Pure parts take no clock; calls take a `CallContext`.
 */
import type { AccessToken, App, Marketplace, QueueSettings } from '../core/access.ts';
import type { Cause } from '../core/diagnosis.ts';
import type { Capability, Observation, Region } from '../core/observation.ts';
import type { MalformedNotice, Notice } from '../core/notice.ts';
import type { Secret } from '../core/secret.ts';

/** A shop of the marketplace. `consentHost` is where its sellers sign in. */
export type Site = {
  site: string;
  marketplaceId: string;
  name: string;
  country: string;
  currency: string;
  language: string;
  region: Region;
  consentHost: string;
};

/** `deadlineMs` is the total time for one call, redirects and body included. `now` is the clock of the product. */
export type CallContext = { now: () => number; deadlineMs: number; signal?: AbortSignal };

/** One understood answer; the verb adds id, time, source and credential version to make it an observation. */
export type Finding = Omit<Observation, 'id' | 'at' | 'source' | 'credentialVersion' | 'freshToken'>;

/** The data calls a connector can make, one for each thing worth knowing. */
export type DataCall = {
  /** The marketplace's operation name, unique in the connector. */
  call: string;
  capability: Capability;
  /** True when a good answer names the seller it belongs to. */
  tellsIdentity: boolean;
  /** True when a good answer tells which sites take part. */
  tellsStanding: boolean;
  /** True when every look asks it; the others are asked where their data is used, or to learn who the seller is. */
  everyLook: boolean;
  /** True when one look in several asks it: worth knowing, and not worth a call each time. */
  inTurn: boolean;
};

/** `access` is null unless the answer is `ok`; `grantToken` is what has to be stored: null when nothing new came. */
export type GrantAnswer = {
  finding: Finding;
  access: AccessToken | null;
  grantToken: Secret | null;
  /** True: the app's secret was refused and its other one was taken. */
  otherSecret?: boolean;
};

/**
 * How the lasting token of a grant opens the calls.
 * - `exchange`: a token endpoint gives an access token for it, which is a rung of the ladder of its own (rung 4)
 * - `direct`: it opens them itself (MWS); whether it still does is learnt from the calls
 */
export type GrantWay =
  | {
      kind: 'exchange';
      exchangeCode(request: { app: App; code: Secret }, context: CallContext): Promise<GrantAnswer>;
      refresh(request: { app: App; grantToken: Secret }, context: CallContext): Promise<GrantAnswer>;
    }
  | { kind: 'direct'; access(grantToken: Secret, now: number): AccessToken };

/** A seller's typed-in credentials, as they came: nothing is trusted yet. `token` is the refresh token or MWS auth token. */
export type TypedCredentials = { token?: string | undefined; sellerId?: string | undefined };

/** What is wrong with one field, said to the person who typed it: what is wrong and what right looks like. */
export type FieldProblem = { field: string; code: string; message: string };

export type ConsentRequest<A extends App = App> = { app: A; site: Site; state: string };

/** What came back to the redirect URI, before anything is believed. */
export type Callback =
  | { kind: 'code'; state: string | null; code: Secret; sellerId: string }
  /** The consent itself brought the lasting token: nothing is to be exchanged. */
  | { kind: 'token'; state: string | null; grantToken: Secret; sellerId: string }
  | { kind: 'refused'; state: string | null; error: string; cause: Cause }
  | { kind: 'malformed'; state: string | null; field: string };

/** A seller's arrival from Manage Your Apps at our Login URI. */
export type LoginArrival =
  | { kind: 'arrival'; callbackUri: string; amazonState: string; sellerId: string; draft: boolean }
  | { kind: 'malformed'; field: string };

/** One numbered step of a repair. `{…}` labels are in `label`s exactly as the marketplace writes them. */
export type GuideStep = { text: GuidePart[]; picture: 'apps_row' | null };
export type GuidePart = { kind: 'text' | 'label' | 'button'; value: string };
export type Guide = {
  /** Where the seller goes: an absolute URL of the marketplace (through the hosts template), or null when nothing is to open. */
  opens: string | null;
  /** `consent`: Continue leads to the marketplace's permission page; `apps`: to Manage your apps; `none`: nothing to open. */
  way: 'consent' | 'apps' | 'none';
  title: string;
  steps: GuideStep[];
  picture: { host: string; appName: string; appId: string; status: string; date: string | null; button: string } | null;
};
export type GuideRequest<A extends App = App> = { cause: Cause; app: A; site: Site; expiresAt: number | null };

/** A message as the queue gave it. `receipt` takes it out of the queue; unread it comes again. */
export type QueueMessage = { id: string; receipt: string; body: string };

/** The queue that the marketplace sends to. Calls throw what the queue's own client throws. */
export type Queue = {
  /** Waits up to `waitSeconds` for up to ten messages, which nobody else gets for a minute. */
  receive(wait: { waitSeconds: number; signal: AbortSignal }): Promise<QueueMessage[]>;
  remove(receipt: string): Promise<void>;
  close(): void;
};

type AtSite = { app: App; site: Site };

/** What a marketplace that tells things by itself can do beside being asked. */
export type Notices = {
  /** What is subscribed to for every store. */
  types: readonly string[];
  /** The client of the queue is loaded here, and not before. */
  openQueue(settings: QueueSettings): Promise<Queue>;
  /** Pure. Whatever stands in a queue is a stranger's until it was read here. */
  read(body: string): Notice | MalformedNotice;
  /** Orders a new secret for the app; it comes by the queue. */
  rotateSecret(request: AtSite, context: CallContext): Promise<Finding>;
  /** The queue as the region's hosts know it; made there when they do not. */
  destination(request: AtSite, context: CallContext): Promise<{ finding: Finding; destinationId: string | null }>;
  /** One per store and type: one that exists is as good as a new one. */
  subscribe(
    request: AtSite & { access: AccessToken; type: string; destinationId: string },
    context: CallContext,
  ): Promise<{ finding: Finding; subscriptionId: string | null }>;
  /** `ok` also when there is none any more. Needs no seller. */
  unsubscribe(request: AtSite & { type: string; subscriptionId: string }, context: CallContext): Promise<Finding>;
};

export type Connector = {
  marketplace: Marketplace;
  /** The marketplace's name as a person says it: "Amazon". */
  label: string;
  sites: readonly Site[];
  dataCalls: readonly DataCall[];
  grant: GrantWay;
  /** Set once the marketplace has replaced this way in: since which day (UTC), and by which other one. */
  retired: { on: string; movesTo: Marketplace } | null;
  /** Absent where the marketplace tells nothing by itself. */
  notices?: Notices;
  /** What the API calls the lasting token of this marketplace. */
  tokenField: 'refresh_token' | 'mws_auth_token';

  // pure
  checkCredentials(typed: TypedCredentials): FieldProblem[];
  consentUrl(request: ConsentRequest): string;
  readCallback(query: Record<string, string | undefined>): Callback;
  readLogin(query: Record<string, string | undefined>): LoginArrival;
  confirmUrl(arrival: Extract<LoginArrival, { kind: 'arrival' }>, back: { app: App; state: string }): string;
  guide(request: GuideRequest): Guide;

  // calls
  /** Rung 1: can we reach another host at all, and is our clock right? */
  askSelf(context: CallContext): Promise<Finding>;
  /** Rung 2: does the marketplace know our app? MWS tells the health of its service in the same breath. */
  askApp(request: { app: App; site: Site }, context: CallContext): Promise<Finding>;
  /** Rung 3 for a fleet without a healthy neighbour: a call that needs no seller. */
  askWithoutSeller(request: { app: App; site: Site }, context: CallContext): Promise<Finding>;
  /** Rungs 5 and 6: one of `dataCalls`, by name. */
  ask(request: DataRequest, context: CallContext): Promise<Finding>;
};

/** `site` chooses the host, `sellerId` names whose data is asked for where the token alone does not. */
export type DataRequest = { app: App; call: string; site: Site; sellerId: string | null; access: AccessToken };
