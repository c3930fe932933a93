/** Connecting a store on MWS: by the hybrid consent, by hand with every field wrong in turn, and the right developer ID. */
import type { Page } from 'playwright-core';
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
import { actOnMws, mwsGrantOf, readWorld, sellerIdOf, storeNamed } from '../support/journey-mws.ts';

const STORE = 'Harbour Toys';

/** The wizard's second step, with MWS chosen. */
async function chooseMws(demo: Demo, page: Page): Promise<void> {
  await page.goto(`${demo.base}/connect`);
  await page.getByRole('button', { name: 'Next' }).click();
  const ways = page.getByRole('group', { name: 'Which way into Amazon?' }).getByRole('radio');
  await ways.first().waitFor();
  expect(await ways.nth(0).isChecked()).toBe(true);
  expect(await page.getByRole('radio', { name: /^Selling Partner API recommended/ }).isChecked()).toBe(true);
  await page.getByRole('radio', { name: /^MWS/ }).check();
  await page.getByLabel('Marketplace site').selectOption('amazon.de');
  await page.getByRole('textbox', { name: 'Store name' }).fill(STORE);
}

describe.runIf(whyNoBrowser === null)(`in a browser${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`, () => {
  let demo: Demo;
  let sellerId: string;

  beforeAll(async () => {
    demo = await startDemo();
    sellerId = sellerIdOf(await readWorld(demo), STORE);
  });
  afterAll(() => demo.stop());

  test('by hand, every wrong field is named before Amazon is asked', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    await chooseMws(demo, page);
    await page.getByRole('radio', { name: /^By hand/ }).check();
    await page.getByText('0000-1111-0002').first().waitFor();
    await expectAccessible(page);
    const seller = page.getByRole('textbox', { name: 'Seller ID' });
    const token = page.getByRole('textbox', { name: 'MWS auth token' });
    const submit = page.getByRole('button', { name: 'Check and connect' });
    const good = 'amzn.mws.4ea38b7b-f563-7709-4bae-87aea15c6ca2';

    await submit.click();
    await page.getByText('Paste the seller ID.').waitFor();
    await page.getByText('Paste the MWS auth token.').waitFor();
    await page.locator('input[name="seller_id"]:focus').waitFor();

    const wrong: [field: 'seller' | 'token', typed: string, said: RegExp][] = [
      ['seller', `${sellerId.slice(0, 5)} ${sellerId.slice(5)}`, /a space or a line break in the seller ID/],
      ['seller', 'owner@harbourtoys.test', /This is an e-mail address/],
      ['seller', 'A1PA6795UKMFR9', /This is the marketplace ID of amazon\.de/],
      ['seller', '0000-1111-0002', /This is a developer ID/],
      ['token', 'hunter2-hunter2', /If it is a password or a secret key, never type it here/],
      ['token', 'AKIAIOSFODNN7EXAMPLE', /This is an AWS access key, which is not needed here/],
      ['token', 'Atzr|IwEBIExampleExample', /a token of Amazon’s newer interface/],
      ['token', good.slice(0, -12), /The token is too short: it has 33 of 45 characters/],
      ['token', `${good} `, /There is a space after the token/],
      ['token', good.replace('-7709-', '- 7709-'), /There is a space inside the token/],
    ];
    const asked = async () => ((await demo.control('GET', '/_/log')) as { data: { host: string }[] }).data;
    const before = (await asked()).filter(({ host }) => host.startsWith('mws')).length;
    for (const [field, typed, said] of wrong) {
      await seller.fill(field === 'seller' ? typed : sellerId);
      await token.fill(field === 'token' ? typed : good);
      await submit.click();
      await page.getByText(said).waitFor();
      const shown = field === 'seller' ? seller : token;
      expect(await shown.getAttribute('aria-invalid'), typed).toBe('true');
    }
    await seller.fill(good);
    await token.fill(sellerId);
    await submit.click();
    await page.getByText('The two are in each other’s field').first().waitFor();
    await expectAccessible(page);
    const seen = (await asked()).filter(({ host }) => host.startsWith('mws')).length;
    expect(seen - before).toBeLessThanOrEqual(2);
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
  }, 90_000);

  test('each field shows where it stands at Amazon, in a picture of the right page', async () => {
    const { page, complaints } = await visit(demo, { width: 390 });
    await enterDemo(demo, page);
    await chooseMws(demo, page);
    await page.getByRole('radio', { name: /^By hand/ }).check();
    for (const where of await page.getByText('Where do I find this?').all()) await where.click();
    await page.getByRole('img', { name: /Ringed: Seller ID$/ }).waitFor();
    await page.getByRole('img', { name: /Ringed: MWS Auth Token$/ }).waitFor();
    await page.getByRole('img', { name: /Developer ID holds 0000-1111-0002/ }).waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a token of another store of the account is told apart: it is said which half is wrong', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    await actOnMws(demo, 'Atelier Lune', 'renew');
    const { authToken } = mwsGrantOf(await readWorld(demo), 'Atelier Lune');
    await demo.control('POST', `/_/grants/${sellerId}/0000-1111-0002`, { action: 'authorize' });
    await chooseMws(demo, page);
    await page.getByRole('radio', { name: /^By hand/ }).check();
    await page.getByRole('textbox', { name: 'Seller ID' }).fill(sellerId);
    await page.getByRole('textbox', { name: 'MWS auth token' }).fill(authToken);
    await page.getByRole('button', { name: 'Check and connect' }).click();
    await page.getByRole('heading', { name: `${STORE} is not connected yet` }).waitFor({ timeout: 20_000 });
    await page
      .getByText(/token belongs to another store/)
      .first()
      .waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Back to the fields' }).click();
    const own = mwsGrantOf(await readWorld(demo), STORE).authToken;
    await page.getByRole('textbox', { name: 'MWS auth token' }).fill(own);
    await page.getByRole('button', { name: 'Check and connect' }).click();
    await page.getByRole('heading', { name: `${STORE} is connected` }).waitFor({ timeout: 20_000 });
    await expectAccessible(page);
    const store = await storeNamed(demo, page, STORE);
    expect([store.marketplace, store.seller_id, store.verdict]).toEqual(['amazon-mws', sellerId, 'connected']);
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
    await page.request.delete(`${demo.base}/v1/stores/${store.id}`, { headers: { origin: demo.base } });
  }, 90_000);

  test('the hybrid consent connects without copying anything', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    await chooseMws(demo, page);
    expect(await page.getByRole('radio', { name: /^At Amazon/ }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Continue to Amazon' }).click();
    await signInAtAmazon(page, 'owner@harbourtoys.test');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: `${STORE} is connected` }).waitFor({ timeout: 20_000 });
    await expectAccessible(page);
    const store = await storeNamed(demo, page, STORE);
    expect([store.marketplace, store.seller_id]).toEqual(['amazon-mws', sellerId]);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('the page of developer IDs names the one for the site, and tells another region’s apart', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    await page.goto(`${demo.base}/settings`);
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByRole('heading', { name: 'Developer IDs', level: 1 }).waitFor();
    await page.getByLabel('Your store’s site').selectOption('amazon.co.jp');
    await page.getByRole('img', { name: /Developer’s Name holds StorekeeperFE/ }).waitFor();
    const check = page.getByRole('textbox', { name: /Check an ID/ });
    await check.fill('0000-1111-0001');
    await page.getByText('This is our ID for North America. A store on amazon.co.jp needs 0000-1111-0003').waitFor();
    await expectAccessible(page);
    await check.fill('000011110003');
    await page.getByText('Right for amazon.co.jp').waitFor();
    const rows = page.getByRole('table', { name: 'Every region' }).getByRole('row');
    expect(await rows.count()).toBe(4);
    expect(complaints).toEqual([]);
  }, 60_000);
});
