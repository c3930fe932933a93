/** The operator's view of the apps: what is known of their secrets and queues, and which of their faults are open. */
import { daysUntil, inOrder } from '../core/app-secrets.ts';
import type { App } from '../core/access.ts';
import { faultCohort, OWN_COHORT } from '../core/app-fault.ts';
import type { Cause } from '../core/diagnosis.ts';
import { appSecrets, type AppSecretRow } from '../db/app-secrets.ts';
import { readAppQueue, type AppQueueRow } from '../db/app-queue.ts';
import { openIncidents, type IncidentRow } from '../db/incidents.ts';
import { countSubscriptions } from '../db/subscriptions.ts';
import type { Apps } from '../http/contract/app.ts';
import { canRotate } from './app-rotation.ts';
import { instant } from './present.ts';
import type { Shop } from './shop.ts';

export type OpenIncident = { cause: Cause; since: string };
type AppBody = Omit<Apps['apps'][number], 'faults'> & { faults: OpenIncident[] };

export async function readAppsPage(shop: Shop): Promise<{ apps: AppBody[]; machine: OpenIncident[] }> {
  const open = await openIncidents(shop.db.db);
  const apps: AppBody[] = [];
  for (const app of shop.apps()) apps.push(await bodyOf(shop, app, open));
  return { apps, machine: openOf(open, OWN_COHORT) };
}

function openOf(open: readonly IncidentRow[], cohort: string): OpenIncident[] {
  const mine = open.filter((row) => row.cohort === cohort);
  return mine.map(({ cause, openedAt }) => ({ cause, since: instant(openedAt) }));
}

async function bodyOf(shop: Shop, app: App, open: readonly IncidentRow[]): Promise<AppBody> {
  const { applicationId, name, marketplace } = app;
  const { db } = shop.db;
  const now = shop.now();
  const rows = await appSecrets(db, applicationId);
  const secrets = inOrder(
    rows.map((row) => ({ ...row, available: true })),
    now,
  );
  const end = secrets.find(({ status }) => status === 'live')?.endsAt ?? null;
  const counts = canRotate(app) ? await readAppQueue(db, applicationId) : null;
  return {
    application_id: applicationId,
    name,
    marketplace,
    label: shop.connector(marketplace).label,
    draft: app.marketplace === 'amazon' && app.draft,
    secrets: secrets.map(secretBody),
    runway_days: end === null ? null : daysUntil(end, now),
    can_rotate: canRotate(app),
    rotates_itself: app.marketplace === 'amazon' && app.rotateSecret === true,
    rotation:
      counts?.rotationAskedAt == null
        ? null
        : { asked_at: instant(counts.rotationAskedAt), answer: counts.rotationAnswer },
    queue: canRotate(app) ? queueBody(counts, await countSubscriptions(db, applicationId)) : null,
    faults: openOf(open, faultCohort('app.mismatch', applicationId)),
  };
}

function secretBody(row: AppSecretRow): AppBody['secrets'][number] {
  const { fingerprint, source, status, statusAt, endsAt, canaryAt, canaryOn, canaryAnswer } = row;
  const tried = canaryAt !== null && canaryOn !== null && canaryAnswer !== null;
  return {
    fingerprint,
    source,
    status,
    since: instant(statusAt),
    ends_at: orNull(endsAt),
    canary: tried ? { at: instant(canaryAt), on: canaryOn, answer: canaryAnswer } : null,
  };
}

type Counted = { active: number; failed: number };

/** Before the first message there is no row. */
const NOTHING_YET: Omit<AppQueueRow, 'rotationAskedAt' | 'rotationAnswer'> = {
  lastMessageAt: null,
  handled: 0,
  repeated: 0,
  unknown: 0,
  malformed: 0,
  failures: 0,
  lastFailureAt: null,
  lastFailure: null,
};

function queueBody(row: AppQueueRow | null, { active, failed }: Counted): NonNullable<AppBody['queue']> {
  const counts = { ...NOTHING_YET, ...row };
  return {
    last_message_at: orNull(counts.lastMessageAt),
    handled: counts.handled,
    repeated: counts.repeated,
    unknown: counts.unknown,
    malformed: counts.malformed,
    failures: counts.failures,
    last_failure: counts.lastFailure,
    last_failure_at: orNull(counts.lastFailureAt),
    subscribed: active,
    not_subscribed: failed,
  };
}

function orNull(at: number | null): string | null {
  return at === null ? null : instant(at);
}
