/**
 * What the marketplace was asked to tell of each store, and the newest that it told. Which store a notification is about
 * is read here alone: by the id of a subscription that we made.
 */
import { sql, type Selectable } from 'kysely';
import { isNewer, type Standing } from '../core/notice.ts';
import type { Observation, Region } from '../core/observation.ts';
import { runAcrossAccounts } from './account-scope.ts';
import type { Reader } from './dialect.ts';
import type { SubscriptionTable } from './schema-apps.ts';
import { toStoreRow } from './store-row.ts';
import type { StoreRow } from './stores.ts';

export type SubscriptionRow = {
  accountId: string;
  storeId: string;
  type: string;
  applicationId: string;
  region: string;
  destinationId: string | null;
  subscriptionId: string | null;
  state: 'active' | 'failed' | 'ending';
  triedAt: number;
  failure: string | null;
  lastEventAt: number | null;
  lastEventId: string | null;
  told: Standing | null;
};

type Made = Pick<
  SubscriptionRow,
  'accountId' | 'storeId' | 'type' | 'applicationId' | 'region' | 'destinationId' | 'subscriptionId' | 'failure'
> & { at: number };

/** Notes how subscribing ended: with an id it is active, without one it failed and is tried again. */
export async function putSubscription(tx: Reader, made: Made): Promise<void> {
  const state = made.subscriptionId === null ? 'failed' : 'active';
  const changes = {
    application_id: made.applicationId,
    region: made.region,
    destination_id: made.destinationId,
    subscription_id: made.subscriptionId,
    state,
    tried_at: made.at,
    failure: made.failure,
  };
  await tx
    .insertInto('subscription')
    .values({ account_id: made.accountId, store_id: made.storeId, type: made.type, ...changes })
    .onConflict((conflict) => conflict.columns(['store_id', 'type']).doUpdateSet(changes))
    .execute();
}

type Wanting = { applicationId: string; types: readonly string[]; triedBefore: number; limit: number };

/** Connected stores of the app that lack a subscription, or whose last attempt failed before `triedBefore`. */
export async function storesToSubscribe(
  r: Reader,
  { applicationId, types, triedBefore, limit }: Wanting,
): Promise<StoreRow[]> {
  const query = r
    .selectFrom('store')
    .selectAll()
    .where('application_id', '=', applicationId)
    .where('phase', '=', 'live')
    .where('verdict', 'in', ['connected', 'expiring'])
    .where(
      sql<boolean>`(select count(*) from subscription where subscription.store_id = store.id
        and (subscription.state = 'active' or subscription.tried_at > ${triedBefore})) < ${types.length}`,
    )
    .limit(limit);
  return (await runAcrossAccounts(() => query.execute())).map(toStoreRow);
}

export async function subscriptionsOf(r: Reader, { storeId }: { storeId: string }): Promise<SubscriptionRow[]> {
  const rows = await r.selectFrom('subscription').selectAll().where('store_id', '=', storeId).orderBy('type').execute();
  return rows.map(toRow);
}

/** The store is removed: what was subscribed to is to be ended at the marketplace; what never was is forgotten. */
export async function endSubscriptions(tx: Reader, { storeId }: { storeId: string }): Promise<void> {
  const mine = () => tx.deleteFrom('subscription').where('store_id', '=', storeId);
  await mine().where('subscription_id', 'is', null).execute();
  await tx.updateTable('subscription').set({ state: 'ending', tried_at: 0 }).where('store_id', '=', storeId).execute();
}

/** How many subscriptions of the app's stores there are, and how many could not be made. */
export async function countSubscriptions(
  r: Reader,
  applicationId: string,
): Promise<{ active: number; failed: number }> {
  const query = r
    .selectFrom('subscription')
    .select(['state', (e) => e.fn.countAll<number | string>().as('count')])
    .where('application_id', '=', applicationId)
    .groupBy('state');
  const rows = await runAcrossAccounts(() => query.execute());
  const count = (state: string): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { active: count('active'), failed: count('failed') };
}

type Ending = { applicationId: string; triedBefore: number; limit: number };

export async function subscriptionsToEnd(
  r: Reader,
  { applicationId, triedBefore, limit }: Ending,
): Promise<SubscriptionRow[]> {
  const query = r
    .selectFrom('subscription')
    .selectAll()
    .where('application_id', '=', applicationId)
    .where('state', '=', 'ending')
    .where('tried_at', '<=', triedBefore)
    .limit(limit);
  return (await runAcrossAccounts(() => query.execute())).map(toRow);
}

type Key = { storeId: string; type: string };

/** It is ended at the marketplace, and forgotten; or it could not be, and is tried again later. */
export async function noteEnded(tx: Reader, { storeId, type }: Key, failed: { at: number; failure: string } | null) {
  if (failed === null) {
    await tx.deleteFrom('subscription').where('store_id', '=', storeId).where('type', '=', type).execute();
    return;
  }
  await tx
    .updateTable('subscription')
    .set({ tried_at: failed.at, failure: failed.failure })
    .where('store_id', '=', storeId)
    .where('type', '=', type)
    .execute();
}

/** The subscription of ours that has this id and type; null for a foreign or forged one, and for one that is being ended. */
export async function findSubscription(
  tx: Reader,
  named: { applicationId: string; subscriptionId: string; type: string },
): Promise<SubscriptionRow | null> {
  const row = await tx
    .selectFrom('subscription')
    .selectAll()
    .where('application_id', '=', named.applicationId)
    .where('subscription_id', '=', named.subscriptionId)
    .where('type', '=', named.type)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row ? toRow(row) : null;
}

type Event = { at: number; id: string; told?: { standing: Standing; observationId: string } };

/** Keeps the newest that was told; false when a newer one is known, and then nothing is changed. Call it with the store locked. */
export async function noteTold(tx: Reader, known: SubscriptionRow, { at, id, told }: Event): Promise<boolean> {
  const last = known.lastEventAt === null ? null : { at: known.lastEventAt, id: known.lastEventId ?? '' };
  if (!isNewer({ at, id }, last)) return false;
  await tx
    .updateTable('subscription')
    .set({
      last_event_at: at,
      last_event_id: id,
      ...(told === undefined ? {} : { told: told.standing, told_by: told.observationId }),
    })
    .where('store_id', '=', known.storeId)
    .where('type', '=', known.type)
    .execute();
  return true;
}

export type Told = { standing: 'at_risk' | 'deactivated'; seen: Observation };

/** What the marketplace told last of the account as a whole, as the observation it is kept as; null while all is well. */
export async function toldOf(r: Reader, storeId: string): Promise<Told | null> {
  const row = await r
    .selectFrom('subscription')
    .selectAll()
    .where('store_id', '=', storeId)
    .where('told', 'in', ['at_risk', 'deactivated'])
    .executeTakeFirst();
  if (!row) return null;
  const standing = row.told === 'deactivated' ? 'deactivated' : 'at_risk';
  const told = { id: row.told_by ?? '', at: row.last_event_at ?? 0, region: row.region as Region };
  return { standing, seen: toldObservation({ ...told, call: row.type, facts: { standing } }) };
}

type ToldUnasked = Pick<Observation, 'id' | 'at' | 'region' | 'call' | 'facts'> & { credentialVersion?: number };

/** What was told unasked, as an observation: nobody called, so there is no status, no time spent and no token. */
export function toldObservation({ credentialVersion = 0, ...told }: ToldUnasked): Observation {
  return {
    ...told,
    source: 'notification',
    rung: 'freshness',
    capability: 'notifications',
    answer: 'ok',
    status: null,
    code: null,
    message: null,
    ms: 0,
    credentialVersion,
    freshToken: false,
  };
}

function toRow(t: Selectable<SubscriptionTable>): SubscriptionRow {
  return {
    accountId: t.account_id,
    storeId: t.store_id,
    type: t.type,
    applicationId: t.application_id,
    region: t.region,
    destinationId: t.destination_id,
    subscriptionId: t.subscription_id,
    state: t.state as SubscriptionRow['state'],
    triedAt: t.tried_at,
    failure: t.failure,
    lastEventAt: t.last_event_at,
    lastEventId: t.last_event_id,
    told: t.told as Standing | null,
  };
}
