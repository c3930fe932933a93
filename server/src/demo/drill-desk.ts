/** The fire drill: what runs, what was expected, what was seen. Kept in memory; faults do not outlive the process either. */
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { estimatedExpiry } from '../core/access.ts';
import { Fault } from '../core/fault.ts';
import { listEvents } from '../db/events.ts';
import { recentObservations } from '../db/observations.ts';
import { mailsFor } from '../db/outbox.ts';
import { readStore, type StoreRow } from '../db/stores.ts';
import { DRILLS, type DemoState, type MoveClock, type RunningDrill, type StartDrill } from '../http/contract/app.ts';
import { instant } from '../stores/present.ts';
import type { Shop } from '../stores/shop.ts';
import type { Control } from './control.ts';
import type { DemoRooms } from './demo.ts';
import type { DemoDesk } from './desk.ts';
import { DRILL_PLANS, type DrillKind } from './drills.ts';
import { secondsToVerdict, type Seen } from './expectations.ts';
import type { Undo } from './levers.ts';
import { liveStores, makeDue, takeAim, type Target } from './target.ts';

type Running = {
  id: string;
  kind: DrillKind;
  target: Target;
  startedAt: number;
  /** The emulator's log had come this far. */
  logSince: number;
  undo: Undo;
};

type Surroundings = Pick<DemoDesk, 'person' | 'prepared' | 'onClock'> & {
  rooms: DemoRooms;
  control: Promise<Control>;
};

const SEEN_LIMIT = 500;
const MINUTE = 60_000;

export function createDrillDesk({ rooms, control: ready, ...open }: Surroundings): DemoDesk {
  const { shop } = rooms;
  const running = new Map<string, Running>();
  /** How far the emulator's log was read. */
  let logEnd = 0;
  const mine = (accountId: string) => [...running.values()].filter(({ target }) => target.accountId === accountId);

  async function begin(accountId: string, wanted: z.infer<typeof StartDrill>): Promise<void> {
    const control = await ready;
    const plan = DRILL_PLANS[wanted.kind];
    const { scope, marketplaces } = plan;
    const aim = { accountId, scope, marketplaces, storeId: wanted.store_id, region: wanted.region };
    const target = await takeAim(shop, aim);
    refuseTwice(mine(accountId), wanted.kind, target);
    logEnd = (await control.log(logEnd)).next;
    const startedAt = shop.now();
    const undo = await plan.begin({ shop, control, target });
    const id = `dr_${randomBytes(6).toString('hex')}`;
    running.set(id, { id, kind: wanted.kind, target, startedAt, logSince: logEnd, undo });
    await makeDue(shop, target.stores);
  }

  async function end(drill: Running): Promise<void> {
    running.delete(drill.id);
    await drill.undo();
    await makeDue(shop, drill.target.stores);
  }

  return {
    ...open,
    start: begin,
    async state(accountId) {
      const control = await ready;
      return {
        now: instant(shop.now()),
        drills: DRILLS.map((kind) => catalogueEntry(kind)),
        running: await Promise.all(mine(accountId).map((drill) => describe({ shop, control }, drill))),
        seller_central_url: `${control.origin}/sellercentral.amazon.com/apps/manage`,
      };
    },
    async stop(accountId, id) {
      const drill = mine(accountId).find((one) => one.id === id);
      if (drill === undefined) throw new Fault('not-found', { detail: 'This drill is not running.' });
      await end(drill);
    },
    async stopAll(accountId) {
      for (const drill of mine(accountId)) await end(drill);
    },
    async moveClock(accountId, move) {
      await moveClock({ rooms, control: await ready }, accountId, move);
    },
  };
}

function catalogueEntry(kind: DrillKind): DemoState['drills'][number] {
  const { group, title, text, scope, marketplaces } = DRILL_PLANS[kind];
  return { kind, group, title, text, scope, marketplaces: [...marketplaces] };
}

function refuseTwice(already: Running[], kind: DrillKind, target: Target): void {
  const same = already.some(
    (one) => one.kind === kind && one.target.region === target.region && one.target.store?.id === target.store?.id,
  );
  if (same) throw new Fault('invalid-request', { detail: 'This very drill is running already. Stop it first.' });
}

type Scene = { shop: Shop; control: Control };

async function describe({ shop, control }: Scene, drill: Running): Promise<z.infer<typeof RunningDrill>> {
  const plan = DRILL_PLANS[drill.kind];
  const seen = await lookBack(shop, drill);
  return {
    id: drill.id,
    kind: drill.kind,
    store_id: drill.target.store?.id ?? null,
    region: drill.target.region,
    title: plan.title,
    started_at: instant(drill.startedAt),
    expectations: plan.expects.map(({ text, detail, done }) => ({ text, detail, done: done(seen) })),
    calls_used: await callsSince(control, drill),
    seconds_to_verdict: secondsToVerdict(seen, drill.startedAt),
    mails: seen.mails,
  };
}

async function lookBack(shop: Shop, { target, startedAt }: Running): Promise<Seen> {
  const { db } = shop.db;
  const perStore = await Promise.all(
    target.stores.map(async ({ id }) => ({
      row: await readStore(db, { id }),
      events: await eventsOf(shop, { accountId: target.accountId, storeId: id }),
      observations: await recentObservations(db, { storeId: id, since: startedAt, limit: SEEN_LIMIT }),
      mails: (await mailsFor(db, { storeId: id })).filter((mail) => mail.kind === 'email' && mail.sentAt !== null),
    })),
  );
  return {
    since: startedAt,
    rows: perStore.flatMap(({ row }) => (row === null ? [] : [row])),
    events: perStore.flatMap(({ events }) => events).filter(({ at }) => at >= startedAt),
    observations: perStore.flatMap(({ observations }) => observations),
    mails: perStore.flatMap(({ mails }) => mails).filter(({ createdAt }) => createdAt >= startedAt).length,
  };
}

async function eventsOf(shop: Shop, which: { accountId: string; storeId: string }) {
  const { rows } = await listEvents(shop.db.db, { ...which, limit: SEEN_LIMIT });
  return rows.map(({ type, at }) => ({ type, at }));
}

async function callsSince(control: Control, { target, logSince }: Running): Promise<number> {
  const sellers = new Set(target.stores.map((store) => store.sellerId ?? store.claimedSellerId));
  const { data } = await control.log(logSince);
  return data.filter((row) => typeof row.sellerId === 'string' && sellers.has(row.sellerId)).length;
}

type Moving = { rooms: DemoRooms; control: Control };

/** The emulator's clock is moved; ours follows before this returns, so that the next page shows it. */
async function moveClock(
  { rooms, control }: Moving,
  accountId: string,
  move: z.infer<typeof MoveClock>,
): Promise<void> {
  const rows = await liveStores(rooms.shop, { accountId });
  await control.moveClock('advance' in move ? move : { set: nextExpiry(rows, rooms.shop.now()) });
  const { now } = await control.clock();
  rooms.clock.setOffset(now - Date.now());
  await makeDue(rooms.shop, rows);
}

/** A minute after the next year that ends. */
function nextExpiry(rows: StoreRow[], now: number): string {
  const ends = rows.map((row) => estimatedExpiry(row.authorizedAt)).filter((end) => end !== null && end > now);
  const first = Math.min(...ends.map(Number));
  if (!Number.isFinite(first)) throw new Fault('not-found', { detail: 'No store has a permission that ends later.' });
  return new Date(first + MINUTE).toISOString();
}
