/** Ordering a new secret for an app: by a person, or by itself two weeks before the end. It comes by the queue. */
import { daysUntil } from '../core/app-secrets.ts';
import type { AmazonApp, App } from '../core/access.ts';
import { Fault } from '../core/fault.ts';
import { OPERATOR_ACCOUNT } from '../db/outbox.ts';
import { appendAudit } from '../db/audit.ts';
import { appSecrets } from '../db/app-secrets.ts';
import { noteRotationAnswer, takeRotation } from '../db/app-queue.ts';
import { pageOf, queue } from './app-incidents.ts';
import { siteOf } from './app-over.ts';
import type { Shop } from './shop.ts';
import { callContext } from './subject.ts';

const DAY = 86_400_000;
/** Days before the end at which a secret is rotated by itself. */
const ROTATE_DAYS = 14;
/** Amazon takes one order a minute; by itself one a day. Milliseconds. */
const BY_HAND_MS = 2 * 60_000;
const BY_ITSELF_MS = DAY;

/**
 * Orders a new secret for the app, or for the one app where none is named.
 * @throws Fault `not-found`; `invalid-request` where the app has no queue, while one is on its way, or when the marketplace
 * did not take the order.
 */
export async function rotateSecretNow(shop: Shop, applicationId: string | null): Promise<{ name: string }> {
  const app = shop
    .apps()
    .find((one) => one.marketplace === 'amazon' && (applicationId ?? one.applicationId) === one.applicationId);
  if (!app)
    throw new Fault('not-found', { detail: 'There is no such app in the file named by STOREKEEPER_APPS_FILE.' });
  if (!canRotate(app))
    throw new Fault('invalid-request', {
      detail:
        'This app has no queue. A new secret comes by its queue alone: add "notifications" to the app, or rotate it in the developer console.',
    });
  if (await isUnderWay(shop, app))
    throw new Fault('invalid-request', {
      detail: 'A new secret is on its way already. It is used as soon as it was tried on one store.',
    });
  const answer = await order(shop, app, BY_HAND_MS);
  if (answer === null)
    throw new Fault('invalid-request', {
      detail: 'A new secret was ordered a moment ago. It comes by the queue within minutes.',
    });
  if (answer !== 'ok')
    throw new Fault('invalid-request', {
      detail: `The marketplace did not take the order (${answer}). The present secret goes on being used. Say under Notification Preferences in the developer console that the app takes rotation notices in its queue.`,
    });
  return { name: app.name };
}

/** Whether a new secret could reach us. */
export function canRotate(app: App): app is AmazonApp {
  return app.marketplace === 'amazon' && app.notifications != null;
}

async function isUnderWay(shop: Shop, { applicationId }: AmazonApp): Promise<boolean> {
  const known = await appSecrets(shop.db.db, applicationId);
  return known.some(({ status }) => status === 'candidate' || status === 'canary');
}

/** What is near its end and may be rotated is. */
export async function rotateByThemselves(shop: Shop): Promise<void> {
  for (const app of shop.apps()) {
    if (!canRotate(app) || app.rotateSecret !== true || !(await isDue(shop, app))) continue;
    const answer = await order(shop, app, BY_ITSELF_MS);
    if (answer !== null && answer !== 'ok') await tellOfRefusal(shop, app, answer);
  }
}

async function isDue(shop: Shop, { applicationId }: AmazonApp): Promise<boolean> {
  const known = await appSecrets(shop.db.db, applicationId);
  if (known.some(({ status }) => status === 'candidate' || status === 'canary')) return false;
  const end = known.find(({ status }) => status === 'live')?.endsAt ?? null;
  return end !== null && daysUntil(end, shop.now()) <= ROTATE_DAYS;
}

/** The marketplace's answer; null when another order is younger than `pauseMs`. */
async function order(shop: Shop, app: AmazonApp, pauseMs: number): Promise<string | null> {
  const { applicationId } = app;
  const at = shop.now();
  const { notices } = shop.connector(app.marketplace);
  const site = siteOf(shop, app);
  if (!notices || !site) return 'unknown';
  const taken = await shop.db.transaction(async (tx) => {
    const isOurs = await takeRotation(tx, { applicationId, at, notAfter: at - pauseMs });
    const details = { app: applicationId };
    if (isOurs) await appendAudit(tx, { accountId: OPERATOR_ACCOUNT, kind: 'app_secret.rotated', at, details });
    return isOurs;
  });
  if (!taken) return null;
  const { answer } = await notices.rotateSecret({ app, site }, callContext(shop));
  await noteRotationAnswer(shop.db.db, { applicationId, answer });
  shop.log.info({ applicationId, answer }, 'a new secret of the app was ordered');
  return answer;
}

async function tellOfRefusal(shop: Shop, app: AmazonApp, answer: string): Promise<void> {
  const now = shop.now();
  const detail = `Its answer was: ${answer}.`;
  const payload = { topic: 'operator_note', what: 'rotation', detail, app: app.name, link: pageOf(shop) } as const;
  const dedupeKey = `${app.applicationId}:rotation:${Math.floor(now / DAY)}`;
  await shop.db.transaction((tx) => queue(shop, { tx, dedupeKey, payload, now }));
}
