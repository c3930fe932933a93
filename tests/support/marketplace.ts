/** The emulated marketplace alone, with what a test wants to do to it and know of it. Branches of the shop are opened beside it. */
import { randomBytes } from 'node:crypto';
import { createEmulator } from '../../emulator/src/app.ts';
import type { Ground } from './branch.ts';
import { checkWorld } from './worlds.ts';

type Served = { id: number; operation: string | null; sellerId: string | null; status: number };

export type Marketplace = {
  url: string;
  /** One key, one clock, one marketplace for all branches. The very object follows the clock; a copy of it does not. */
  ground: Ground;
  control: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Moves the one clock of all. ISO 8601 duration. */
  advance: (duration: string) => Promise<void>;
  /** How often the token endpoint was asked about a seller, by seller. */
  tokenCalls: () => Promise<Map<string, number>>;
  /** The refresh tokens that open a permission now, the last one issued last; by seller. */
  liveTokens: () => Promise<Map<string, string[]>>;
  stop: () => Promise<void>;
};

export async function openMarketplace(world: unknown): Promise<Marketplace> {
  const emulator = createEmulator({ world: checkWorld(world) });
  await emulator.start();
  const ground: Ground = { key: randomBytes(32).toString('base64'), marketUrl: emulator.url, aheadMs: 0 };

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${emulator.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  async function follow(): Promise<void> {
    const clock = (await control('GET', '/_/clock')) as { now: string };
    ground.aheadMs = Date.parse(clock.now) - Date.now();
  }
  await follow();

  return {
    url: emulator.url,
    ground,
    control,
    async advance(duration) {
      await control('POST', '/_/clock', { advance: duration });
      await follow();
    },
    async tokenCalls() {
      const { data } = (await control('GET', '/_/log')) as { data: Served[] };
      const calls = new Map<string, number>();
      for (const { operation, sellerId } of data)
        if (operation === 'token' && sellerId !== null) calls.set(sellerId, (calls.get(sellerId) ?? 0) + 1);
      return calls;
    },
    async liveTokens() {
      const { grants } = (await control('GET', '/_/world')) as {
        grants: { sellerId: string; enabled: boolean; refreshTokens: string[] }[];
      };
      return new Map(grants.map((grant) => [grant.sellerId, grant.enabled ? grant.refreshTokens : []]));
    },
    stop: () => emulator.stop(),
  };
}
