/** Dying in bulk: every person of a town is stopped at a moment of their own by a process that is killed. */
import { startChild } from '../support/child.ts';
import type { Ground } from '../support/branch.ts';
import type { Person, Query } from './flows.ts';
import type { Said, Task, Victim } from './programs/go-until-stopped.ts';

const PROGRAM = new URL('./programs/go-until-stopped.ts', import.meta.url);
/** People in one process, and processes at once. */
const TOGETHER = 20;
const AT_ONCE = 2;

/** Where somebody stood when their process was killed (null: their way was over), and the way back they had been given. */
export type Fate = { person: Person; stoodAt: string | null; wayBack: Query | null };

/** Everybody goes their way until they are stopped; all the processes are killed. */
export async function die(ground: Ground, victims: readonly Victim[]): Promise<Fate[]> {
  const groups = inGroups(victims);
  const fates: Fate[] = [];
  const worker = async (): Promise<void> => {
    for (let group = groups.shift(); group; group = groups.shift()) fates.push(...(await dieTogether(ground, group)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return fates;
}

/** One at most in every group stops where it blocks the others. */
function inGroups(victims: readonly Victim[]): Victim[][] {
  const blocking = victims.filter(({ last }) => last);
  const others = victims.filter(({ last }) => !last);
  const groups: Victim[][] = [];
  while (blocking.length + others.length > 0) groups.push([...others.splice(0, TOGETHER), ...blocking.splice(0, 1)]);
  return groups;
}

async function dieTogether(ground: Ground, victims: Victim[]): Promise<Fate[]> {
  const child = startChild<Said>(PROGRAM, { ground, victims } satisfies Task);
  await child.heard((line) => 'allStand' in line);
  const how = await child.ended;
  if (how !== 'SIGKILL') throw new Error(`A process was to be killed and ended by ${how}.`);
  return victims.map(({ person }) => fateOf(person, child.lines));
}

function fateOf(person: Person, lines: readonly Said[]): Fate {
  const fate: Fate = { person, stoodAt: null, wayBack: null };
  for (const line of lines) {
    if ('allStand' in line || line.accountId !== person.accountId) continue;
    if ('wayBack' in line) fate.wayBack = line.wayBack;
    else if (line.error === undefined) fate.stoodAt = line.stoodAt;
    else throw new Error(`${person.flow} failed by itself: ${line.error}`);
  }
  return fate;
}
