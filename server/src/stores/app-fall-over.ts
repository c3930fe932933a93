/** The secret in use was refused in the middle of a look, and the other one was taken: from now on that one goes first. */
import type { App } from '../core/access.ts';
import { fallOver, fingerprintOf } from '../db/app-secrets.ts';
import type { Shop } from './shop.ts';

export async function noteOtherSecret(shop: Shop, app: App): Promise<void> {
  if (app.marketplace !== 'amazon' || app.previousClientSecret === null) return;
  const refused = fingerprintOf(app.clientSecret);
  const taken = fingerprintOf(app.previousClientSecret);
  const { applicationId } = app;
  // The secrets belong to the operator: an account that is being worked for may not touch them.
  await shop.db.acrossAccounts(() =>
    shop.db.transaction((tx) => fallOver(tx, { applicationId, refused, taken, at: shop.now() })),
  );
}
