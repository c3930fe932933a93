/** Eight who look at one store at once: processes on PostgreSQL, tasks of one process on SQLite. */
import { startChild, type Child } from '../support/child.ts';
import { openBranch, type Ground } from '../support/branch.ts';
import { seeLeases } from '../support/leases-seen.ts';
import type { TestDatabase } from '../../server/src/db/testing.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { look, type How, type Told, type Who } from './looks.ts';
import type { Said, Task } from './programs/look.ts';

const PROGRAM = new URL('./programs/look.ts', import.meta.url);

export type Crew = {
  /** Ends when every one of them has stood before the store's lease at least once, whether it was given or not. */
  allStanding: Promise<unknown>;
  told: Promise<Told[]>;
};

export type Calling = { database: TestDatabase; ground: Ground; hows: How[]; who: Who };

export async function callCrew(calling: Calling): Promise<Crew> {
  return calling.database.dialect === 'postgres' ? processes(calling) : ofOneProcess(calling);
}

export function startProcess({ database, ground, who }: Omit<Calling, 'hows'>, how: How): Child<Said> {
  const { url, dataDir } = database;
  return startChild<Said>(PROGRAM, { url, dataDir, ground, how, who } satisfies Task);
}

async function processes({ hows, ...calling }: Calling): Promise<Crew> {
  const children = hows.map((how) => startProcess(calling, how));
  await Promise.all(children.map((child) => child.heard((line) => line.ready === true)));
  for (const child of children) child.tell('go');
  return {
    allStanding: Promise.all(children.map((child) => child.heard((line) => line.tried !== undefined))),
    told: Promise.all(
      children.map(async (child) => {
        const { told } = await child.heard((line) => line.told !== undefined);
        await child.ended;
        if (!told) throw new Error('A process said nothing.');
        return told;
      }),
    ),
  };
}

async function ofOneProcess({ ground, ...calling }: Calling): Promise<Crew> {
  const { shop, outbound } = openBranch({ database: calling.database, ground, owner: 'the only process', app: 0 });
  const crew = tasks({ ...calling, shop });
  return { ...crew, told: crew.told.finally(() => outbound.close()) };
}

/** All of them in one shop: one owner of leases, as in the embedded program. */
export function tasks({ database, shop, hows, who }: Omit<Calling, 'ground'> & { shop: Shop }): Crew {
  const crew = hows.map((how) => {
    let stands: () => void = () => undefined;
    const standing = new Promise<void>((resolve) => {
      stands = resolve;
    });
    return { standing, told: look({ ...shop, db: seeLeases(database, () => stands()) }, how, who) };
  });
  return {
    allStanding: Promise.all(crew.map(({ standing }) => standing)),
    told: Promise.all(crew.map(({ told }) => told)),
  };
}
