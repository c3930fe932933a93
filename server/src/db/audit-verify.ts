/** Proves the audit log: every chain is whole, in order and unchanged, and agrees with the anchors that were sealed before. */
import { fromJson } from './json.ts';
import type { AuditBody } from '../core/audit.ts';
import type { Secret } from '../core/secret.ts';
import { hashOf, readEntries, readHeads, type AuditHead, type StoredEntry } from './audit.ts';
import { readAnchorCount, readAnchors, writeAnchors, type Anchor } from './audit-anchors.ts';
import type { Reader } from './dialect.ts';
import { ensureSecret, readSecret } from './installation-secrets.ts';
import type { OpenDatabase } from './open.ts';
import type { Vault } from './vault.ts';

/** `seq` is the first entry that is wrong; null when the chain as a whole is. */
export type AuditFault = { accountId: string; seq: number | null; wrong: string };
export type AuditProof = { chains: number; entries: number; faults: AuditFault[] };

const BATCH = 1_000;

type Where = { database: OpenDatabase; vault: Vault };

/** Reads every entry of one account, or of all. */
export async function verifyAudit({ database, vault }: Where, accountId?: string): Promise<AuditProof> {
  const secret = await auditSecret({ database, vault });
  const { db } = database;
  // First the anchors: what is appended meanwhile only makes a chain longer.
  const { anchors, broken } = await readAnchors(db, secret);
  const heads = await readHeads(db, accountId);
  const faults: AuditFault[] = broken
    .filter((account) => accountId === undefined || account === accountId)
    .map((account) => ({ accountId: account, seq: null, wrong: 'its anchor was changed' }));
  if (accountId === undefined) faults.push(...(await countFaults(db, { secret, anchors, broken })));
  faults.push(...(await headless(db, { heads, anchors, accountId })));
  let entries = 0;
  for (const head of heads) {
    const anchor = anchors.find((one) => one.accountId === head.accountId);
    const chain = await verifyChain(db, { head, anchor });
    entries += chain.entries;
    if (chain.fault) faults.push({ accountId: head.accountId, ...chain.fault });
  }
  return { chains: heads.length, entries, faults };
}

async function auditSecret({ database, vault }: Where): Promise<Secret> {
  const known = await readSecret({ db: database.db, vault }, 'audit');
  if (known !== null) return known.signs;
  await database.transaction(async (tx) => {
    await ensureSecret({ db: tx, vault }, { purpose: 'audit' });
    const made = await readSecret({ db: tx, vault }, 'audit');
    if (made !== null) await writeAnchors(tx, { secret: made.signs, anchors: [], chains: 0 });
  });
  const made = await readSecret({ db: database.db, vault }, 'audit');
  if (made === null) throw new Error('The secret of the audit log was not kept');
  return made.signs;
}

type Anchored = { secret: Secret; anchors: readonly Anchor[]; broken: readonly string[] };

async function countFaults(db: Reader, { secret, anchors, broken }: Anchored): Promise<AuditFault[]> {
  const said = await readAnchorCount(db, secret);
  const here = anchors.length + broken.length;
  if (said !== null && said <= here) return [];
  const wrong = said === null ? 'the number of chains was changed' : `${said} chains were sealed, ${here} are here`;
  return [{ accountId: '', seq: null, wrong }];
}

type Headless = { heads: readonly AuditHead[]; anchors: readonly Anchor[]; accountId: string | undefined };

/** Accounts whose entries or anchors are here and whose head is gone. */
async function headless(db: Reader, { heads, anchors, accountId }: Headless): Promise<AuditFault[]> {
  const here = new Set(heads.map((head) => head.accountId));
  const rows = await db.selectFrom('audit_entry').select('account_id').distinct().execute();
  const named = new Set([...rows.map((row) => row.account_id), ...anchors.map((anchor) => anchor.accountId)]);
  return [...named]
    .filter((account) => !here.has(account) && (accountId === undefined || accountId === account))
    .map((account) => ({ accountId: account, seq: null, wrong: 'its head is missing' }));
}

type Fault = { seq: number | null; wrong: string };
type Chain = { head: AuditHead; anchor: Anchor | undefined };

async function verifyChain(db: Reader, { head, anchor }: Chain): Promise<{ entries: number; fault: Fault | null }> {
  let previous = head.prunedHash;
  let seq = head.prunedSeq;
  let entries = 0;
  for (;;) {
    const rows = await readEntries(db, { accountId: head.accountId, after: seq, limit: BATCH });
    for (const row of rows) {
      const wrong = entryFault(row, { seq: seq + 1, previous }) ?? anchorFault(row, anchor);
      if (wrong !== null) return { entries, fault: { seq: seq + 1, wrong } };
      previous = row.hash;
      seq = row.seq;
      entries += 1;
    }
    if (rows.length < BATCH) break;
  }
  return { entries, fault: endFault({ head, anchor }, { seq, previous }) };
}

function entryFault(row: StoredEntry, expected: { seq: number; previous: string }): string | null {
  if (row.seq !== expected.seq) return `the entry is missing; number ${row.seq} follows`;
  if (row.previous !== expected.previous) return 'it does not follow the entry before';
  if (row.hash !== hashOf(row)) return 'its hash is not the hash of what it says';
  const body = fromJson<AuditBody>(row.body);
  const same =
    body.seq === row.seq &&
    body.accountId === row.account_id &&
    body.at === row.at &&
    body.kind === row.kind &&
    body.storeId === row.store_id;
  return same ? null : 'its columns differ from what it says';
}

function anchorFault(row: StoredEntry, anchor: Anchor | undefined): string | null {
  return anchor?.seq === row.seq && anchor.hash !== row.hash ? 'it was another entry when it was sealed' : null;
}

/** The chain ends at its head, and not before its anchor. Entries that came while it was read lie behind the head. */
function endFault({ head, anchor }: Chain, end: { seq: number; previous: string }): Fault | null {
  if (end.seq < head.seq) return { seq: end.seq + 1, wrong: 'the entry is missing at the end' };
  if (anchor && end.seq < anchor.seq) return { seq: end.seq + 1, wrong: 'the entry is missing at the end' };
  if (end.seq === head.seq && end.previous !== head.hash) return { seq: end.seq, wrong: 'it is not the newest entry' };
  return null;
}

/**
 * Seals the newest entry of every chain that grew. Nothing is sealed over a fault: it is given back instead. Call it often:
 * entries are proof against everyone who can write to the database only once they were sealed.
 */
export async function anchorAudit({ database, vault }: Where): Promise<AuditProof> {
  const secret = await auditSecret({ database, vault });
  const { anchors, broken } = await readAnchors(database.db, secret);
  const faults = await countFaults(database.db, { secret, anchors, broken });
  const known = new Map(anchors.map((anchor) => [anchor.accountId, anchor]));
  const heads = await readHeads(database.db);
  const fresh: Anchor[] = [];
  let entries = 0;
  for (const head of heads) {
    const anchor = known.get(head.accountId);
    if (broken.includes(head.accountId) || (anchor && anchor.seq === head.seq && anchor.hash === head.hash)) continue;
    const chain = await verifyChain(database.db, { head: sinceAnchor(head, anchor), anchor });
    entries += chain.entries;
    if (chain.fault) faults.push({ accountId: head.accountId, ...chain.fault });
    else fresh.push({ accountId: head.accountId, seq: head.seq, hash: head.hash });
  }
  if (faults.length === 0 && fresh.length > 0) {
    const chains = new Set([...known.keys(), ...fresh.map((one) => one.accountId)]).size;
    await database.transaction((tx) => writeAnchors(tx, { secret, anchors: fresh, chains }));
  }
  return { chains: heads.length, entries, faults };
}

/** What was sealed before is proven once a day; here only what came after it is read. */
function sinceAnchor(head: AuditHead, anchor: Anchor | undefined): AuditHead {
  if (!anchor || anchor.seq < head.prunedSeq || anchor.seq > head.seq) return head;
  return { ...head, prunedSeq: anchor.seq, prunedHash: anchor.hash };
}
