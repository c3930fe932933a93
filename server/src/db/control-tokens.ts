/** Tokens of the operator's own stores that the marketplace replaced since the apps file was written. */
import type { Secret } from '../core/secret.ts';
import type { SealedIn } from './credentials.ts';
import type { Reader } from './dialect.ts';
import { sealInForce } from './key-check.ts';
import { unseal } from './vault.ts';

/** `origin`: fingerprint of the token in the apps file. */
export type OwnStore = { applicationId: string; region: string; origin: string };

/** Null while the token of the apps file is the newest. */
export async function readControlToken({ db, vault }: SealedIn, own: OwnStore): Promise<Secret | null> {
  const row = await db
    .selectFrom('control_token')
    .selectAll()
    .where('application_id', '=', own.applicationId)
    .where('region', '=', own.region)
    .where('origin', '=', own.origin)
    .executeTakeFirst();
  return row ? unseal(vault, { ...controlTokenBinding(own), sealed: row.sealed }) : null;
}

/** An older one than the row has is not kept. */
export async function keepControlToken(
  { db, vault }: SealedIn,
  { own, token, at }: { own: OwnStore; token: Secret; at: number },
): Promise<void> {
  if (await hasNewer(db, own, at)) return;
  const { sealed, keyId } = await sealInForce({ db, vault }, { ...controlTokenBinding(own), plain: token });
  const { applicationId, region, origin } = own;
  const values = { origin, sealed, key_id: keyId, replaced_at: at };
  await db
    .insertInto('control_token')
    .values({ application_id: applicationId, region, ...values })
    .onConflict((conflict) => conflict.columns(['application_id', 'region']).doUpdateSet(values))
    .execute();
}

async function hasNewer(db: Reader, { applicationId, region, origin }: OwnStore, at: number): Promise<boolean> {
  const row = await db
    .selectFrom('control_token')
    .select('replaced_at')
    .where('application_id', '=', applicationId)
    .where('region', '=', region)
    .where('origin', '=', origin)
    .where('replaced_at', '>', at)
    .executeTakeFirst();
  return row !== undefined;
}

export function controlTokenBinding({ applicationId, region }: Pick<OwnStore, 'applicationId' | 'region'>) {
  return { account: '', store: applicationId, kind: `control_token:${region}`, version: 0 };
}
