/** The column "first connect": the product's own verbs on a database that holds the rest of the fleet, the marketplace pretended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connector, Finding } from '../../../server/src/connectors/connector.ts';
import type { Cause } from '../../../server/src/core/diagnosis.ts';
import { Fault } from '../../../server/src/core/fault.ts';
import type { Answer, Region } from '../../../server/src/core/observation.ts';
import { Secret } from '../../../server/src/core/secret.ts';
import type { DiagnosisBody } from '../../../server/src/http/contract/store.ts';
import { arriveAtCallback } from '../../../server/src/stores/arrive.ts';
import { connectByHand } from '../../../server/src/stores/by-hand.ts';
import { leaveForMarketplace, openSession, readSession } from '../../../server/src/stores/connect.ts';
import { Crowd } from '../../../server/src/stores/crowd.ts';
import { finishDueSessions } from '../../../server/src/stores/finish.ts';
import { readStore } from '../../../server/src/stores/read.ts';
import type { Shop } from '../../../server/src/stores/shop.ts';
import { inSimulation } from '../../../tests/support/crowd-simulation.ts';
import { pretendedConnector, tokenFor, type Asker } from '../../../tests/support/pretended.ts';
import { faultRule, SITES, weatherRule, type FaultKind, type WeatherKind } from '../fleet/happenings.ts';
import type { Seen } from './happening.ts';
import type { First, Typed } from './table.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const BROWSER = 'the-browser-of-the-seller';
const SITE = 'amazon.com';
const ACCOUNT = 'ac_new';
/** By then nobody comes back from the consent page any more. */
const TRIP_MS = 16 * MINUTE;
/** Whoever connects has a number that no store of the fleet has. */
const FIRST_NEWCOMER = 1_000_000;
/** What was heard of others is not heard any more after this. */
const APART_MS = 3 * MINUTE;

/** What the marketplace does while somebody connects. */
type Scene = {
  newcomer: number;
  fault: FaultKind | null;
  weather: WeatherKind[];
  /** Where the newcomer's store really is. */
  region: Region | null;
  exchange: Answer;
  names: boolean;
};

export type FirstConnect = { first: First; incident: boolean };

/** Each attempt in its turn, minutes apart, beside `others` stores that have long been connected. */
export function connectEach(attempts: readonly FirstConnect[], others: number): Promise<Seen[]> {
  return inSimulation({ stores: others, answer: () => 'ok' }, async ({ shop: kept }) => {
    const clock = { now: kept.now() };
    const now = () => clock.now;
    const scene: Scene = {
      newcomer: FIRST_NEWCOMER,
      fault: null,
      weather: [],
      region: null,
      exchange: 'ok',
      names: true,
    };
    const connector = stageOf(scene, now);
    const shop: Shop = { ...kept, now, connector: () => connector, crowd: new Crowd({ db: kept.db, now }) };
    const seen: Seen[] = [];
    for (const attempt of attempts) {
      clock.now += APART_MS;
      Object.assign(scene, sceneOf(attempt, scene.newcomer + 1));
      seen.push(await perform({ shop, scene, clock }, attempt.first));
    }
    return seen;
  });
}

function sceneOf({ first, incident }: FirstConnect, newcomer: number): Scene {
  const incidents: WeatherKind[] = incident ? ['mass_403'] : [];
  const fair: Scene = { newcomer, fault: null, weather: incidents, region: null, exchange: 'ok', names: true };
  if (first.by === 'code') return { ...fair, exchange: first.answer };
  if (first.by !== 'typed') return fair;
  const { fault = null, weather, elsewhere, sellerId } = first;
  return {
    ...fair,
    fault,
    weather: weather === undefined ? incidents : [weather, ...incidents],
    region: elsewhere ? 'eu' : null,
    names: sellerId !== 'unknown',
  };
}

function stageOf(scene: Scene, now: () => number): Connector {
  const pretended = pretendedConnector(async ({ rung, call, asker }) => {
    const capability = pretended.dataCalls.find((one) => one.call === call)?.capability ?? null;
    return answerIn(scene, { rung, call, capability, asker, at: now() });
  });
  if (pretended.grant.kind !== 'exchange') throw new Error('the pretended marketplace has a token endpoint');
  const { grant } = pretended;
  return {
    ...pretended,
    async ask(request, context) {
      const finding = await pretended.ask(request, context);
      const isNewcomer = request.access.token.reveal().endsWith(`-${scene.newcomer}`);
      if (isNewcomer && scene.region !== null && request.site.region !== scene.region)
        return { ...finding, answer: 'denied' };
      return finding.answer === 'ok' ? { ...finding, facts: factsIn(scene, finding, isNewcomer) } : finding;
    },
    grant: {
      ...grant,
      async exchangeCode() {
        const ok = scene.exchange === 'ok';
        const grantToken = ok ? new Secret(tokenFor(scene.newcomer)) : null;
        const about = { rung: 'grant', call: 'token', region: null, capability: null, ms: 1, facts: {} } as const;
        const finding = { ...about, answer: scene.exchange, status: null, code: null, message: null };
        return { finding, access: null, grantToken };
      },
    },
  };
}

type Asked = Parameters<ReturnType<typeof faultRule>['answers']>[0] & { asker: Asker };

function answerIn({ newcomer, fault, weather }: Scene, asked: Asked): Answer {
  for (const kind of weather) {
    const answer = weatherRule(kind).answers(asked);
    if (answer !== null) return answer;
  }
  return (fault !== null && asked.asker === newcomer ? faultRule(fault).answers(asked) : null) ?? 'ok';
}

function factsIn(scene: Scene, { capability }: Finding, isNewcomer: boolean): Finding['facts'] {
  if (isNewcomer) return factsOfNewcomer(scene, capability);
  return capability === 'participations' ? { sites: SITES } : {};
}

function factsOfNewcomer({ fault, newcomer, names }: Scene, capability: Finding['capability']): Finding['facts'] {
  const tells = fault === null ? undefined : faultRule(fault).tells;
  const named = names && capability === 'payouts' ? { sellerId: sellerOf(newcomer) } : {};
  const well = capability === 'participations' ? { sites: SITES } : named;
  return tells && tells.capability === capability ? { ...well, ...tells.facts } : well;
}

const sellerOf = (newcomer: number) => `A${newcomer}NEWSELLER`;

type Stage = { shop: Shop; scene: Scene; clock: { now: number } };

async function perform(stage: Stage, first: First): Promise<Seen> {
  const { shop, scene } = stage;
  try {
    switch (first.by) {
      case 'typed':
        return await typeIn(stage, first);
      case 'page':
        return await byConsent(stage, { error: 'access_denied', error_description: first.code });
      case 'code':
        return await byConsent(stage, broughtBy(sellerOf(scene.newcomer)));
      case 'nobody':
        return await byConsent(stage, null);
      case 'stranger':
        return await byConsent(stage, broughtBy('A1SOMEBODYELSE'), await aConnectedStore(stage));
    }
  } finally {
    await removeNewcomers(shop);
  }
}

const broughtBy = (sellerId: string) => ({
  spapi_oauth_code: 'ANxxTheCodeOfTheConsent',
  selling_partner_id: sellerId,
});

async function typeIn({ shop, scene: { newcomer } }: Stage, { token, authorizedDaysAgo: days }: Typed): Promise<Seen> {
  const credentials = {
    refresh_token: token === 'malformed' ? 'Atzr|with a space in the middle' : tokenFor(newcomer),
    ...(days === undefined ? {} : { authorized_at: new Date(shop.now() - days * DAY).toISOString() }),
  };
  const body = { marketplace: 'amazon' as const, site: SITE, name: `Store ${newcomer}`, credentials };
  try {
    const { status, store } = await connectByHand(shop, { accountId: ACCOUNT, body });
    return status === 202 ? seen('waits') : seenIn(store);
  } catch (error) {
    return seenInFault(error);
  }
}

/** In fair weather, before whatever is wrong in the scene. */
async function aConnectedStore(stage: Stage): Promise<string> {
  const { weather } = stage.scene;
  stage.scene.weather = [];
  const { newcomer } = stage.scene;
  const body = {
    marketplace: 'amazon' as const,
    site: SITE,
    name: `Store ${newcomer}`,
    credentials: { refresh_token: tokenFor(newcomer) },
  };
  const { store } = await connectByHand(stage.shop, { accountId: ACCOUNT, body });
  stage.scene.weather = weather;
  return store.id;
}

/** What the consent page sends the browser back with; null: nobody comes back. */
async function byConsent(
  { shop, clock }: Stage,
  query: Record<string, string> | null,
  storeId?: string,
): Promise<Seen> {
  const wanted =
    storeId === undefined ? { fields: { marketplace: 'amazon' as const, site: SITE, name: 'Store' } } : { storeId };
  const { session } = await openSession(shop, { accountId: ACCOUNT, browser: BROWSER, ...wanted });
  const visitor = { sessionId: session.id, accountId: ACCOUNT, browser: BROWSER };
  const { location } = await leaveForMarketplace(shop, visitor);
  const state = new URL(location).searchParams.get('state') ?? '';
  if (query === null) clock.now += TRIP_MS;
  else await arriveAtCallback(shop, { query: { ...query, state }, browser: BROWSER, accountIds: [ACCOUNT] });
  if (query === null) await finishDueSessions(shop, 64);
  await untilAtRest(shop, session.id);
  const { status, diagnosis } = await readSession(shop, { accountId: ACCOUNT, id: session.id });
  if (diagnosis) return seenIn(diagnosis);
  const begun = await shop.db.db.selectFrom('store').select('id').where('account_id', '=', ACCOUNT).executeTakeFirst();
  if (status !== 'at_marketplace' || !begun) return seen(status === 'connected' ? null : 'waits');
  return seenIn(await readStore(shop, { accountId: ACCOUNT, id: begun.id }));
}

async function untilAtRest({ db }: Shop, id: string): Promise<void> {
  for (;;) {
    const query = db.db.selectFrom('connect_session').select(['lease_owner', 'status']).where('id', '=', id);
    const row = await query.executeTakeFirst();
    if (!row || (row.lease_owner === null && row.status !== 'exchanging')) return;
    await sleep(1);
  }
}

/** The fleet stays as large as it was. */
async function removeNewcomers({ db }: Shop): Promise<void> {
  await db.transaction((tx) => tx.deleteFrom('store').where('account_id', '=', ACCOUNT).execute());
}

function seen(cause: Seen['cause']): Seen {
  return { cause, likely: [], notices: [], told: 0, othersTold: 0 };
}

type Body = { cause: Cause | null; likely: readonly { cause: Cause }[]; notices?: readonly { cause: Cause }[] };

function seenIn({ cause, likely, notices = [] }: Body): Seen {
  const causes = (rows: readonly { cause: Cause }[]) => rows.map((row) => row.cause);
  return { ...seen(cause), likely: causes(likely), notices: causes(notices) };
}

function seenInFault(error: unknown): Seen {
  if (!(error instanceof Fault)) throw error;
  const { cause, diagnosis } = error.extra as { cause?: Cause; diagnosis?: DiagnosisBody };
  if (diagnosis) return seenIn(diagnosis);
  if (cause !== undefined) return seen(cause);
  throw error;
}
