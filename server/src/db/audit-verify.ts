/** Proves the audit log: every chain is whole, in order and unchanged, and agrees with the anchors that were sealed before. */
import { fromJson } from './json.ts';
import type { AuditBody } from '../core/audit.ts';
import type { Secret } from '../core/secret.ts';
import { hashOf, readEntries, readHeads, type AuditHead, type StoredEntry } from './audit.ts';
import { readAnchors, writeAnchors, type Anchor, type Anchors } from './audit-anchors.ts';
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
  // What is appended while this reads only makes a chain longer, so what names a chain is read before the chain.
  const sealed = await readAnchors(db, secret);
  const named = await chainsNamed(db, sealed);
  const heads = await readHeads(db, accountId);
  const faults: AuditFault[] = sealed.broken
    .filter((account) => accountId === undefined || account === accountId)
    .map((account) => ({ accountId: account, seq: null, wrong: 'its anchor was changed' }));
  if (accountId === undefined) faults.push(...countFaults(sealed));
  faults.push(...headless({ heads, named, accountId }));
  let entries = 0;
  for (const head of heads) {
    const chain = await provenChain(db, { head, anchor: sealed.anchors.get(head.accountId) }, secret);
    entries += chain.entries;
    if (chain.fault) faults.push({ accountId: head.accountId, ...chain.fault });
  }
  return { chains: heads.length, entries, faults };
}

/** A second reading with the head of now: entries may have been pruned during the first. */
async function provenChain(db: Reader, chain: Chain, secret: Secret): ReturnType<typeof verifyChain> {
  const first = await verifyChain(db, chain);
  if (first.fault === null) return first;
  const { accountId } = chain.head;
  const sealed = await readAnchors(db, secret);
  const [head] = await readHeads(db, accountId);
  return head ? verifyChain(db, { head, anchor: sealed.anchors.get(accountId) }) : first;
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

function countFaults({ anchors, broken, chains }: Anchors): AuditFault[] {
  const here = anchors.size + broken.length;
  if (chains !== null && chains <= here) return [];
  const wrong = chains === null ? 'the number of chains was changed' : `${chains} chains were sealed, ${here} are here`;
  return [{ accountId: '', seq: null, wrong }];
}

/** Accounts that have entries or an anchor. */
async function chainsNamed(db: Reader, { anchors }: Anchors): Promise<Set<string>> {
  const rows = await db.selectFrom('audit_entry').select('account_id').distinct().execute();
  return new Set([...rows.map((row) => row.account_id), ...anchors.keys()]);
}

type Headless = { heads: readonly AuditHead[]; named: ReadonlySet<string>; accountId: string | undefined };

/** Accounts whose entries or anchors are here and whose head is gone. */
function headless({ heads, named, accountId }: Headless): AuditFault[] {
  const here = new Set(heads.map((head) => head.accountId));
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
  const sealed = await readAnchors(database.db, secret);
  const { broken } = sealed;
  const faults = countFaults(sealed);
  const heads = await readHeads(database.db);
  const fresh: Anchor[] = [];
  let entries = 0;
  for (const head of heads) {
    const anchor = sealed.anchors.get(head.accountId);
    if (broken.includes(head.accountId) || (anchor && anchor.seq === head.seq && anchor.hash === head.hash)) continue;
    const chain = await verifyChain(database.db, { head: sinceAnchor(head, anchor), anchor });
    entries += chain.entries;
    if (chain.fault) faults.push({ accountId: head.accountId, ...chain.fault });
    else fresh.push({ accountId: head.accountId, seq: head.seq, hash: head.hash });
  }
  if (faults.length === 0 && fresh.length > 0) {
    await database.transaction((tx) => sealFresh(tx, { secret, fresh }));
  }
  return { chains: heads.length, entries, faults };
}

/** Another process may have sealed a chain further by now: no anchor goes back. */
async function sealFresh(tx: Reader, { secret, fresh }: { secret: Secret; fresh: readonly Anchor[] }): Promise<void> {
  const sealed = await readAnchors(tx, secret);
  const anchors = fresh.filter((one) => one.seq > (sealed.anchors.get(one.accountId)?.seq ?? -1));
  const accounts = fresh.map(({ accountId }) => accountId);
  const chains = new Set([...sealed.anchors.keys(), ...sealed.broken, ...accounts]).size;
  await writeAnchors(tx, { secret, anchors, chains });
}

/** What was sealed before is proven once a day; here only what came after it is read. */
function sinceAnchor(head: AuditHead, anchor: Anchor | undefined): AuditHead {
  if (!anchor || anchor.seq < head.prunedSeq || anchor.seq > head.seq) return head;
  return { ...head, prunedSeq: anchor.seq, prunedHash: anchor.hash };
}
