/** A rule change over a recorded log of ten million answers, on two cores, by the code that the command line runs. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import { Tally } from '../../server/src/replay/counts.ts';
import { replayLog } from '../../server/src/replay/replay.ts';
import { forPeople } from '../../server/src/replay/report.ts';
import { findRules } from '../../server/src/replay/rules.ts';
import { writeLog } from './recorded-log.ts';
import { once, type Result } from './result.ts';

const OBSERVATIONS = 10_000_000;
const CORES = 2;
const LIMIT_S = 60;

const CORE = fileURLToPath(new URL('../../server/src/core/', import.meta.url));
const WAIT = 'APART_MS = 90_000';

/** Today's rules but for one: two failures must lie five minutes apart before a seller is told. */
function patienterRules(folder: string): string {
  const rules = join(folder, 'core');
  cpSync(CORE, rules, { recursive: true });
  const guard = readFileSync(join(rules, 'guard.ts'), 'utf8');
  if (!guard.includes(WAIT)) throw new Error('The rule that the benchmark changes is written otherwise by now.');
  writeFileSync(join(rules, 'guard.ts'), guard.replace(WAIT, 'APART_MS = 300_000'));
  return rules;
}

/** `observations`: how many the log holds at least. Building it is not counted. */
export async function benchReplay(observations = OBSERVATIONS): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'storekeeper-bench-replay-'));
  const file = join(folder, 'storekeeper.db');
  const databaseUrl = `sqlite:${file}`;
  const database = await openDatabase({ url: databaseUrl, dataDir: folder });
  try {
    await migrate(database);
    writeLog(file, observations);
    const { at: rules } = await findRules(patienterRules(folder));
    const begun = performance.now();
    const tally = new Tally();
    const report = forPeople({ differencesOnly: true });
    let lines = 0;
    const wish = { from: 0, to: Number.MAX_SAFE_INTEGER, checkEvidence: false };
    for await (const stories of replayLog({ database, databaseUrl, dataDir: folder, rules, wish, threads: CORES })) {
      for (const story of stories) {
        tally.add(story);
        lines += report.store(story).length;
      }
    }
    const seconds = (performance.now() - begun) / 1_000;
    return [
      once('replay: a rule change over the log', { value: seconds, unit: 's', limit: LIMIT_S }),
      once('replay: answers in the log', { value: tally.counts.observations, unit: 'count' }),
      once('replay: differences printed', { value: lines, unit: 'count' }),
    ];
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
