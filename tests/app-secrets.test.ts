/** The app's secret is changed while the watch goes on: two live secrets, one store first, and back where that fails. */
import { expect, onTestFinished, test } from 'vitest';
import { appSecrets, fingerprintOf } from '../server/src/db/app-secrets.ts';
import { openIncidents } from '../server/src/db/incidents.ts';
import type { AmazonApp } from '../server/src/core/access.ts';
import { Secret } from '../server/src/core/secret.ts';
import { AppSecrets } from '../server/src/stores/app-secrets.ts';
import { watchSecrets } from '../server/src/stores/app-watch.ts';
import { APP_ID, theApp, type Market } from './support/market.ts';
import { connectStore, openFleetMarket } from './support/matrix.ts';
import { watch } from './support/watch.ts';

const OLD = theApp.clientSecret;
const NEW = new Secret('amzn1.oa2-cs.v1.next');
const DAY = 86_400_000;

type Changing = Market & {
  secrets: AppSecrets;
  /** Writes the settings anew. */
  settings: (changes: Partial<AmazonApp>) => void;
  /** What Amazon takes. */
  amazonTakes: (...secrets: { secret: Secret; expiresAt?: string }[]) => Promise<unknown>;
};

async function changing(stores: number): Promise<Changing> {
  const market = await openFleetMarket(stores);
  onTestFinished(async () => {
    await market.stop();
    await market.shop.db.close();
  });
  const file = { app: theApp };
  const { db, vault, now } = market.shop;
  const secrets = new AppSecrets({ db, vault, now, base: () => [file.app] });
  const changed = { ...market, shop: { ...market.shop, apps: secrets.apps }, secrets };
  await secrets.refresh();
  for (let n = 0; n < stores; n += 1) await connectStore(changed, { n });
  return {
    ...changed,
    settings: (changes) => {
      file.app = { ...file.app, ...changes };
    },
    amazonTakes: (...taken) =>
      market.control('PATCH', `/_/apps/${APP_ID}`, {
        clientSecrets: taken.map(({ secret, ...rest }) => ({ secret: secret.reveal(), ...rest })),
      }),
  };
}

const inDays = (m: Changing, days: number) => new Date(m.shop.now() + days * DAY).toISOString();
const used = (m: Changing) => {
  const [app] = m.shop.apps();
  return app?.marketplace === 'amazon' ? app.clientSecret.reveal() : null;
};

async function statuses(m: Changing) {
  const rows = await appSecrets(m.shop.db.db, APP_ID);
  return Object.fromEntries(rows.map((row) => [row.fingerprint, row.status]));
}

/** Events of stores after they were connected: none while all is well. */
async function events({ shop }: Market) {
  const rows = await shop.db.db.selectFrom('event').select('type').orderBy('seq').execute();
  return rows
    .map((row) => row.type)
    .filter((type) => !['store.setup', 'store.verifying', 'store.connected'].includes(type));
}

async function mails({ shop }: Market) {
  const rows = await shop.db.db.selectFrom('outbox').select('payload').where('kind', '=', 'operator_email').execute();
  return rows.map((row) => JSON.parse(row.payload) as Record<string, unknown>);
}

test('a new secret is tried on one store first, then everybody uses it, and no look fails before, meanwhile or after', async () => {
  const m = await changing(12);
  await m.amazonTakes({ secret: OLD, expiresAt: inDays(m, 7) }, { secret: NEW });
  m.settings({ clientSecret: NEW, previousClientSecret: OLD });
  await m.secrets.refresh();
  expect(used(m)).toBe(OLD.reveal());
  const looks = await watch(m, { minutes: 75 });
  await m.callsSince();
  await watchSecrets(m);
  // One store's token with the new secret, and nothing else.
  const tried = (await m.callsSince()).filter((call) => call.operation === 'token');
  expect([tried.length, tried[0]?.status]).toEqual([1, 200]);
  expect(used(m)).toBe(NEW.reveal());
  expect(await statuses(m)).toEqual({ [fingerprintOf(OLD)]: 'retired', [fingerprintOf(NEW)]: 'live' });
  looks.push(...(await watch(m, { minutes: 75 })));
  await m.advance('P8D');
  looks.push(...(await watch(m, { minutes: 75 })));
  expect(looks.length).toBeGreaterThan(30);
  expect(looks.filter((look) => look.verdict !== 'connected')).toEqual([]);
  expect([await events(m), await mails(m), await openIncidents(m.shop.db.db)]).toEqual([[], [], []]);
});

test('a new secret that Amazon refuses is rolled back: the operator is told once, and no store notices', async () => {
  const m = await changing(3);
  m.settings({ clientSecret: NEW, previousClientSecret: OLD });
  for (let minute = 0; minute < 5; minute += 1) {
    await watchSecrets(m);
    await m.advance('PT2M');
  }
  expect(used(m)).toBe(OLD.reveal());
  expect(await statuses(m)).toEqual({ [fingerprintOf(OLD)]: 'live', [fingerprintOf(NEW)]: 'refused' });
  const looks = await watch(m, { minutes: 70 });
  expect(looks.filter((look) => look.verdict !== 'connected')).toEqual([]);
  expect(await events(m)).toEqual([]);
  expect(await mails(m)).toMatchObject([
    { topic: 'operator_secret', what: 'refused', fingerprint: fingerprintOf(NEW) },
  ]);
  expect(await openIncidents(m.shop.db.db)).toEqual([]);
});

test('weather says nothing about a new secret: it waits, and is tried again', async () => {
  const m = await changing(2);
  await m.amazonTakes({ secret: OLD }, { secret: NEW });
  const fault = { match: { operation: 'token' }, answer: { status: 503, body: 'out', headers: {} } };
  const { id } = (await m.control('POST', '/_/faults', fault)) as { id: string };
  m.settings({ clientSecret: NEW, previousClientSecret: OLD });
  await watchSecrets(m);
  expect([used(m), (await statuses(m))[fingerprintOf(NEW)]]).toEqual([OLD.reveal(), 'candidate']);
  await m.control('DELETE', `/_/faults/${id}`);
  await m.advance('PT2M');
  await watchSecrets(m);
  expect([used(m), await mails(m)]).toEqual([NEW.reveal(), []]);
});

test('when the secret in use ends before the new one was tried, the same look goes on with the new one', async () => {
  const m = await changing(3);
  m.settings({ clientSecret: NEW, previousClientSecret: OLD });
  await m.secrets.refresh();
  await m.amazonTakes({ secret: NEW });
  const looks = await watch(m, { minutes: 75 });
  expect(looks.length).toBeGreaterThanOrEqual(3);
  expect(looks.filter((look) => look.verdict !== 'connected')).toEqual([]);
  expect(await statuses(m)).toEqual({ [fingerprintOf(OLD)]: 'refused', [fingerprintOf(NEW)]: 'live' });
  await m.secrets.refresh();
  expect([used(m), await events(m), await mails(m)]).toEqual([NEW.reveal(), [], []]);
});

test('the end of a secret is told 90, 30, 7 and 1 days before, once each, and is a notice from thirty days on', async () => {
  const m = await changing(1);
  m.settings({ secretExpiresAt: m.shop.now() + 100 * DAY });
  const noticed: number[] = [];
  for (let day = 0; day <= 100; day += 1) {
    await watchSecrets(m);
    await watchSecrets(m);
    if ((await openIncidents(m.shop.db.db)).length > 0) noticed.push(100 - day);
    await m.advance('P1D');
  }
  expect(await mails(m)).toHaveLength(4);
  expect([noticed[0], noticed.at(-1)]).toEqual([30, 1]);
  expect((await mails(m)).every((mail) => mail['what'] === 'ends')).toBe(true);
});

test('no secret stands in the database, in a mail or in the log of what was tried', async () => {
  const m = await changing(1);
  const logged: unknown[] = [];
  m.shop.log.info = (fields, message) => void logged.push(fields, message);
  await m.amazonTakes({ secret: OLD }, { secret: NEW });
  m.settings({ clientSecret: NEW, previousClientSecret: OLD });
  await watchSecrets(m);
  const rows = await m.shop.db.db.selectFrom('app_secret').selectAll().execute();
  expect(rows).toHaveLength(2);
  expect(logged.length).toBeGreaterThan(0);
  const kept = JSON.stringify([rows, await mails(m), logged]);
  for (const secret of [OLD, NEW]) expect(kept).not.toContain(secret.reveal());
});
