/** A connect session between its table and the product. */
import type { Insertable, Selectable } from 'kysely';
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from './json.ts';
import type { ConnectSessionTable } from './schema.ts';
import type { SessionRow } from './sessions.ts';

type Lease = 'lease_owner' | 'lease_until' | 'attempt';

export function toSessionRow(t: Selectable<ConnectSessionTable>): SessionRow {
  return {
    accountId: t.account_id,
    id: t.id,
    kind: t.moves === 1 ? 'move' : (t.kind as SessionRow['kind']),
    tokenHash: t.token_hash,
    storeId: t.store_id,
    marketplace: t.marketplace as SessionRow['marketplace'],
    site: t.site,
    fields: fromJson<SessionRow['fields']>(t.fields),
    status: t.status as SessionRow['status'],
    browserHash: t.browser_hash,
    codeSealed: t.code_sealed,
    codeKeyId: t.code_key_id,
    arrivedSellerId: t.arrived_seller_id,
    mustName: t.must_name === 1,
    forAll: t.for_all === 1,
    steps: fromJson<SessionRow['steps']>(t.steps),
    diagnosis: fromJsonOrNull<NonNullable<SessionRow['diagnosis']>>(t.diagnosis),
    wrongStore: fromJsonOrNull<NonNullable<SessionRow['wrongStore']>>(t.wrong_store),
    nextAt: t.next_at,
    leaseOwner: t.lease_owner,
    leaseUntil: t.lease_until,
    attempt: t.attempt,
    version: t.version,
    createdAt: t.created_at,
    expiresAt: t.expires_at,
    endedAt: t.ended_at,
  };
}

/** Every column except the lease. */
export function toSessionTable(row: SessionRow): Omit<Insertable<ConnectSessionTable>, Lease> {
  return {
    account_id: row.accountId,
    id: row.id,
    // The first version's table knows two kinds; a move is a repair that also changes the marketplace.
    kind: row.kind === 'move' ? 'repair' : row.kind,
    moves: row.kind === 'move' ? 1 : 0,
    token_hash: row.tokenHash,
    store_id: row.storeId,
    marketplace: row.marketplace,
    site: row.site,
    fields: toJson(row.fields),
    status: row.status,
    browser_hash: row.browserHash,
    code_sealed: row.codeSealed,
    code_key_id: row.codeKeyId,
    arrived_seller_id: row.arrivedSellerId,
    must_name: row.mustName ? 1 : 0,
    for_all: row.forAll ? 1 : 0,
    steps: toJson(row.steps),
    diagnosis: toJsonOrNull(row.diagnosis),
    wrong_store: toJsonOrNull(row.wrongStore),
    next_at: row.nextAt,
    version: row.version,
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    ended_at: row.endedAt,
  };
}
