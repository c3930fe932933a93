/** `replay`: a rule set over the recorded log, and who would have been told what. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { Config } from '../config.ts';
import { Fault } from '../core/fault.ts';
import { findAccount } from '../people/accounts.ts';
import { Tally } from '../replay/counts.ts';
import { replayLog } from '../replay/replay.ts';
import { forMachines, forPeople } from '../replay/report.ts';
import { findRules } from '../replay/rules.ts';
import type { Rooms } from '../rooms.ts';

/** Something would have been told otherwise, or a verdict does not follow from what it cites. */
const DIFFERS = 2;
const DAY = 86_400_000;

type Order = { rooms: Rooms; config: Config; words: string[] };

/** Prints while it reads, whatever the length of the log. Gives the exit code: 0 when nothing differs, 2 when something does. */
export async function replay({ rooms, config, words }: Order): Promise<number> {
  const { rules: named, account, wish, report, checkEvidence } = readWords(words);
  const accountId = account === undefined ? undefined : (await findAccount(rooms.people, account)).id;
  const { at: rules, remove } = await findRules(named);
  try {
    const tally = new Tally();
    await print(report.head(rules.name));
    const log = replayLog({
      database: rooms.database,
      databaseUrl: config.databaseUrl.reveal(),
      dataDir: config.dataDir,
      rules,
      wish,
      accountId,
    });
    for await (const stories of log) {
      stories.forEach((story) => tally.add(story));
      await print(stories.flatMap(report.store));
    }
    await print(report.operator(tally.operatorWords()));
    await print(report.end(tally.counts, checkEvidence));
    return tally.differs || tally.counts.evidence.unproven > 0 ? DIFFERS : 0;
  } finally {
    remove();
  }
}

function readWords(words: string[]) {
  const { values } = parseArgs({
    args: words,
    options: {
      rules: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      account: { type: 'string' },
      json: { type: 'boolean', default: false },
      differences: { type: 'boolean', default: false },
      'check-evidence': { type: 'boolean', default: false },
    },
  });
  const checkEvidence = values['check-evidence'];
  const from = values.from === undefined ? 0 : instantOf('--from', values.from);
  const to = values.to === undefined ? Number.MAX_SAFE_INTEGER : endOf(values.to);
  if (from > to) throw new Fault('invalid-request', { detail: '--from lies after --to.' });
  const shown = { differencesOnly: values.differences };
  return {
    rules: values.rules ?? null,
    account: values.account,
    checkEvidence,
    wish: { from, to, checkEvidence },
    report: values.json ? forMachines(shown) : forPeople(shown),
  };
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/;

/** A day is its first moment; without a zone it is UTC. */
function instantOf(option: string, text: string): number {
  const at = Date.parse(DATE.test(text) || ZONE.test(text) ? text : `${text}Z`);
  if (Number.isFinite(at)) return at;
  throw new Fault('invalid-request', {
    detail: `${option} takes a day or an instant, as 2026-11-23 or 2026-11-23T12:00 (UTC), and not “${text.slice(0, 40)}”.`,
  });
}

/** A day is meant whole. */
function endOf(text: string): number {
  return instantOf('--to', text) + (DATE.test(text) ? DAY - 1 : 0);
}

/** Waits while the reader of a pipe is slower than the replay. */
async function print(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  if (!process.stdout.write(`${lines.join('\n')}\n`)) await once(process.stdout, 'drain');
}
