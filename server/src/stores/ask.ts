/** Runs the ladder for one store: asks what `core/ladder` wants next, understands nothing itself. */
import type { Finding } from '../connectors/connector.ts';
import type { AccessToken } from '../core/access.ts';
import { Fault } from '../core/fault.ts';
import { nextAsk, type Ask, type LadderMode, type Trouble, type Turn } from '../core/ladder.ts';
import type { Observation } from '../core/observation.ts';
import type { Secret } from '../core/secret.ts';
import { newId } from '../db/ids.ts';
import { storeIsOpen } from '../db/stores.ts';
import { noteOtherSecret } from './app-fall-over.ts';
import { askControl } from './control.ts';
import { refreshGrant } from './grant-refresh.ts';
import type { Shop } from './shop.ts';
import { callContext, tokenKey, type Subject } from './subject.ts';

export type LadderRun = {
  subject: Subject;
  mode: LadderMode;
  source: Observation['source'];
  identityWanted: boolean;
  trouble: Trouble | null;
  turn: number;
  inTurn?: Turn | null;
  /** Called before and after every question, for whoever is watching. */
  onStep?: (ask: Ask, seen: Observation | null) => Promise<void>;
};

/** `access` is the token that was minted on the way, or that the lasting token gives by itself. */
export type LadderResult = {
  observations: Observation[];
  grantToken: Secret | null;
  access: AccessToken | null;
  /** True: the store was deleted on the way, and nothing was asked about it from then on. */
  ended: boolean;
};

export async function runLadder(shop: Shop, run: LadderRun): Promise<LadderResult> {
  const asked: Observation[] = [];
  const { connector, credentials } = run.subject;
  const { grant } = connector;
  const direct = grant.kind === 'direct' ? grant.access(credentials.grantToken, shop.now()) : null;
  const held: Held = { access: direct, grantToken: null };
  for (;;) {
    const ask = nextAsk({
      mode: run.mode,
      asked,
      dataCalls: connector.dataCalls,
      asksGrant: grant.kind === 'exchange',
      identityWanted: run.identityWanted,
      trouble: run.trouble,
      turn: run.turn,
      inTurn: run.inTurn ?? null,
    });
    if (!ask) return { observations: asked, ...held, ended: false };
    if (usesCredentials(ask) && !(await isStillThere(shop, run.subject)))
      return { observations: asked, ...held, ended: true };
    await run.onStep?.(ask, null);
    const seen = await answer({ shop, run, ask, held });
    asked.push(seen);
    await run.onStep?.(ask, seen);
  }
}

/** Everything but the questions about our own app, our machine and other stores. */
function usesCredentials({ rung }: Ask): boolean {
  return rung !== 'self' && rung !== 'app' && rung !== 'control';
}

/** Asked right before every call: access ends when a store is deleted, not when its look ends. */
async function isStillThere(shop: Shop, { storeId }: Subject): Promise<boolean> {
  return storeId === null || storeIsOpen(shop.db.db, storeId);
}

type Held = { access: AccessToken | null; grantToken: Secret | null };
type Question = { shop: Shop; run: LadderRun; ask: Ask; held: Held };

async function answer(question: Question): Promise<Observation> {
  const { shop, run, ask } = question;
  switch (ask.rung) {
    case 'self':
      return shop.crowd.self(run.subject, () => askSelf(shop, run));
    case 'app':
      return shop.crowd.app(run.subject, () => askApp(shop, run));
    case 'control':
      return askControl(shop, run.subject);
    case 'grant':
      return askGrant(question);
    case 'local':
    case 'identity':
    case 'pair':
    case 'capability':
    case 'freshness':
      return askData(question);
  }
}

async function askSelf(shop: Shop, run: LadderRun): Promise<Observation> {
  const finding = await run.subject.connector.askSelf(callContext(shop));
  return observe(shop, run, { ...finding, rung: 'self' });
}

async function askApp(shop: Shop, run: LadderRun): Promise<Observation> {
  const { app, site, connector } = run.subject;
  const finding = await connector.askApp({ app, site }, callContext(shop));
  return observe(shop, run, { ...finding, rung: 'app' });
}

async function askGrant({ shop, run, held }: Question): Promise<Observation> {
  const { connector, app, credentials, storeId, accountId } = run.subject;
  if (connector.grant.kind === 'direct' || !storeId)
    throw new Fault('internal', { detail: `${connector.label} has no token endpoint.` });
  const { version } = credentials;
  const grantToken = held.grantToken ?? credentials.grantToken;
  const holder = { accountId, storeId, version };
  const answered = await refreshGrant(shop, { connector, app, holder, grantToken });
  if (answered.otherSecret === true) await noteOtherSecret(shop, app);
  held.access = answered.access;
  held.grantToken = answered.grantToken ?? held.grantToken;
  if (answered.access) shop.tokens.set(tokenKey(storeId, credentials.version), answered.access);
  return observe(shop, run, { ...answered.finding, rung: 'grant' });
}

async function askData({ shop, run, ask, held }: Question): Promise<Observation> {
  const { connector, app, site, sellerId, storeId, credentials } = run.subject;
  const kept = storeId ? shop.tokens.get(tokenKey(storeId, credentials.version)) : undefined;
  const access = held.access ?? kept;
  if (!access) return observe(shop, run, missingToken(ask));
  const finding = await connector.ask({ app, call: ask.call, site, sellerId, access }, callContext(shop));
  const fresh = held.access !== null;
  // A token minted a moment ago cannot be stale: the marketplace refuses this store.
  const settled = fresh && finding.answer === 'token_stale' ? { ...finding, answer: 'denied' as const } : finding;
  return { ...observe(shop, run, { ...settled, rung: ask.rung }), freshToken: fresh };
}

function missingToken(ask: Ask): Finding {
  return {
    rung: ask.rung,
    call: ask.call,
    region: null,
    capability: null,
    answer: 'token_stale',
    status: null,
    code: null,
    message: null,
    ms: 0,
    facts: {},
  };
}

function observe(shop: Shop, run: LadderRun, finding: Finding): Observation {
  return {
    ...finding,
    id: newId('ob'),
    at: shop.now(),
    source: run.source,
    credentialVersion: run.subject.credentials.version,
    freshToken: false,
  };
}
