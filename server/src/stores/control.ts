/** Rung 3: does the same question work for somebody else? A neighbour first, then the operator's own store, then our app alone. */
import type { AccessToken } from '../core/access.ts';
import type { Finding } from '../connectors/connector.ts';
import type { Answer, Observation } from '../core/observation.ts';
import type { Secret } from '../core/secret.ts';
import { readCredential } from '../db/credentials.ts';
import { doubtfulNeighbours, hastenStore, healthyNeighbours } from '../db/crowd.ts';
import { newId } from '../db/ids.ts';
import type { StoreRow } from '../db/stores.ts';
import { refreshGrant, refreshOwnGrant, type Holder } from './grant-refresh.ts';
import { callContext, type Subject } from './subject.ts';
import type { Control } from './crowd.ts';
import type { Shop } from './shop.ts';

/** A neighbour counts as healthy when it answered within this long before. */
export const NEIGHBOUR_OK_MS = 6 * 3_600_000;
/** So many are asked before their refusal is believed. */
export const NEIGHBOURS = 3;
/** Stores that began to fail together within this may share an incident; what lasts longer is each one's own. */
export const DOUBT_MS = 30 * 60_000;

/** For whom a control is asked: a store, or with `storeId: null` the cohort itself. */
type Asking = Pick<Subject, 'storeId' | 'cohort' | 'site' | 'app' | 'connector'>;

/** A control that was heard lately, or one that is asked now. */
function hearControl(shop: Shop, asking: Asking): Promise<Control> {
  return shop.crowd.control(asking.cohort, {
    notStoreId: asking.storeId,
    // The neighbour may be anybody's: only whether it was answered is learnt from it.
    ask: () => shop.db.acrossAccounts(() => freshControl(shop, asking)),
  });
}

export async function askControl(shop: Shop, subject: Subject): Promise<Observation> {
  const control = await hearControl(shop, subject);
  return {
    id: newId('ob'),
    at: control.at,
    source: 'probe',
    rung: 'control',
    call: `control:${control.via}`,
    region: subject.site.region,
    capability: null,
    answer: control.answer,
    status: null,
    code: null,
    message: null,
    ms: 0,
    credentialVersion: subject.credentials.version,
    freshToken: false,
    facts: {},
  };
}

/** Whoever is answered is a good control; when nobody is, the first who was refused tells the weather. */
async function freshControl(shop: Shop, subject: Asking): Promise<Control> {
  const neighbour = await byNeighbours(shop, subject);
  if (neighbour?.ok) return neighbour;
  const own = await byOperatorStore(shop, subject);
  return own?.ok ? own : (neighbour ?? own ?? byAppAlone(shop, subject));
}

/**
 * The first neighbour that is answered is a good control. When none is, and they worked until just now, the control is
 * refused. In a small crowd they may be broken by themselves: they are looked at at once, and then are no neighbours.
 */
async function byNeighbours(shop: Shop, subject: Asking): Promise<Control | null> {
  let refused: Control | null = null;
  const neighbours = await neighboursOf(shop, subject);
  for (const row of neighbours) {
    const answer = await askNeighbour(shop, subject, row);
    if (answer === 'ok') return heard(shop, { via: 'store', answer, storeId: row.id });
    if (answer === null) continue;
    refused ??= heard(shop, { via: 'store', answer, storeId: row.id });
    const unnoticed = row.failingSince === null && neighbours.length < NEIGHBOURS;
    if (unnoticed) await hastenStore(shop.db.db, { id: row.id, at: shop.now() });
  }
  return refused;
}

/** Healthy ones; where there is none, those whose trouble is as new and as unexplained as this store's own. */
async function neighboursOf(shop: Shop, { cohort, storeId }: Asking): Promise<StoreRow[]> {
  const asked = { cohort, notId: storeId ?? '', okSince: shop.now() - NEIGHBOUR_OK_MS, limit: NEIGHBOURS };
  const healthy = await healthyNeighbours(shop.db.db, asked);
  if (healthy.length > 0) return healthy;
  return doubtfulNeighbours(shop.db.db, { ...asked, failingSince: shop.now() - DOUBT_MS });
}

async function askNeighbour(shop: Shop, subject: Asking, row: StoreRow): Promise<Answer | null> {
  const credential = await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId: row.id, state: 'current' });
  if (!credential || credential.version !== row.credentialVersion) return null;
  const { version, grantToken } = credential;
  const holder = { accountId: row.accountId, storeId: row.id, version };
  return askInItsPlace(shop, subject, { sellerId: row.sellerId, grantToken, holder });
}

/** Refused like the store itself, it tells the weather; refused for longer than an incident lasts, it tells nothing. */
async function byOperatorStore(shop: Shop, subject: Asking): Promise<Control | null> {
  const own = subject.app.control;
  if (!own || own.region !== subject.site.region) return null;
  const sellerId = 'sellerId' in own ? own.sellerId : null;
  const answer = await askInItsPlace(shop, subject, { sellerId, grantToken: own.grantToken, holder: null });
  if (answer === null || !(await shop.crowd.ownStoreMayTell(subject.cohort, answer === 'ok'))) return null;
  return heard(shop, { via: 'operator_store', answer, storeId: null });
}

/** `holder` null: the operator's own store. */
type Another = { sellerId: string | null; grantToken: Secret; holder: Holder | null };

/**
 * The same question with another's permission, from the token on: an access token of an hour ago would be answered while
 * every permission is refused. Null when nothing is learnt: the token endpoint was asked too often.
 */
async function askInItsPlace(shop: Shop, subject: Asking, { sellerId, ...another }: Another): Promise<Answer | null> {
  const { app, connector, site } = subject;
  const opened = await open(shop, subject, another);
  if (!opened.access) return opened.answer === 'throttled' ? null : opened.answer;
  const call = connector.dataCalls.find((d) => d.capability === 'finances')?.call;
  if (!call) return null;
  return somebodyAtHome(await connector.ask({ app, call, site, sellerId, access: opened.access }, callContext(shop)));
}

type Opened = { access: AccessToken; answer: 'ok' } | { access: null; answer: Answer };

type Opening = Pick<Another, 'grantToken' | 'holder'>;

async function open(shop: Shop, { app, connector, site }: Asking, { grantToken, holder }: Opening): Promise<Opened> {
  const { grant } = connector;
  if (grant.kind === 'direct') return { access: grant.access(grantToken, shop.now()), answer: 'ok' };
  const { region } = site;
  const { access, finding } = holder
    ? await refreshGrant(shop, { connector, app, holder, grantToken })
    : await refreshOwnGrant(shop, { connector, app, region, grantToken });
  return access ? { access, answer: 'ok' } : { access: null, answer: finding.answer };
}

/** The last resort of a fleet of one: a call of the same hosts that needs no seller. Its refusal is the weather. */
async function byAppAlone(shop: Shop, subject: Asking): Promise<Control> {
  const { app, site, connector } = subject;
  const finding = await connector.askWithoutSeller({ app, site }, callContext(shop));
  return heard(shop, { via: 'app', answer: somebodyAtHome(finding), storeId: null });
}

/** Throttled says that somebody is at home and takes questions. */
export function somebodyAtHome({ answer }: Finding): Answer {
  return answer === 'throttled' ? 'ok' : answer;
}

function heard(shop: Shop, control: Pick<Control, 'via' | 'answer' | 'storeId'>): Control {
  return { ...control, at: shop.now(), ok: control.answer === 'ok' };
}

/** A store's own good look serves its neighbours as a control, for free. */
export async function lendAsControl(shop: Shop, subject: Asking, seen: readonly Observation[]): Promise<void> {
  const good = seen.findLast((o) => o.rung === 'capability' && o.answer === 'ok');
  if (!good || !subject.storeId) return;
  await shop.crowd.noteControl(subject.cohort, {
    at: good.at,
    ok: true,
    via: 'store',
    answer: 'ok',
    storeId: subject.storeId,
  });
}
