/**
 * A new secret of the app, tried on one store before everybody uses it: the operator's own, else one that answered
 * lately, else the app's own token. Meanwhile everybody goes on with the secret before. An answer that says nothing about
 * the secret leaves it waiting.
 */
import { canaryDue, canarySays, OLD_SECRET_MS } from '../core/app-secrets.ts';
import type { AmazonApp } from '../core/access.ts';
import type { Answer } from '../core/observation.ts';
import type { Secret } from '../core/secret.ts';
import { adoptSecret, keepWaiting, rollBack, takeCanary, type AppSecretRow } from '../db/app-secrets.ts';
import { readCredential } from '../db/credentials.ts';
import { healthyStoreOf } from '../db/fleet.ts';
import { pageOf, queue } from './app-incidents.ts';
import { siteOf } from './app-over.ts';
import type { AppSecrets, HeldSecret } from './app-secrets.ts';
import type { Shop } from './shop.ts';
import { refreshGrant, refreshOwnGrant, type Holder } from './grant-refresh.ts';
import { callContext } from './subject.ts';

/** A trial that was never ended, because its process died, is begun anew after this; one that taught nothing after the other. */
const LOST_MS = 2 * 60_000;
const AGAIN_MS = 60_000;
/** A store counts as working when it answered within this long before. */
const OK_MS = 6 * 3_600_000;

/** Tries what is new; true when something was learnt, so that the secrets are to be read again. */
export async function tryNewSecrets(shop: Shop, secrets: AppSecrets): Promise<boolean> {
  let learnt = false;
  for (const app of shop.apps()) {
    if (app.marketplace !== 'amazon') continue;
    const candidate = canaryDue(secrets.heldBy(app.applicationId));
    if (candidate && (await tryOne(shop, app, candidate))) learnt = true;
  }
  return learnt;
}

async function tryOne(shop: Shop, app: AmazonApp, candidate: HeldSecret): Promise<boolean> {
  const { secret, canaryAt } = candidate;
  const at = shop.now();
  if (!secret || (canaryAt !== null && at - canaryAt < AGAIN_MS)) return false;
  const named = { applicationId: app.applicationId, fingerprint: candidate.fingerprint };
  const taken = await shop.db.transaction((tx) => takeCanary(tx, { ...named, at, staleBefore: at - LOST_MS }));
  if (!taken) return false;
  const { on, answer } = await hear(shop, { ...app, clientSecret: secret, previousClientSecret: null });
  await conclude(shop, app, { ...named, at: shop.now(), on, answer });
  return true;
}

type Heard = { on: NonNullable<AppSecretRow['canaryOn']>; answer: Answer };

/** A store whose own permission is refused says nothing about the secret: then the app's own token decides. */
async function hear(shop: Shop, app: AmazonApp): Promise<Heard> {
  const store = await storeFor(shop, app);
  if (store) {
    const answer = await refresh(shop, app, store);
    if (canarySays(answer) !== 'ask_again') return { on: store.on, answer };
  }
  const site = siteOf(shop, app);
  if (!site) return { on: 'app', answer: 'unknown' };
  const { answer } = await shop.connector(app.marketplace).askApp({ app, site }, callContext(shop));
  return { on: 'app', answer };
}

type Chosen =
  | { on: 'operator_store'; grantToken: Secret; region: string }
  | { on: 'store'; grantToken: Secret; holder: Holder };

async function storeFor(shop: Shop, app: AmazonApp): Promise<Chosen | null> {
  if (app.control) return { on: 'operator_store', ...app.control };
  return shop.db.acrossAccounts(async () => {
    const { applicationId } = app;
    const row = await healthyStoreOf(shop.db.db, { applicationId, okSince: shop.now() - OK_MS });
    if (!row) return null;
    const sealed = { db: shop.db.db, vault: shop.vault };
    const credential = await readCredential(sealed, { storeId: row.id, state: 'current' });
    if (!credential) return null;
    const { version, grantToken } = credential;
    return { on: 'store' as const, grantToken, holder: { accountId: row.accountId, storeId: row.id, version } };
  });
}

async function refresh(shop: Shop, app: AmazonApp, store: Chosen): Promise<Answer> {
  const connector = shop.connector(app.marketplace);
  const { finding } =
    store.on === 'store'
      ? await refreshGrant(shop, { ...store, connector, app })
      : await refreshOwnGrant(shop, { ...store, connector, app });
  return finding.answer;
}

type Tried = Heard & { applicationId: string; fingerprint: string; at: number };

async function conclude(shop: Shop, app: AmazonApp, tried: Tried): Promise<void> {
  const { fingerprint, applicationId, at } = tried;
  await shop.db.transaction(async (tx) => {
    switch (canarySays(tried.answer)) {
      case 'adopt':
        await adoptSecret(tx, { ...tried, oldEndsAt: at + OLD_SECRET_MS });
        return;
      case 'ask_again':
        await keepWaiting(tx, tried);
        return;
      case 'roll_back': {
        if (!(await rollBack(tx, tried))) return;
        const dedupeKey = `${applicationId}:secret_refused:${fingerprint}`;
        const payload = {
          topic: 'operator_secret',
          what: 'refused',
          app: app.name,
          fingerprint,
          link: pageOf(shop),
        } as const;
        await queue(shop, { tx, dedupeKey, payload, now: at });
      }
    }
  });
  shop.log.info(
    { applicationId, secret: fingerprint, on: tried.on, answer: tried.answer },
    'a new secret of the app was tried',
  );
}
