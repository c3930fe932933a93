/** `audit list` and `audit verify`. It has options of its own. */
import { parseArgs } from 'node:util';
import type { AuditBody } from '../core/audit.ts';
import { Fault } from '../core/fault.ts';
import { listAudit } from '../db/audit.ts';
import { verifyAudit, type AuditFault } from '../db/audit-verify.ts';
import { OPERATOR_ACCOUNT } from '../db/outbox.ts';
import { findAccount } from '../people/accounts.ts';
import type { Rooms } from '../rooms.ts';

const PAGE = 500;

/** Prints, and gives the exit code: 1 when an entry was changed or removed. */
export async function audit(rooms: Rooms, words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { account: { type: 'string' }, json: { type: 'boolean' } },
  });
  const accountId = values.account === undefined ? undefined : (await findAccount(rooms.people, values.account)).id;
  switch (positionals[0]) {
    case 'list':
      await list(rooms, { accountId: accountId ?? OPERATOR_ACCOUNT, json: values.json ?? false });
      return 0;
    case 'verify':
      return verify(rooms, accountId);
    default:
      throw new Fault('invalid-request', { detail: 'This verb is audit list or audit verify.' });
  }
}

async function list({ database }: Rooms, { accountId, json }: { accountId: string; json: boolean }): Promise<void> {
  let after = 0;
  for (;;) {
    const entries = await listAudit(database.db, { accountId, after, limit: PAGE });
    for (const entry of entries) say(json ? JSON.stringify(entry) : lineOf(entry));
    after = entries.at(-1)?.seq ?? after;
    if (entries.length < PAGE) return;
  }
}

function lineOf({ at, kind, actor, origin, storeId, details }: AuditBody): string {
  const { kind: who, ...named } = actor;
  const from = [origin.ip, origin.agent].filter((part) => part !== null).join(' ');
  const about = Object.entries(details).map(([name, value]) => `${name}=${String(value)}`);
  const parts = [new Date(at).toISOString(), kind, [who, ...Object.values(named)].join(' '), from, storeId ?? ''];
  return [...parts, ...about].filter((part) => part !== '').join('  ');
}

async function verify({ database, vault }: Rooms, accountId: string | undefined): Promise<number> {
  const { chains, entries, faults } = await verifyAudit({ database, vault }, accountId);
  for (const fault of faults) say(sentenceOf(fault));
  if (faults.length > 0) return 1;
  say(`${entries} entries in ${chains} chains are whole and unchanged.`);
  return 0;
}

export function sentenceOf({ accountId, seq, wrong }: AuditFault): string {
  const where = accountId === '' ? 'the audit log' : `the audit log of ${accountId}`;
  return seq === null ? `${where}: ${wrong}` : `${where}, entry ${seq}: ${wrong}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
