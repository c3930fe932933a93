import { beforeEach, describe, expect, test } from 'vitest';
import type { Judgement } from '../core/judgement.ts';
import type { Alarm } from '../core/lifecycle.ts';
import type { Capability } from '../core/observation.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../db/open.ts';
import { insertStore } from '../db/stores.ts';
import { aStore, anObservation, NOON } from '../db/testing-rows.ts';
import { Crowd, type Control } from './crowd.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const { cohort } = aStore();
const who = { cohort, app: { applicationId: 'app' } };

let database: OpenDatabase;
let time: number;
let crowd: Crowd;

beforeEach(async () => {
  database = await openDatabase({ url: 'sqlite::memory:', dataDir: '/tmp' });
  await migrate(database);
  time = NOON;
  crowd = new Crowd({ db: database, now: () => time });
  return () => database.close();
});

function heard(storeId: string | null, answer: Control['answer']): Control {
  return { at: time, ok: answer === 'ok', via: storeId === null ? 'app' : 'store', answer, storeId };
}

/** Asks for a store, from a neighbour who gives these answers in turn; how often it was asked is counted. */
function neighbour(name: string, ...answers: Control['answer'][]) {
  const asked = { times: 0 };
  const ask = (storeId: string) =>
    crowd.control(cohort, {
      notStoreId: storeId,
      ask: () => {
        asked.times += 1;
        return Promise.resolve(heard(name, answers.shift() ?? 'ok'));
      },
    });
  return { asked, ask };
}

describe('a control', () => {
  test('is asked once for all who want to know at the same time', async () => {
    const { asked, ask } = neighbour('st_b');
    const heardBy = await Promise.all(['st_a', 'st_c', 'st_d'].map(ask));
    expect(asked.times).toBe(1);
    expect(heardBy).toEqual([heardBy[0], heardBy[0], heardBy[0]]);
  });

  test('serves for a minute when it was answered, for five seconds when it was refused', async () => {
    const { asked, ask } = neighbour('st_b', 'ok', 'denied', 'denied', 'ok');
    const timesAfter = async (ms: number) => {
      time += ms;
      await ask('st_a');
      return asked.times;
    };
    expect(await timesAfter(0)).toBe(1);
    expect(await timesAfter(59 * SECOND)).toBe(1);
    expect(await timesAfter(SECOND)).toBe(2);
    expect(await timesAfter(4 * SECOND)).toBe(2);
    expect(await timesAfter(SECOND)).toBe(3);
  });

  test('is never the store itself, whatever it answered', async () => {
    for (const answer of ['ok', 'denied'] as const) {
      time += 2 * MINUTE;
      await crowd.noteControl(cohort, heard('st_a', answer));
      const { asked, ask } = neighbour('st_b');
      expect(await ask('st_a')).toMatchObject({ storeId: 'st_b' });
      expect(asked.times).toBe(1);
    }
  });

  test('is asked anew by the store itself while others wait for its answer', async () => {
    const { asked, ask } = neighbour('st_a', 'denied', 'denied');
    await crowd.weather(cohort);
    await Promise.all([ask('st_b'), ask('st_a')]);
    expect(asked.times).toBe(2);
  });
});

describe('the weather', () => {
  const control = async () => (await crowd.weather(cohort)).control;

  test('is clear since the first control that was answered after the last refused one', async () => {
    expect(await control()).toEqual({
      lastOkAt: null,
      lastOkVia: null,
      lastRefusedAt: null,
      clearSince: null,
    });
    await crowd.noteControl(cohort, heard('st_b', 'denied'));
    expect(await control()).toMatchObject({ lastRefusedAt: NOON, clearSince: null });
    for (const later of [MINUTE, 2 * MINUTE]) {
      time = NOON + later;
      await crowd.noteControl(cohort, heard('st_b', 'ok'));
    }
    const after = { lastOkAt: NOON + 2 * MINUTE, lastRefusedAt: NOON, clearSince: NOON + MINUTE };
    expect(await control()).toMatchObject(after);
    time += MINUTE;
    await crowd.noteControl(cohort, heard('st_b', 'denied'));
    expect(await control()).toMatchObject({ lastRefusedAt: NOON + 3 * MINUTE, clearSince: null });
  });

  test('is shared with the other processes within seconds', async () => {
    const other = new Crowd({ db: database, now: () => time });
    expect((await other.weather(cohort)).control.lastRefusedAt).toBeNull();
    await crowd.noteControl(cohort, heard('st_b', 'denied'));
    time += 5 * SECOND;
    expect((await other.weather(cohort)).control).toMatchObject({ lastRefusedAt: NOON, clearSince: null });
    await crowd.noteControl(cohort, heard('st_c', 'ok'));
    time += 5 * SECOND;
    const cleared = { lastOkAt: NOON + 5 * SECOND, lastRefusedAt: NOON, clearSince: NOON + 5 * SECOND };
    expect((await other.weather(cohort)).control).toMatchObject(cleared);
  });
});

type Group = { stores: number; looked: number; began?: number; explained?: boolean };

/** Stores looked at so many minutes ago; of those that fail, so many minutes ago it began. */
async function inTheCrowd(...groups: Group[]): Promise<void> {
  for (const { stores, looked, began, explained = false } of groups) {
    for (let n = 0; n < stores; n += 1) {
      const lastLookAt = time - looked * MINUTE;
      const failingSince = began === undefined ? null : time - began * MINUTE;
      await insertStore(database.db, aStore({ lastLookAt, failingSince, alarm: explained ? ALARM : null }));
    }
  }
}

const ALARM: Alarm = {
  cause: 'grant.revoked',
  since: NOON,
  evidence: [],
  diagnosis: {
    cause: 'grant.revoked',
    likely: [],
    owner: 'seller',
    action: 'enable',
    healsInPlace: true,
    confidence: 'high',
    evidence: [],
    excluded: [],
    capability: null,
  },
};

describe('the share of the crowd that fails', () => {
  const share = async () => (await crowd.weather(cohort)).share;

  test('is that of the longest span on an ordinary day', async () => {
    await inTheCrowd(
      { stores: 30, looked: 60 },
      { stores: 1, looked: 1, began: 29 },
      { stores: 1, looked: 1, began: 31 },
    );
    expect(await share()).toEqual({ active: 32, failing: 1 });
  });

  test('sees within minutes that a large crowd begins to fail', async () => {
    await inTheCrowd({ stores: 400, looked: 50 }, { stores: 15, looked: 4 }, { stores: 10, looked: 1, began: 1 });
    expect(await share()).toEqual({ active: 25, failing: 10 });
  });

  test('sees in a small crowd what took longer to be seen', async () => {
    await inTheCrowd({ stores: 18, looked: 50 }, { stores: 9, looked: 2, began: 25 });
    expect(await share()).toEqual({ active: 27, failing: 9 });
  });

  test('does not forget an incident of hours while a fifth of the crowd fails without an explanation', async () => {
    await inTheCrowd({ stores: 40, looked: 2 }, { stores: 9, looked: 2, began: 300 });
    expect(await share()).toEqual({ active: 49, failing: 0 });
    await inTheCrowd({ stores: 1, looked: 2, began: 300 }, { stores: 9, looked: 2, began: 300, explained: true });
    time += 4 * SECOND;
    expect(await share()).toEqual({ active: 59, failing: 0 });
    await inTheCrowd({ stores: 5, looked: 2, began: 300 });
    time += 4 * SECOND;
    expect(await share()).toEqual({ active: 64, failing: 15 });
  });

  test('counts from the moment a control was answered again, once enough were looked at', async () => {
    await crowd.noteControl(cohort, heard('st_b', 'denied'));
    time += 10 * MINUTE;
    await crowd.noteControl(cohort, heard('st_b', 'ok'));
    time += MINUTE;
    await inTheCrowd({ stores: 30, looked: 2, began: 10 }, { stores: 19, looked: 0.5 });
    expect(await share()).toEqual({ active: 49, failing: 30 });
    await inTheCrowd({ stores: 1, looked: 0.5, began: 10 });
    time += 4 * SECOND;
    expect(await share()).toEqual({ active: 20, failing: 1 });
  });

  test('counts everything while those looked at since then fail as well', async () => {
    await crowd.noteControl(cohort, heard('st_b', 'denied'));
    time += 10 * MINUTE;
    await crowd.noteControl(cohort, heard('st_b', 'ok'));
    time += MINUTE;
    await inTheCrowd(
      { stores: 200, looked: 8, began: 10 },
      { stores: 13, looked: 0.5 },
      { stores: 7, looked: 0.5, began: 9 },
    );
    expect(await share()).toEqual({ active: 220, failing: 207 });
  });

  test('is counted once for all who ask within three seconds', async () => {
    await inTheCrowd({ stores: 1, looked: 1 });
    const [first, second] = await Promise.all([share(), share()]);
    expect(second).toBe(first);
    await inTheCrowd({ stores: 1, looked: 1 });
    time += 2 * SECOND;
    expect(await share()).toEqual({ active: 1, failing: 0 });
    time += SECOND;
    expect(await share()).toEqual({ active: 2, failing: 0 });
  });
});

describe('what others are denied as well', () => {
  const denied = (notStoreId: string, failing: boolean) => crowd.deniedToOthers(cohort, { notStoreId, failing });

  test('is what limited stores are denied, and what failing ones are if that is asked; never one’s own', async () => {
    await insertStore(database.db, aStore({ id: 'st_limited', ...deniedTo('payouts'), verdict: 'limited' }));
    await insertStore(database.db, aStore({ id: 'st_fails', ...deniedTo('finances'), failingSince: NOON }));
    await insertStore(database.db, aStore({ id: 'st_well' }));
    expect(await denied('st_me', false)).toEqual(['payouts']);
    expect(await denied('st_me', true)).toEqual(['payouts', 'finances']);
    expect(await denied('st_limited', true)).toEqual(['finances']);
    expect(await denied('st_fails', true)).toEqual(['payouts']);
  });

  test('is read once for all who ask within three seconds', async () => {
    expect(await denied('st_me', true)).toEqual([]);
    await insertStore(database.db, aStore({ ...deniedTo('finances'), failingSince: NOON }));
    time += 2 * SECOND;
    expect(await denied('st_me', true)).toEqual([]);
    time += SECOND;
    expect(await denied('st_me', true)).toEqual(['finances']);
  });
});

function deniedTo(capability: Capability): { judgement: Judgement } {
  const open = { participations: 'ok', payouts: 'ok', finances: 'ok', reports: 'ok', notifications: 'ok' } as const;
  const axes = {
    grant: 'live',
    standing: 'active',
    capability: { ...open, [capability]: 'denied' },
    weather: 'clear',
  } as const;
  return {
    judgement: { axes, verdict: 'checking', diagnosis: null, notices: [], alarm: null, evidence: [], lacking: [] },
  };
}

describe('a witness', () => {
  const asking = (answer: 'ok' | 'no_answer') => {
    const asked = { times: 0 };
    const ask = () => {
      asked.times += 1;
      return Promise.resolve(anObservation({ rung: 'self', answer, at: time }));
    };
    return { asked, ask };
  };

  test('is heard once a minute while all is well, and every answer is an observation of its own', async () => {
    const { asked, ask } = asking('ok');
    const seen = await Promise.all([crowd.self(who, ask), crowd.self(who, ask)]);
    time += 59 * SECOND;
    seen.push(await crowd.self(who, ask));
    expect(asked.times).toBe(1);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3);
    time += SECOND;
    await crowd.self(who, ask);
    expect(asked.times).toBe(2);
  });

  test('that brings bad news is heard again after three seconds', async () => {
    const { asked, ask } = asking('no_answer');
    await Promise.all([crowd.self(who, ask), crowd.self(who, ask)]);
    expect(asked.times).toBe(1);
    time += 3 * SECOND;
    await crowd.self(who, ask);
    expect(asked.times).toBe(2);
  });

  test('that could not be asked is asked again by the next who wants to know', async () => {
    const failing = crowd.self(who, () => Promise.reject(new Error('out of memory')));
    await expect(failing).rejects.toThrow('out of memory');
    expect(await crowd.self(who, asking('ok').ask)).toMatchObject({ answer: 'ok' });
  });

  test('says for all stores that our own key is refused, until it is accepted again', async () => {
    const answer = (given: 'app_refused' | 'ok') => () =>
      Promise.resolve(anObservation({ rung: 'app', answer: given, at: time }));
    await crowd.app(who, answer('app_refused'));
    expect((await crowd.weather(cohort)).app).toEqual({ cause: 'app.secret_expired', since: NOON });
    time += 5 * SECOND;
    await crowd.app(who, answer('ok'));
    expect((await crowd.weather(cohort)).app).toEqual({ cause: null, since: null });
  });
});

test('the operator’s own store is believed for half an hour of refusals, and again once it was answered', async () => {
  const mayTell = (ok: boolean) => crowd.ownStoreMayTell(cohort, ok);
  expect(await mayTell(false)).toBe(true);
  time += 29 * MINUTE;
  expect(await mayTell(false)).toBe(true);
  time += MINUTE;
  expect(await mayTell(false)).toBe(false);
  expect(await mayTell(true)).toBe(true);
  expect(await mayTell(false)).toBe(true);
});
