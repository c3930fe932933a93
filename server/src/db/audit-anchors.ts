/**
 * Anchors of the audit log in `meta`: the newest entry of each chain, and how many chains there are, with a MAC whose secret
 * is sealed by the vault. Who can only write to the database cannot make one, so a chain that was calculated again, cut off
 * or removed is found.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../core/secret.ts';
import { canonicalJson } from '../core/audit.ts';
import type { Reader } from './dialect.ts';
import { fromJson } from './json.ts';

const PREFIX = 'audit_anchor:';
const COUNT = 'audit_anchors';

export type Anchor = { accountId: string; seq: number; hash: string };
type Sealed<T> = { value: T; mac: string };

export type Anchors = {
  /** By account. */
  anchors: Map<string, Anchor>;
  /** Accounts whose anchor was changed. */
  broken: string[];
  /** How many chains were sealed; null when that row is missing or was changed. */
  chains: number | null;
};

/** Anchors and their number in one statement: another process may seal between two. */
export async function readAnchors(r: Reader, secret: Secret): Promise<Anchors> {
  const query = r.selectFrom('meta').selectAll().where('name', 'like', `${PREFIX}%`);
  const rows = await query.unionAll(r.selectFrom('meta').selectAll().where('name', '=', COUNT)).execute();
  const found: Anchors = { anchors: new Map(), broken: [], chains: null };
  for (const { name, value } of rows) {
    if (name === COUNT) {
      found.chains = opened<{ chains: number }>(secret, value)?.chains ?? null;
      continue;
    }
    const accountId = name.slice(PREFIX.length);
    const anchor = opened<Anchor>(secret, value);
    if (anchor !== null && anchor.accountId === accountId) found.anchors.set(accountId, anchor);
    else found.broken.push(accountId);
  }
  return found;
}

/** In one transaction with what it was checked against. */
export async function writeAnchors(tx: Reader, given: { secret: Secret; anchors: readonly Anchor[]; chains: number }) {
  const { secret, anchors, chains } = given;
  for (const anchor of anchors) await put(tx, `${PREFIX}${anchor.accountId}`, sealed(secret, anchor));
  await put(tx, COUNT, sealed(secret, { chains }));
}

async function put(tx: Reader, name: string, value: string): Promise<void> {
  await tx
    .insertInto('meta')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

function sealed(secret: Secret, value: object): string {
  return canonicalJson({ value, mac: macOf(secret, value) });
}

function macOf(secret: Secret, value: object): string {
  return createHmac('sha256', secret.reveal()).update(canonicalJson(value)).digest('hex');
}

function opened<T extends object>(secret: Secret, text: string): T | null {
  const { value, mac } = fromJson<Partial<Sealed<T>>>(text);
  if (value === undefined || mac === undefined) return null;
  const [given, right] = [Buffer.from(mac), Buffer.from(macOf(secret, value))];
  return given.length === right.length && timingSafeEqual(given, right) ? value : null;
}
