/** A platform's connect session: made with an API key, opened by a seller whose browser runs no script. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { timePasses } from '../support/demo-stores.ts';
import {
  confirmAtAmazon,
  enterDemo,
  expectAccessible,
  expectQuiet,
  expectSaid,
  IN_A_BROWSER,
  signInAtAmazon,
  startDemo,
  visit,
  whyNoBrowser,
  type Demo,
} from '../support/journey-demo.ts';

type Session = { id: string; url: string; status: string };

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  let key: string;

  beforeAll(async () => {
    demo = await startDemo();
    const { page, context } = await visit(demo, { kept: true });
    await enterDemo(demo, page);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('New key for').fill('Bookkeeping');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await expectSaid(page, 'Copy the key of Bookkeeping now.');
    await expectAccessible(page);
    key = (await page.locator('.secret code').textContent()) ?? '';
    await context.close();
  });
  afterAll(() => demo.stop());

  /** What the platform's own server sends. */
  async function begin(body: Record<string, string>): Promise<Session> {
    const answer = await fetch(`${demo.base}/v1/connect_sessions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ marketplace: 'amazon', ...body }),
    });
    expect(answer.status).toBe(201);
    return (await answer.json()) as Session;
  }

  async function statusOf({ id }: Session): Promise<string> {
    const answer = await fetch(`${demo.base}/v1/connect_sessions/${id}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return ((await answer.json()) as Session).status;
  }

  test('a seller declines, tries again and connects, on pages that need no script', async () => {
    const session = await begin({ site: 'amazon.fr', name: 'Atelier Lune' });
    const here = await visit(demo, { script: false, width: 390 });
    const { page } = here;
    await page.goto(session.url);
    await page.getByRole('heading', { name: 'Can you give one permission for Atelier Lune?' }).waitFor();
    await expectSaid(page, 'They cannot change listings, prices, orders or your bank account.');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await signInAtAmazon(page, 'owner@atelierlune.test');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Atelier Lune is not connected yet' }).waitFor();
    await expectSaid(page, 'The permission was declined at Amazon.');
    await expectAccessible(page);
    expect(await statusOf(session)).toBe('failed');

    await page.getByRole('button', { name: 'Try again' }).click();
    await confirmAtAmazon(page);
    await page.getByRole('heading', { name: 'Atelier Lune is connected' }).waitFor();
    await expectSaid(page, 'There is nothing more to do. You can close this page.');
    await expectAccessible(page);
    expect(await statusOf(session)).toBe('connected');
    expect(page.url()).toBe(`${session.url}/done`);
    expectQuiet(here);
  });

  test('a link belongs to the browser that continues it first, and ends after a day', async () => {
    const session = await begin({ site: 'amazon.co.uk', name: 'Harbour Toys' });
    const seller = await visit(demo, { script: false });
    await seller.page.goto(session.url);
    await seller.page.getByRole('heading', { name: 'Can you give one permission for Harbour Toys?' }).waitFor();

    const other = await visit(demo, { script: false });
    await other.page.goto(session.url);
    await other.page.getByRole('heading', { name: 'Can you give one permission for Harbour Toys?' }).waitFor();
    await seller.page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await seller.page.waitForURL(/sellercentral/);
    await other.page.goto(session.url);
    await expectSaid(other.page, /^This link was continued in another browser and works only there\./);
    await expectAccessible(other.page);

    const operator = await visit(demo);
    await enterDemo(demo, operator.page);
    await timePasses({ demo, page: operator.page }, 'P1D', 'PT2M');
    await expect.poll(() => statusOf(session)).toBe('expired');
    await seller.page.goto(session.url);
    await seller.page.getByRole('heading', { name: 'This link has ended' }).waitFor();
    await expectSaid(seller.page, 'Ask whoever sent it for a new one for Harbour Toys. Nothing was changed.');
    await expectAccessible(seller.page);
    expectQuiet(seller);
    expectQuiet(other, /^403 GET \/connect\/s\//);
  });

  test('arrivals that nobody here began are pages that say so, and make no token call', async () => {
    const here = await visit(demo, { script: false });
    const tokenCalls = async () => {
      const { data } = (await demo.control('GET', '/_/log')) as { data: { operation: string }[] };
      return data.filter((row) => row.operation === 'token').length;
    };
    const before = await tokenCalls();
    const callback = `${demo.base}/connect/amazon/callback?spapi_oauth_code=stolen&selling_partner_id=A3FHEXAMPLEYWS`;
    await here.page.goto(`${callback}&state=nobodys`);
    await here.page.getByRole('heading', { name: 'This link is not one of ours' }).waitFor();
    await expectAccessible(here.page);
    await here.page.goto(callback);
    await here.page.getByRole('heading', { name: 'This did not start in Storekeeper' }).waitFor();
    const login = `${demo.base}/connect/amazon/login?amazon_state=1&selling_partner_id=A3FHEXAMPLEYWS`;
    await here.page.goto(`${login}&amazon_callback_uri=https://amazon.com.evil.test/apps/authorize/confirm/x`);
    await here.page.getByRole('heading', { name: 'This address is incomplete' }).waitFor();
    await expectAccessible(here.page);
    await here.page.goto(`${demo.base}/connect/s/nobodys-link`);
    await expectSaid(here.page, 'This link is not known here. Ask whoever sent it for a new one.');
    await expectAccessible(here.page);
    expect(await tokenCalls()).toBe(before);
    expectQuiet(here, /^40[04] GET \/connect\//);
  });
});
