/** The ways in which a store comes to be looked at: a probe by hand, *Look now* in the dialog, the watch. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { probeNow } from '../../server/src/stores/probe.ts';
import { readStore } from '../../server/src/stores/read.ts';
import { lookNow } from '../../server/src/stores/repair.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { createWork } from '../../server/src/work/loop.ts';

export type How = 'by_hand' | 'in_the_dialog' | 'by_the_watch';
export type Who = { accountId: string; id: string };

/** What somebody is told in the end. */
export type Told = Pick<StoreBody, 'verdict' | 'cause' | 'as_of' | 'credential_version'>;

export async function look(shop: Shop, how: How, who: Who): Promise<Told> {
  switch (how) {
    case 'by_hand':
      return told((await probeNow(shop, who)).store);
    case 'in_the_dialog':
      return told((await lookNow(shop, who)).store);
    case 'by_the_watch':
      return watch(shop, who);
  }
}

function told({ verdict, cause, as_of, credential_version }: StoreBody): Told {
  return { verdict, cause, as_of, credential_version };
}

/** The program's own loop, until it or somebody else has looked. */
async function watch(shop: Shop, who: Who): Promise<Told> {
  const before = await readStore(shop, who);
  const work = createWork(shop, { dispatch: { runDue: () => Promise.resolve(0) } });
  work.start();
  let now = before;
  while (now.as_of === before.as_of) {
    await sleep(20);
    now = await readStore(shop, who);
  }
  await work.stop();
  return told(await readStore(shop, who));
}
