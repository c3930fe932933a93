/**
 * A process that is killed: everybody in it goes their way until the moment at which they are to be stopped, and stands
 * still there. When all of them stand, the process kills itself, so that one death is that of many.
 */
import { writeSync } from 'node:fs';
import { openDatabase, type OpenDatabase } from '../../../server/src/db/open.ts';
import { openBranch, openWay, type Ground } from '../../support/branch.ts';
import { go, type Person, type Query } from '../flows.ts';
import { withMoments } from '../moments.ts';

export type Victim = {
  person: Person;
  url: string;
  dataDir: string;
  /** The number of the moment at which it stops, from 1. */
  stopsAt: number;
  /** Goes when everybody else stands already. */
  last: boolean;
};
export type Task = { ground: Ground; victims: Victim[] };
export type Said =
  | { accountId: string; wayBack: Query }
  | { accountId: string; stoodAt: string | null; error?: string }
  | { allStand: true };

function say(line: Said): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
const way = openWay(task.ground);
const opened = new Map<string, Promise<OpenDatabase>>();

function databaseOf({ url, dataDir }: Victim): Promise<OpenDatabase> {
  const known = opened.get(url) ?? openDatabase({ url, dataDir, poolSize: task.victims.length + 4 });
  opened.set(url, known);
  return known;
}

async function run(victim: Victim): Promise<void> {
  const { person, stopsAt } = victim;
  const { accountId } = person;
  const aside = await databaseOf(victim);
  let moments = 0;
  let stand: (name: string) => void = () => undefined;
  const standing = new Promise<string>((resolve) => {
    stand = resolve;
  });
  const counted = withMoments({ database: aside, outbound: way }, async ({ name }) => {
    moments += 1;
    if (moments < stopsAt) return;
    stand(name);
    await new Promise(() => undefined);
  });
  const { shop } = openBranch({ ...counted, ground: task.ground, owner: `process ${process.pid}`, app: 0 });
  const onWayBack = (wayBack: Query) => say({ accountId, wayBack });
  const gone = go({ shop, person, marketUrl: task.ground.marketUrl, aside, onWayBack }).then(
    () => say({ accountId, stoodAt: null }),
    (error: unknown) => say({ accountId, stoodAt: null, error: String(error) }),
  );
  await Promise.race([gone, standing.then((name) => say({ accountId, stoodAt: name }))]);
}

await Promise.all(task.victims.filter((victim) => !victim.last).map(run));
for (const victim of task.victims.filter(({ last }) => last)) await run(victim);
say({ allStand: true });
process.kill(process.pid, 'SIGKILL');
