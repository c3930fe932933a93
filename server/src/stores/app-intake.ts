/**
 * One message of an app's queue: read, and taken in one transaction with all that follows from it. Only then is it taken
 * out of the queue, so that a process that dies in between loses nothing; what comes twice, late or in another order
 * ends in the same state.
 */
import type { AmazonApp } from '../core/access.ts';
import type { Notice, NoticeSaid, Standing } from '../core/notice.ts';
import type { Observation } from '../core/observation.ts';
import { appSecrets, putNotifiedSecret, setEnd } from '../db/app-secrets.ts';
import { countMessage, takeNotification, type Counted } from '../db/app-queue.ts';
import { hastenStore } from '../db/crowd.ts';
import { newId } from '../db/ids.ts';
import { appendObservations } from '../db/observations.ts';
import type { Tx } from '../db/open.ts';
import { lockStore, type StoreRow } from '../db/stores.ts';
import { findSubscription, noteTold, toldObservation, type SubscriptionRow } from '../db/subscriptions.ts';
import { pageOf, queue } from './app-incidents.ts';
import type { Shop } from './shop.ts';

/** Of what is told often, one an hour is kept as evidence while all is well. */
const KEEP_MS = 3_600_000;

/** True: it may be taken out of the queue. False: it is left to the queue's own rule for what nobody can read. */
export async function takeMessage(shop: Shop, { app, body }: { app: AmazonApp; body: string }): Promise<boolean> {
  const { notices } = shop.connector(app.marketplace);
  if (!notices) return false;
  const notice = notices.read(body);
  if (notice.kind === 'malformed') {
    await tellOfMalformed(shop, app, notice.why);
    return false;
  }
  await shop.db.transaction(async (tx) => {
    const as = await take(shop, { tx, app, notice });
    await countMessage(tx, { applicationId: app.applicationId, as, at: shop.now() });
  });
  return true;
}

async function tellOfMalformed(shop: Shop, app: AmazonApp, detail: string): Promise<void> {
  const now = shop.now();
  const { applicationId } = app;
  const payload = { topic: 'operator_note', what: 'malformed', detail, app: app.name, link: pageOf(shop) } as const;
  await shop.db.transaction(async (tx) => {
    await countMessage(tx, { applicationId, as: 'malformed', at: now });
    const day = Math.floor(now / 86_400_000);
    await queue(shop, { tx, dedupeKey: `${applicationId}:malformed:${day}`, payload, now });
  });
}

type Taking = { tx: Tx; app: AmazonApp; notice: Notice };

async function take(shop: Shop, taking: Taking): Promise<Counted> {
  const { tx, app, notice } = taking;
  const { applicationId } = app;
  if (notice.applicationId !== null && notice.applicationId !== applicationId) return 'unknown';
  if (!(await takeNotification(tx, { applicationId, notificationId: notice.id, at: shop.now() }))) return 'repeated';
  const { said } = notice;
  switch (said.what) {
    case 'standing':
      return ofStore(shop, { ...taking, sellerId: null, standing: said.standing });
    case 'money':
    case 'report':
      return ofStore(shop, { ...taking, sellerId: said.sellerId });
    case 'secret_ends':
      return secretEnds(taking, said);
    case 'new_secret':
      return newSecret(shop, taking, said);
    case 'other':
      return 'unknown';
  }
}

type OfStore = Taking & { sellerId: string | null; standing?: Standing };

/** A paused store is not looked at, but what is told of it meanwhile must be known when it is watched again. */
const WATCHED: ReadonlySet<StoreRow['phase']> = new Set(['live', 'paused']);

/** The store is found by the subscription alone; where a seller is named too, it must be that store's. */
async function ofStore(shop: Shop, { tx, app, notice, sellerId, standing }: OfStore): Promise<Counted> {
  const { applicationId } = app;
  const named = { applicationId, subscriptionId: notice.subscriptionId ?? '', type: notice.type };
  const found = await findSubscription(tx, named);
  const row = found && (await lockStore(tx, found.storeId));
  // Read again under the store's lock: another process may have taken a newer one in between.
  const known = row && (await findSubscription(tx, named));
  if (!known || !WATCHED.has(row.phase)) return 'unknown';
  if (sellerId !== null && row.sellerId !== null && sellerId !== row.sellerId) return 'unknown';
  await keep(shop, { tx, notice, known, row, ...(standing === undefined ? {} : { standing }) });
  return 'handled';
}

type Keeping = { tx: Tx; notice: Notice; known: SubscriptionRow; row: StoreRow; standing?: Standing };

/** What is newer than all that is known is kept; an older one changes nothing. */
async function keep(shop: Shop, keeping: Keeping): Promise<void> {
  const { tx, notice, known, row, standing } = keeping;
  const now = shop.now();
  const observation = observationOf(keeping, now);
  const told = standing === undefined ? {} : { told: { standing, observationId: observation.id } };
  if (!(await noteTold(tx, known, { at: notice.at, id: notice.id, ...told }))) return;
  // Whoever is told something new is looked at now, and so is a store in trouble: where there is news there is a permission.
  const isNews = changesStanding(keeping) || row.failingSince !== null || row.alarm !== null;
  if (isNews || isFirstInAWhile(known, notice.at))
    await appendObservations(tx, { accountId: row.accountId, storeId: row.id, observations: [observation] });
  if (isNews) await hastenStore(tx, { id: row.id, at: now });
}

function changesStanding({ known, standing }: Keeping): boolean {
  return standing !== undefined && standing !== (known.told ?? 'normal');
}

function observationOf({ notice, row, standing }: Keeping, at: number): Observation {
  const facts = standing === undefined ? {} : { standing };
  const { region, credentialVersion } = row;
  return toldObservation({ id: newId('ob'), at, region, call: notice.type, facts, credentialVersion });
}

function isFirstInAWhile({ lastEventAt }: SubscriptionRow, at: number): boolean {
  return lastEventAt === null || at - lastEventAt >= KEEP_MS;
}

/** The end of the secret that was the newest when this was told. */
async function secretEnds(
  { tx, app, notice }: Taking,
  said: Extract<NoticeSaid, { what: 'secret_ends' }>,
): Promise<Counted> {
  if (said.clientId !== app.clientId) return 'unknown';
  const { applicationId } = app;
  const inUse = (await appSecrets(tx, applicationId)).filter(
    ({ status }) => status !== 'refused' && status !== 'retired',
  );
  const known = inUse.filter(({ source, knownAt }) => source === 'file' || knownAt <= notice.at);
  const newest = known.toSorted((a, b) => b.knownAt - a.knownAt)[0];
  if (newest) await setEnd(tx, { applicationId, fingerprint: newest.fingerprint, endsAt: said.endsAt });
  return 'handled';
}

/** Sealed before the message is gone, because it is told nowhere else. One that is older than what is known is kept and not used. */
async function newSecret(
  shop: Shop,
  { tx, app, notice }: Taking,
  { clientId, secret, endsAt, oldEndsAt }: Extract<NoticeSaid, { what: 'new_secret' }>,
): Promise<Counted> {
  if (clientId !== app.clientId) return 'unknown';
  const { applicationId } = app;
  const known = await appSecrets(tx, applicationId);
  const later = known.some((one) => one.source === 'notification' && one.knownAt > notice.at);
  const sealed = { db: tx, vault: shop.vault };
  const status = later ? 'retired' : 'candidate';
  const isNew = await putNotifiedSecret(sealed, { applicationId, secret, status, endsAt, at: notice.at });
  const live = known.find((one) => one.status === 'live');
  if (isNew && !later && live && oldEndsAt !== null)
    await setEnd(tx, { applicationId, fingerprint: live.fingerprint, endsAt: oldEndsAt });
  return 'handled';
}
