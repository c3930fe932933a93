/** A marketplace and a shop in one process: the emulated Amazon, a database, and the verbs between them. */
import { randomBytes } from 'node:crypto';
import { createEmulator } from '../../emulator/src/app.ts';
import { checkWorld } from './worlds.ts';
import { createOutbound, type Outbound } from '../../server/src/connectors/outbound.ts';
import { createRegistry } from '../../server/src/connectors/registry.ts';
import type { AmazonApp } from '../../server/src/core/access.ts';
import { Secret } from '../../server/src/core/secret.ts';
import type { OpenDatabase } from '../../server/src/db/open.ts';
import { parseKey } from '../../server/src/db/keys.ts';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { openVault, type Vault } from '../../server/src/db/vault.ts';
import { Crowd } from '../../server/src/stores/crowd.ts';
import { createLive } from '../../server/src/stores/live.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { memoryJournal } from '../../server/src/stores/token-journal.ts';

export type Market = {
  shop: Shop;
  /** Another process's shop on the same database and marketplace. */
  sibling: (owner: string) => Shop;
  emulatorUrl: string;
  control: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Moves the one clock that both share. ISO 8601 duration. */
  advance: (duration: string) => Promise<void>;
  /** Requests served by the emulator since the last call, by operation. */
  callsSince: () => Promise<{ operation: string; sellerId: string | null; status: number }[]>;
  stop: () => Promise<void>;
};

export const APP_ID = 'amzn1.sellerapps.app.x';
const CLIENT_ID = 'amzn1.application-oa2-client.x';
const CLIENT_SECRET = 'amzn1.oa2-cs.v1.current';

export const theApp: AmazonApp = {
  marketplace: 'amazon',
  applicationId: APP_ID,
  name: 'Storekeeper',
  clientId: CLIENT_ID,
  clientSecret: new Secret(CLIENT_SECRET),
  previousClientSecret: null,
  secretExpiresAt: null,
  redirectUri: 'http://127.0.0.1:4280/connect/amazon/callback',
  loginUri: 'http://127.0.0.1:4280/connect/amazon/login',
  draft: false,
  control: null,
};

type Opening = {
  database: OpenDatabase;
  world: unknown;
  /** No call waits longer than this for an answer; milliseconds. A marketplace that is slow for half a minute is slow for this long too. */
  patienceMs?: number;
};

export async function openMarket({ database, world, patienceMs = Infinity }: Opening): Promise<Market> {
  const emulator = createEmulator({ world: checkWorld(world) });
  await emulator.start();
  const url = emulator.url;
  const outbound = impatient(
    createOutbound({ hostsUrl: `${url}/{host}`, userAgent: 'Storekeeper-Tests/1.0' }),
    patienceMs,
  );
  const { connector } = createRegistry({ outbound });
  const vault: Vault = openVault({ keys: [parseKey(randomBytes(32).toString('base64'))] });
  await database.transaction((tx) => checkKeys({ db: tx, vault }));
  const time = { offset: 0 };
  const now = () => Date.now() + time.offset;

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  const follow = (clock: unknown) => {
    time.offset = Date.parse((clock as { now: string }).now) - Date.now();
  };
  follow(await control('GET', '/_/clock'));

  const sibling = (owner: string): Shop => ({
    db: database,
    vault,
    now,
    connector,
    apps: () => [theApp],
    live: createLive(),
    log: { info: () => undefined, warn: () => undefined, error: (fields, message) => console.error(message, fields) },
    owner,
    publicUrl: 'http://127.0.0.1:4280',
    contactOf: async () => 'owner@example.test',
    settings: { probeIntervalMs: 3_600_000, operatorEmail: 'operator@example.test' },
    crowd: new Crowd({ db: database, now }),
    journal: memoryJournal(),
    tokens: new Map(),
  });

  const log = { since: '' };
  return {
    shop: sibling('process-1'),
    sibling,
    emulatorUrl: url,
    control,
    async advance(duration) {
      follow(await control('POST', '/_/clock', { advance: duration }));
    },
    async callsSince() {
      const page = (await control('GET', `/_/log${log.since}`)) as {
        data: { id: string | number; operation: string; sellerId: string | null; status: number }[];
        next: string | number | null;
      };
      const last = page.data[page.data.length - 1];
      if (last) log.since = `?since=${last.id}`;
      return page.data;
    },
    async stop() {
      await emulator.stop();
      await outbound.close();
    },
  };
}

function impatient(outbound: Outbound, patienceMs: number): Outbound {
  return {
    ...outbound,
    send: (request) => outbound.send({ ...request, deadlineMs: Math.min(request.deadlineMs, patienceMs) }),
  };
}
