/** Who lives in a simulation: sellers of three accounts, some with a store that has been connected for long, some still without. */
import type { World } from '../../emulator/src/world/schema.ts';
import type { AmazonApp } from '../../server/src/core/access.ts';
import { judge } from '../../server/src/core/judge.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { promoteCandidate, putCandidate } from '../../server/src/db/credentials.ts';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { insertStore, type StoreRow } from '../../server/src/db/stores.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { judgeInput } from '../../server/src/stores/facts.ts';
import { scheduleReminders } from '../../server/src/stores/remind.ts';
import { cohortOf, type Shop } from '../../server/src/stores/shop.ts';
import { theApp } from '../support/market.ts';
import { checkWorld, fleet, sellerId, SITE_OF, tokenOf } from '../support/worlds.ts';
import type { Dice } from './dice.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

export const START = Date.UTC(2026, 10, 23, 12);
export const APP_ID = theApp.applicationId;
export const ACCOUNTS = ['ac_one', 'ac_two', 'ac_three'] as const;

export type Citizen = {
  n: number;
  sellerId: string;
  accountId: string;
  region: 'na' | 'eu';
  site: string;
  /** Also the name of their store, so that it can be found. */
  name: string;
  browser: string;
  /** When their permission of today was given; null: they have given none yet. */
  authorizedAt: number | null;
};

export type Town = {
  citizens: Citizen[];
  world: World;
  app: AmazonApp;
  intervalMs: number;
  /** Processes of the server that run side by side. */
  servers: number;
};

export function foundTown(dice: Dice): Town {
  const regions = dice.chance(0.5) ? (['eu'] as const) : (['eu', 'na'] as const);
  const count = dice.chance(0.75) ? 5 + dice.below(6) : 11 + dice.below(10);
  const citizens = Array.from({ length: count }, (_, n): Citizen => {
    const region = dice.pick(regions);
    return {
      n,
      sellerId: sellerId(n),
      accountId: dice.pick(ACCOUNTS),
      region,
      site: SITE_OF[region],
      name: `Store ${n}`,
      browser: `the browser of seller ${n}`,
      authorizedAt: dice.chance(0.8) ? beginningOfYear(dice) : null,
    };
  });
  const hasOwnStore = dice.chance(0.5);
  const control = hasOwnStore ? { region: 'eu' as const, grantToken: new Secret(tokenOf(count)) } : null;
  return {
    citizens,
    world: worldOf(citizens, { hasOwnStore, revivesOldToken: dice.chance(0.3) }),
    app: { ...theApp, control },
    intervalMs: dice.pick([0.5, 1, 1]) * HOUR,
    servers: dice.chance(0.4) ? 2 : 1,
  };
}

/** Some years end while somebody looks on, some reminders fall due; most have long to go. */
function beginningOfYear(dice: Dice): number {
  const span = dice.weighted({ ends: 1, reminded: 1, long: 6 });
  const left = {
    ends: dice.between(0, 4 * HOUR),
    reminded: dice.pick([1, 3, 7, 14, 30]) * DAY + dice.between(0, HOUR),
    long: dice.between(60, 360) * DAY,
  };
  return Math.round(START - YEAR + left[span]);
}

type Ways = { hasOwnStore: boolean; revivesOldToken: boolean };

function worldOf(citizens: readonly Citizen[], { hasOwnStore, revivesOldToken }: Ways): World {
  const world = checkWorld(
    fleet({
      now: new Date(START).toISOString(),
      sellers: [...citizens.map(({ region }) => ({ region })), ...(hasOwnStore ? [{ region: 'eu' as const }] : [])],
      ungranted: citizens.filter(({ authorizedAt }) => authorizedAt === null).map(({ n }) => n),
    }),
  );
  for (const grant of world.grants) {
    const citizen = citizens.find((one) => one.sellerId === grant.sellerId);
    if (citizen?.authorizedAt != null) grant.authorizedAt = new Date(citizen.authorizedAt).toISOString();
  }
  for (const app of world.apps) app.revivesOldToken = revivesOldToken;
  return world;
}

/** The stores that are connected when the simulation begins, each looked at last at some time within the interval. */
export async function settle(shop: Shop, { citizens, intervalMs }: Town, dice: Dice): Promise<void> {
  await shop.db.transaction((tx) => checkKeys({ db: tx, vault: shop.vault }));
  for (const citizen of citizens)
    if (citizen.authorizedAt !== null) await settleOne(shop, citizen, Math.round(START - dice.between(0, intervalMs)));

  async function settleOne({ vault }: Shop, citizen: Citizen, lookedAt: number): Promise<void> {
    const row = storeOf(citizen, { lookedAt, nextAt: lookedAt + intervalMs });
    const weather = await shop.crowd.weather(row.cohort);
    const judgement = judge(judgeInput(shop, { row, observations: [], weather, deniedElsewhere: [], now: START }));
    const judged: StoreRow = { ...row, judgement, verdict: judgement.verdict };
    const { accountId, id: storeId } = row;
    await shop.db.transaction(async (tx) => {
      await insertStore(tx, judged);
      const token = new Secret(tokenOf(citizen.n));
      await putCandidate({ db: tx, vault }, { accountId, storeId, version: 1, token, now: START });
      await promoteCandidate(tx, { storeId, version: 1 });
      await scheduleReminders(shop, { tx, row: judged, now: START });
    });
  }
}

function storeOf(citizen: Citizen, { lookedAt, nextAt }: { lookedAt: number; nextAt: number }): StoreRow {
  const { authorizedAt, region, site } = citizen;
  return aStore({
    accountId: citizen.accountId,
    cohort: cohortOf('amazon', APP_ID, region),
    region,
    site,
    name: citizen.name,
    email: emailOf(citizen.accountId),
    sellerId: citizen.sellerId,
    everOk: ['participations', 'payouts', 'finances'],
    authorizedAt,
    firstOkAt: authorizedAt,
    lastOkAt: lookedAt,
    lastLookAt: lookedAt,
    nextAt,
    createdAt: authorizedAt ?? START,
    since: authorizedAt ?? START,
  });
}

export function emailOf(accountId: string): string {
  return `${accountId}@example.test`;
}
