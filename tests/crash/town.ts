/** Many people with a store each, on one marketplace: the same beginnings again and again, for as many deaths as are wanted. */
import type { Tx } from '../../server/src/db/open.ts';
import { promoteCandidate, putCandidate } from '../../server/src/db/credentials.ts';
import { insertStore, readStore, type StoreRow } from '../../server/src/db/stores.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { openSession } from '../../server/src/stores/connect.ts';
import { openRepair } from '../../server/src/stores/repair.ts';
import { plain } from '../../server/src/stores/session-change.ts';
import { cohortOf, type Shop } from '../../server/src/stores/shop.ts';
import { appInWorld, applicationId } from '../support/branch.ts';
import { fleet, sellerId, tokenOf } from '../support/worlds.ts';
import { BROWSER, type FlowName, type Person } from './flows.ts';

const DAY = 86_400_000;

/** A token that the seller made after the one before it had ended. */
function newTokenOf(n: number): string {
  return `${tokenOf(n)}Again`;
}

type Grant = { enabled?: boolean; halfOpen?: boolean; refreshTokens: string[]; retiredTokens?: string[] };

/** What the marketplace has for a seller before the flow begins; null: nothing yet. */
function grantOf(flow: FlowName, n: number): Grant | null {
  switch (flow) {
    case 'connect by consent':
      return null;
    case 'connect by consent, refused':
      return { halfOpen: true, refreshTokens: [] };
    case 'connect by hand':
    case 'renew by consent from the marketplace':
      return { refreshTokens: [tokenOf(n)] };
    case 'repair by consent':
      return { enabled: false, refreshTokens: [], retiredTokens: [tokenOf(n)] };
    case 'repair by hand':
      return { refreshTokens: [newTokenOf(n)], retiredTokens: [tokenOf(n)] };
  }
}

/** The world in which the n-th seller is about to go the n-th of these ways. */
export function townWorld(flows: readonly FlowName[], app: { revivesOldToken?: boolean }): unknown {
  const now = new Date();
  const world = fleet({
    now: now.toISOString(),
    sellers: flows.map(() => ({ region: 'eu' as const })),
    throttle: false,
  }) as Record<string, unknown>;
  const authorizedAt = new Date(now.getTime() - 100 * DAY).toISOString();
  const grants = flows.flatMap((flow, n) => {
    const grant = grantOf(flow, n);
    return grant ? [{ sellerId: sellerId(n), applicationId: applicationId(0), authorizedAt, ...grant }] : [];
  });
  return { ...world, apps: [appInWorld(0, app)], grants };
}

const COHORT = cohortOf('amazon', applicationId(0), 'eu');

/** A control was heard just now: nobody's store is then asked for another's sake, which would be counted as a call of its own. */
export function hearControl({ crowd, now }: Shop): Promise<void> {
  return crowd.noteControl(COHORT, { at: now(), ok: true, via: 'app', answer: 'ok', storeId: null });
}

/** What the n-th person finds when they begin: a wizard, or their broken store and its dialog. */
export async function settleIn(shop: Shop, flow: FlowName, n: number): Promise<Person> {
  const person: Person = {
    flow,
    accountId: `account-${n}`,
    sellerId: sellerId(n),
    email: `owner${n}@example.test`,
    sessionId: null,
    storeId: null,
    token: flow === 'repair by hand' ? newTokenOf(n) : tokenOf(n),
  };
  switch (flow) {
    case 'connect by hand':
      return person;
    case 'connect by consent':
    case 'connect by consent, refused': {
      const fields = { marketplace: 'amazon' as const, site: 'amazon.de', name: person.email };
      const { session } = await openSession(shop, { accountId: person.accountId, fields, browser: BROWSER });
      return { ...person, sessionId: session.id };
    }
    case 'renew by consent from the marketplace':
      return { ...person, storeId: (await begunStore(shop, person, n)).id };
    case 'repair by hand':
    case 'repair by consent': {
      const row = await begunStore(shop, person, n);
      const repair = await openRepair(shop, { accountId: row.accountId, id: row.id, browser: BROWSER });
      return { ...person, storeId: row.id, sessionId: repair.session.id };
    }
  }
}

async function begunStore(shop: Shop, person: Person, n: number): Promise<StoreRow> {
  const row = storeOf(shop, person);
  await shop.db.transaction((tx) => keep(shop, tx, { row, n }));
  return row;
}

function storeOf(shop: Shop, { accountId, sellerId, email, flow }: Person): StoreRow {
  const long = shop.now() - 3 * 3_600_000;
  const healthy = flow.startsWith('renew');
  const diagnosis = plain('grant.revoked');
  const alarm: StoreRow['alarm'] = { cause: 'grant.revoked', since: long, evidence: [], diagnosis };
  const broken = { verdict: 'reconnect', cause: 'grant.revoked', alarm, failingSince: long, failedLooks: 2 } as const;
  return aStore({
    accountId,
    applicationId: applicationId(0),
    cohort: COHORT,
    region: 'eu',
    site: 'amazon.de',
    name: email,
    email,
    sellerId,
    authorizedAt: shop.now() - 100 * DAY,
    lastOkAt: long,
    lastLookAt: long,
    createdAt: shop.now() - 100 * DAY,
    ...(healthy ? {} : broken),
    nextAt: shop.now() + 30 * 60_000,
  });
}

type Keeping = { row: StoreRow; n: number };

async function keep({ vault, now }: Shop, tx: Tx, { row, n }: Keeping): Promise<void> {
  const { accountId, id: storeId } = row;
  await insertStore(tx, row);
  await putCandidate({ db: tx, vault }, { accountId, storeId, version: 1, token: new Secret(tokenOf(n)), now: now() });
  await promoteCandidate(tx, { storeId, version: 1 });
}

/** The store of a person, if there is one by now. */
export async function storeRow(shop: Shop, { accountId }: Pick<Person, 'accountId'>): Promise<StoreRow | null> {
  const [found] = await shop.db.db.selectFrom('store').select('id').where('account_id', '=', accountId).execute();
  return found ? readStore(shop.db.db, { accountId, id: found.id }) : null;
}
