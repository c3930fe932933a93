/** The main job, as a person does it: a store is broken, is repaired at Amazon, and turns green by itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  enterDemo,
  expectAccessible,
  signInAtAmazon,
  startDemo,
  visit,
  whyNoBrowser,
  type Demo,
} from '../support/journey-demo.ts';

type World = {
  sellers: { sellerId: string; storeName: string }[];
  apps: { applicationId: string; name: string }[];
};

describe.runIf(whyNoBrowser === null)(`in a browser${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`, () => {
  let demo: Demo;
  let world: World;
  const seller = (name: string) => world.sellers.find((s) => s.storeName === name)?.sellerId ?? '';
  const app = () => world.apps[0]?.applicationId ?? '';

  beforeAll(async () => {
    demo = await startDemo();
    world = (await demo.control('GET', '/_/world')) as World;
  });
  afterAll(() => demo.stop());

  test('a newcomer repairs the broken store by the Login URI in another window, and never comes back to our dialog', async () => {
    const here = await visit(demo);
    await enterDemo(demo, here.page);
    await expectAccessible(here.page);
    await here.page.getByRole('button', { name: 'Reconnect store' }).first().click();
    await here.page.getByRole('dialog').getByText('Amazon’s yearly permission').waitFor();
    await expectAccessible(here.page);

    const there = await visit(demo);
    await there.page.goto(`${demo.amazon}/sellercentral.amazon.nl/apps/manage`);
    await signInAtAmazon(there.page, 'owner@studiokite.test');
    await there.page
      .getByRole('button', { name: /^Re-authorize/ })
      .first()
      .click();
    await there.page.getByRole('checkbox').check();
    await there.page.getByRole('button', { name: 'Confirm' }).click();
    const confirmed = Date.now();
    await there.page.getByRole('link', { name: /^Login to/ }).click();
    await there.page.getByRole('heading', { name: 'Your store is connected again' }).waitFor();

    await here.page.getByRole('dialog').getByText('is connected again').first().waitFor({ timeout: 10_000 });
    expect(Date.now() - confirmed).toBeLessThan(10_000);
    await expectAccessible(here.page);
    expect([...here.complaints, ...there.complaints]).toEqual([]);
  }, 60_000);

  test('a store whose token revives turns green by itself while the dialog is open', async () => {
    const id = seller('Halden Home UK');
    await demo.control('PATCH', `/_/apps/${app()}`, { revivesOldToken: true });
    await demo.control('POST', `/_/grants/${id}/${app()}`, { action: 'disable' });
    const here = await visit(demo);
    await enterDemo(demo, here.page);
    const list = (await (await here.page.request.get(`${demo.base}/v1/stores`)).json()) as {
      data: { id: string; name: string }[];
    };
    const store = list.data.find((s) => s.name === 'Halden Home UK');
    const origin = { origin: demo.base };
    await here.page.request.post(`${demo.base}/v1/stores/${store?.id}/probe`, { headers: origin });
    await demo.control('POST', '/_/clock', { advance: 'PT2M' });
    await expect
      .poll(
        async () => {
          const body = (await (await here.page.request.get(`${demo.base}/v1/stores/${store?.id}`)).json()) as {
            verdict: string;
          };
          return body.verdict;
        },
        { timeout: 15_000 },
      )
      .toBe('reconnect');
    await here.page.goto(`${demo.base}/stores/${store?.id}?repair=1`);
    await here.page.getByRole('dialog').getByText('Access was switched off').first().waitFor();
    await demo.control('POST', `/_/grants/${id}/${app()}`, { action: 'enable' });
    const enabled = Date.now();
    await here.page.getByRole('dialog').getByText('is connected again').first().waitFor({ timeout: 12_000 });
    expect(Date.now() - enabled).toBeLessThan(9_000);
    expect(here.complaints).toEqual([]);
    const mails = (await (await here.page.request.get(`${demo.base}/app/mailbox`)).json()) as {
      data: { store_id: string }[];
    };
    expect(mails.data.filter((mail) => mail.store_id === store?.id)).toHaveLength(1);
  }, 60_000);

  test('a seller connects a new store by consent and sees the ladder', async () => {
    const here = await visit(demo);
    await enterDemo(demo, here.page);
    const made = await here.page.request.post(`${demo.base}/v1/connect_sessions`, {
      headers: { origin: demo.base },
      data: { marketplace: 'amazon', site: 'amazon.fr', name: 'Atelier Lune' },
    });
    expect(made.status()).toBe(201);
    const { url, id } = (await made.json()) as { url: string; id: string };
    await here.page.goto(url);
    await here.page.getByRole('button', { name: /Continue/ }).click();
    await signInAtAmazon(here.page, 'owner@atelierlune.test');
    await here.page.getByRole('checkbox').check();
    await here.page.getByRole('button', { name: 'Confirm' }).click();
    await here.page.waitForURL(`${demo.base}/connect/${id}`);
    await expect
      .poll(
        async () => {
          const body = (await (await here.page.request.get(`${demo.base}/v1/connect_sessions/${id}`)).json()) as {
            status: string;
          };
          return body.status;
        },
        { timeout: 15_000 },
      )
      .toBe('connected');
    await expectAccessible(here.page);
    expect(here.complaints).toEqual([]);
  }, 60_000);

  test('consent with another seller’s account overwrites nothing and says so', async () => {
    const here = await visit(demo);
    await enterDemo(demo, here.page);
    const list = (await (await here.page.request.get(`${demo.base}/v1/stores`)).json()) as {
      data: { id: string; name: string; credential_version: number }[];
    };
    const store = list.data.find((s) => s.name === 'Northwind Pet');
    const made = await here.page.request.post(`${demo.base}/v1/connect_sessions`, {
      headers: { origin: demo.base },
      data: { store_id: store?.id },
    });
    const { url, id } = (await made.json()) as { url: string; id: string };
    await here.page.goto(url);
    await here.page.getByRole('button', { name: /Continue/ }).click();
    await signInAtAmazon(here.page, 'owner@studiokite.test');
    await here.page.getByRole('checkbox').check();
    await here.page.getByRole('button', { name: 'Confirm' }).click();
    await here.page.waitForURL(`${demo.base}/connect/${id}`);
    await here.page.getByText('You signed in to another store').first().waitFor();
    await expectAccessible(here.page);
    const after = (await (await here.page.request.get(`${demo.base}/v1/stores/${store?.id}`)).json()) as {
      verdict: string;
      credential_version: number;
    };
    expect(after.credential_version).toBe(store?.credential_version);
    expect(here.complaints).toEqual([]);
  }, 60_000);

  test('a callback that nobody here began makes no token call', async () => {
    const here = await visit(demo, { script: false });
    const before = (await demo.control('GET', '/_/log')) as { data: { operation: string }[] };
    const tokens = before.data.filter((row) => row.operation === 'token').length;
    await here.page.goto(
      `${demo.base}/connect/amazon/callback?spapi_oauth_code=stolen&selling_partner_id=A3FHEXAMPLEYWS&state=nobodys`,
    );
    await here.page.getByRole('heading', { name: 'This link is not one of ours' }).waitFor();
    await here.page.goto(
      `${demo.base}/connect/amazon/login?amazon_callback_uri=https://amazon.com.evil.test/apps/authorize/confirm/x&amazon_state=1&selling_partner_id=A3FHEXAMPLEYWS`,
    );
    await here.page.getByRole('heading', { name: 'This address is incomplete' }).waitFor();
    const after = (await demo.control('GET', '/_/log')) as { data: { operation: string }[] };
    expect(after.data.filter((row) => row.operation === 'token').length - tokens).toBeLessThanOrEqual(1);
  }, 60_000);
});
