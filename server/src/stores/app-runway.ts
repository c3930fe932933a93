/** How long the app's secret still lives: warned of 90, 30, 7 and 1 days before, and a notice from 30 days on. */
import { endsSoon, warningDue } from '../core/app-secrets.ts';
import type { AmazonApp } from '../core/access.ts';
import { faultCohort } from '../core/app-fault.ts';
import { noteWarned } from '../db/app-secrets.ts';
import { closeIncident, openIncident, openIncidents } from '../db/incidents.ts';
import { pageOf, queue } from './app-incidents.ts';
import type { AppSecrets, HeldSecret } from './app-secrets.ts';
import type { Shop } from './shop.ts';

export async function watchRunway(shop: Shop, secrets: AppSecrets): Promise<void> {
  for (const app of shop.apps()) {
    if (app.marketplace !== 'amazon') continue;
    const live = secrets.heldBy(app.applicationId).find((one) => one.status === 'live') ?? null;
    await notice(shop, app, live?.endsAt ?? null);
    if (live) await warn(shop, app, live);
  }
}

async function warn(shop: Shop, app: AmazonApp, { fingerprint, endsAt, warnedDays }: HeldSecret): Promise<void> {
  const now = shop.now();
  const days = warningDue(endsAt, warnedDays, now);
  if (days === null || endsAt === null) return;
  const { applicationId } = app;
  await shop.db.transaction(async (tx) => {
    if (!(await noteWarned(tx, { applicationId, fingerprint, days }))) return;
    const dedupeKey = `${applicationId}:secret_ends:${fingerprint}:${endsAt}:${days}`;
    const automatic = app.rotateSecret === true;
    const payload = {
      topic: 'operator_secret',
      what: 'ends',
      app: app.name,
      endsAt,
      automatic,
      link: pageOf(shop),
    } as const;
    await queue(shop, { tx, dedupeKey, payload, now });
  });
}

/** The mails are the warnings' own; the incident is what stands on the operator's page. */
async function notice(shop: Shop, { applicationId }: AmazonApp, endsAt: number | null): Promise<void> {
  const cause = 'app.secret_expiring';
  const cohort = faultCohort(cause, applicationId);
  const at = shop.now();
  const soon = endsSoon(endsAt, at);
  const open = (await openIncidents(shop.db.db, { cohort })).some((one) => one.cause === cause);
  if (soon === open) return;
  await shop.db.transaction(async (tx) => {
    if (soon) await openIncident(tx, { cohort, cause, at, evidence: [], by: 'app' });
    else await closeIncident(tx, { cohort, cause, at, by: 'app' });
  });
}
