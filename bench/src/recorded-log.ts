/** A recorded log of any length for benchmarks: a few dozen histories as the watch writes them, told of many stores. */
import { DatabaseSync } from 'node:sqlite';
import { weigh, isHealthy, TODAYS_RULES } from '../../server/src/core/weigh.ts';
import { DAY, facts, fullLook, MINUTE, NOW, weather, type Troubles } from '../../server/src/core/episode.testkit.ts';
import type { StoreFacts } from '../../server/src/core/judgement.ts';
import type { Observation } from '../../server/src/core/observation.ts';
import { packLook } from '../../server/src/core/packed-look.ts';
import { recordedLook, type RecordedLook } from '../../server/src/core/recorded-look.ts';
import type { Before } from '../../server/src/core/transition.ts';
import type { Weather } from '../../server/src/core/weather.ts';
import { newId } from '../../server/src/db/ids.ts';

const COHORT = 'amazon:amzn1.sellerapps.app.x:eu';
const BEGIN = NOW - 100 * DAY;

/** A look as it will be answered: minutes after the beginning, what fails, and under which sky. */
type Planned = { minute: number; troubles: Troubles; sky?: Weather };
type Plot = Planned[];

/** Looking slows from minutes to hours (core/cadence): this many looks of one trouble, from `minute` on. */
function trouble(minute: number, looks: number, troubles: Troubles): Plot {
  const pauses = [1, 2, 5, 15, 30, 60, 60, 120, 240, 360];
  let at = minute;
  return Array.from({ length: looks }, (_, i) => {
    at += pauses[Math.min(i, pauses.length - 1)] ?? 360;
    return { minute: at, troubles };
  });
}

const well = (minute: number): Planned => ({ minute, troubles: {} });
const DENIED: Troubles = { participations: 'denied', payouts: 'denied', finances: 'denied' };

const ALL_CALLS: Troubles = { ...DENIED, control: 'denied' };
const ALL_PERMISSIONS: Troubles = { grant: 'grant_refused', control: 'grant_refused' };

/** Half an hour in which all stores are refused, the neighbours too. */
function incident(minute: number, refused: Troubles): Plot {
  const end = { lastOkAt: BEGIN + (minute + 25) * MINUTE, lastOkVia: 'store' as const };
  return [0, 2, 4, 9, 24, 26].map((after): Planned => {
    const now = BEGIN + (minute + after) * MINUTE;
    const during = { lastOkAt: now - 20 * MINUTE, lastOkVia: 'store' as const, lastRefusedAt: now, clearSince: null };
    const control = after < 25 ? during : { ...end, lastRefusedAt: end.lastOkAt - MINUTE, clearSince: end.lastOkAt };
    const failing = after < 25 ? 600 : 20;
    const troubles: Troubles = after < 25 ? refused : {};
    return { minute: minute + after, troubles, sky: weather({ control, share: { active: 1_000, failing } }) };
  });
}

function hiccup(minute: number, troubles: Troubles): Plot {
  return [{ minute, troubles }, well(minute + 1)];
}

/** What stores of a real fleet go through in three months; `turn` makes each a little different. */
function plotOf(turn: number): Plot {
  const start = 60 * (turn % 40);
  const hiccups = [1, 2, 3, 4].flatMap((week) => [
    ...hiccup(start + week * 9_000, { payouts: 'throttled', participations: 'marketplace_error' }),
    ...hiccup(start + week * 9_000 + 4_000, { grant: 'no_answer' }),
    ...incident(week * 10_000 + 7, week % 2 === 0 ? ALL_CALLS : ALL_PERMISSIONS),
  ]);
  const kinds: readonly Plot[] = [
    [...trouble(start + 60, 60, { grant: 'grant_refused' }), well(start + 30_000)],
    [...trouble(start + 60, 25, { payouts: 'denied' }), well(start + 12_000)],
    [...trouble(start + 60, 40, DENIED), well(start + 20_000)],
    [...trouble(start + 60, 12, { finances: 'refusal_for_all' }), well(start + 6_000)],
    [...trouble(start + 60, 10, { participations: 'unknown' }), well(start + 5_000)],
    [],
    [],
  ];
  const own = kinds[turn % kinds.length] ?? [];
  return [...own, ...hiccups].toSorted((a, b) => a.minute - b.minute);
}

/** The looks of one plot with what today's rules say of them, as the watch would have logged them. */
export function historyOf(turn: number): RecordedLook[] {
  let store: StoreFacts = facts({ authorizedAt: BEGIN - 50 * DAY, firstOkAt: BEGIN - 50 * DAY, lastOkAt: BEGIN });
  let before: Before = { verdict: 'connected', cause: null, since: BEGIN, alarm: null };
  let kept: Observation[] = [];
  return plotOf(turn).map(({ minute, troubles, sky = weather() }) => {
    const at = BEGIN + minute * MINUTE;
    const observations = fullLook(at, troubles).map((o) => ({ ...o, id: newId('ob') }));
    const now = at + 10_000;
    const input = { store, observations: kept, weather: sky, now };
    const { judgement, step, news } = weigh(TODAYS_RULES, { before, input, look: observations });
    const looked = {
      kind: 'look' as const,
      cohort: COHORT,
      hasAddress: true,
      byHand: false,
      before,
      input,
      observations,
    };
    const look = recordedLook({ ...looked, judgement, step, kept: news });
    const healthy = isHealthy(judgement);
    kept = healthy ? [] : news ? [...kept, ...observations] : kept;
    store = { ...store, alarm: judgement.alarm, lastOkAt: healthy ? now : store.lastOkAt };
    before = { verdict: judgement.verdict, cause: look.outcome.cause, since: step.since, alarm: judgement.alarm };
    return look;
  });
}

const HISTORIES = 42;

/** Writes a log of at least so many observations into a migrated SQLite file, in the order in which a fleet would have made the looks. Gives how many. */
export function writeLog(file: string, wanted: number): number {
  const histories = Array.from({ length: HISTORIES }, (_, turn) => historyOf(turn));
  const inOne = histories.flat().reduce((sum, look) => sum + look.observations.length, 0);
  const copies = Math.ceil(wanted / inOne);
  const looks = histories.flatMap((history, turn) => history.map((look) => ({ turn, look })));
  const database = new DatabaseSync(file, { timeout: 10_000 });
  try {
    database.exec(`pragma synchronous = off; begin;
      create temp table told (place integer primary key, turn text, at integer, id text, body text);
      create temp table fleet (copy integer primary key);
      insert into fleet with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${copies}) select i from n`);
    const insert = database.prepare('insert into told values (?, ?, ?, ?, ?)');
    for (const [place, { turn, look }] of looks.toSorted((a, b) => a.look.now - b.look.now).entries())
      insert.run(place, String(turn), look.now, newId('lk'), packLook(look));
    database.exec(`insert into look (account_id, store_id, at, id, body)
      select 'ac_' || (copy % 100), 'st_' || copy || '_' || turn, at, id || '_' || copy, body
      from told cross join fleet order by place, copy;
      commit`);
  } finally {
    database.close();
  }
  return copies * inOne;
}
