/**
 * The watch over the audit log: seals every minute what came new, proves all of it once a day, and removes what is older
 * than retention asks for. A fault is logged and mailed to the operator, once a day for each place.
 */
import { pruneAudit, readHeads } from '../db/audit.ts';
import { anchorAudit, verifyAudit, type AuditFault, type AuditProof } from '../db/audit-verify.ts';
import { pageOf, queue } from './app-incidents.ts';
import type { Shop } from './shop.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Twelve months at least (Amazon's data protection policy), and one more. The product's time. */
const KEPT_MS = 396 * DAY;

/** A step of the watch. It goes by the machine's time, except for the age of entries. */
export function watchAudit(shop: Shop): () => Promise<number> {
  let sealedAt = Date.now();
  let provenAt = -Infinity;
  return async () => {
    if (Date.now() - sealedAt < MINUTE) return 0;
    sealedAt = Date.now();
    const isDaily = Date.now() - provenAt >= DAY;
    await reportFaults(shop, await anchorAudit({ database: shop.db, vault: shop.vault }));
    if (!isDaily) return 0;
    provenAt = Date.now();
    await proveAudit(shop);
    return 1;
  };
}

/** Reads all of it. The line in the log lets a collector outside of this database hold the count against a later one. */
export async function proveAudit(shop: Shop): Promise<AuditProof> {
  const proof = await verifyAudit({ database: shop.db, vault: shop.vault });
  await reportFaults(shop, proof);
  if (proof.faults.length > 0) return proof;
  const { chains, entries } = proof;
  shop.log.info({ chains, entries }, 'the audit log was proven');
  const before = shop.now() - KEPT_MS;
  for (const { accountId } of await readHeads(shop.db.db)) {
    await shop.db.transaction((tx) => pruneAudit(tx, { accountId, before }));
  }
  return proof;
}

async function reportFaults(shop: Shop, { faults }: AuditProof): Promise<void> {
  for (const fault of faults) {
    shop.log.error({ account: fault.accountId, entry: fault.seq, wrong: fault.wrong }, 'the audit log was changed');
    await mail(shop, fault);
  }
}

async function mail(shop: Shop, { accountId, seq, wrong }: AuditFault): Promise<void> {
  const now = shop.now();
  const place = accountId === '' ? 'The whole log' : `Account ${accountId}`;
  const detail = `${place}${seq === null ? '' : `, entry ${seq}`}: ${wrong}.`;
  const payload = { topic: 'operator_note', what: 'audit', detail, app: null, link: pageOf(shop) } as const;
  const dedupeKey = `audit:${accountId}:${seq ?? 0}:${Math.floor(now / DAY)}`;
  await shop.db.transaction((tx) => queue(shop, { tx, dedupeKey, payload, now }));
}
