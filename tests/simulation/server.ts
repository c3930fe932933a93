/** A process of the server in the simulation: real verbs, the real watch and the real dispatch on the one database. */
import { createOutbound } from '../../server/src/connectors/outbound.ts';
import { createRegistry } from '../../server/src/connectors/registry.ts';
import type { App } from '../../server/src/core/access.ts';
import type { OpenDatabase } from '../../server/src/db/open.ts';
import type { Vault } from '../../server/src/db/vault.ts';
import { createDispatch } from '../../server/src/outbox/dispatch.ts';
import type { Transport } from '../../server/src/outbox/transport.ts';
import { Crowd } from '../../server/src/stores/crowd.ts';
import { createLive } from '../../server/src/stores/live.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { memoryJournal } from '../../server/src/stores/token-journal.ts';
import { createWork } from '../../server/src/work/loop.ts';
import type { Written } from './database.ts';
import { forProcess } from './database.ts';
import type { Life, Machine } from './machine.ts';
import { asWitness, type Network } from './network.ts';

export const OPERATOR_EMAIL = 'operator@example.test';

export type Ground = {
  machine: Machine;
  /** Without steps: for whoever looks on. */
  database: OpenDatabase;
  vault: Vault;
  network: Network;
  transport: Transport;
  apps: readonly App[];
  intervalMs: number;
  contactOf: (accountId: string) => string;
  written: Written;
  /** What the product wrote into its log as an error. */
  erred: (message: string, fields: Record<string, unknown>) => void;
  /** A fault that the test itself builds in, to see that the simulation finds it. */
  bug: (shop: Shop) => Shop;
};

export type Server = { life: Life; shop: Shop };

/** Whoever is asked as a neighbour's witness is asked outside a look of their own. */
class MarkedCrowd extends Crowd {
  override control(...[cohort, { notStoreId, ask }]: Parameters<Crowd['control']>): ReturnType<Crowd['control']> {
    return super.control(cohort, { notStoreId, ask: () => asWitness.run(true, ask) });
  }
}

export function startServer(ground: Ground, life: Life): Server {
  const { machine } = ground;
  return machine.start(life, () => {
    const shop = ground.bug(shopOn(ground, life));
    const dispatch = createDispatch({ ...shop, transport: ground.transport });
    createWork(shop, { dispatch }).start();
    return { life, shop };
  });
}

/** The verbs of one process, without its watch. */
export function shopOn(ground: Ground, life: Life): Shop {
  const { machine, network } = ground;
  const db = forProcess(ground.database, machine, ground.written);
  const outbound = createOutbound({
    hostsUrl: 'http://market.test/{host}',
    userAgent: 'Storekeeper-Tests/1.0',
    carrierFor: network.wire,
  });
  return {
    db,
    vault: ground.vault,
    now: machine.now,
    connector: createRegistry({ outbound }).connector,
    apps: () => ground.apps,
    live: createLive(),
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (fields, message) => ground.erred(message, fields),
    },
    owner: life.name,
    publicUrl: 'http://127.0.0.1:4280',
    contactOf: (accountId) => Promise.resolve(ground.contactOf(accountId)),
    settings: { probeIntervalMs: ground.intervalMs, operatorEmail: OPERATOR_EMAIL },
    crowd: new MarkedCrowd({ db, now: machine.now }),
    journal: memoryJournal(),
    tokens: new Map(),
  };
}
