/** Leaving MWS: a store moves from its page, keeps what it is, and the operator sees the fleet go. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterDemo, expectAccessible, startDemo, visit, whyNoBrowser, type Demo } from '../support/journey-demo.ts';
import { countClicks, signInCounted, storeNamed, type Store } from '../support/journey-mws.ts';

const STORE = 'Maple & Pine';

describe.runIf(whyNoBrowser === null)(`in a browser${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`, () => {
  let demo: Demo;

  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('the operator sees which stores are still on MWS', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    await page.getByRole('link', { name: 'Leaving MWS' }).first().click();
    await page.getByText(/stores are on MWS, none has moved yet/).waitFor();
    await page.getByRole('table', { name: 'Still on MWS' }).getByText(STORE).waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('another store’s permission moves nothing', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    const before = await storeNamed(demo, page, STORE);
    await page.goto(`${demo.base}/stores/${before.id}?move=1`);
    const clicks = countClicks();
    await clicks.on(page.getByRole('dialog').getByRole('button', { name: 'Continue' }));
    await signInCounted(clicks, page, 'owner@bluebird.test');
    await clicks.on(page.getByRole('checkbox'));
    await clicks.on(page.getByRole('button', { name: 'Confirm' }));
    await page.getByText('You signed in to another store').first().waitFor({ timeout: 20_000 });
    await expectAccessible(page);
    const after = await storeNamed(demo, page, STORE);
    expect([after.marketplace, after.credential_version]).toEqual(['amazon-mws', before.credential_version]);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('one dialog moves a store; its name, its address and its timeline stay', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    const before = await storeNamed(demo, page, STORE);
    type Timeline = { data: { title: string; at: string }[] };
    const timeline = async () =>
      ((await (await page.request.get(`${demo.base}/app/stores/${before.id}/timeline`)).json()) as Timeline).data;
    const known = await timeline();
    await page.goto(`${demo.base}/stores/${before.id}`);
    const clicks = countClicks();
    await clicks.on(page.getByRole('button', { name: 'Move to the Selling Partner API' }));
    const dialog = page.getByRole('dialog', { name: 'Move to the Selling Partner API' });
    await dialog.getByText('Two clicks at Amazon').waitFor();
    await expectAccessible(page);
    await clicks.on(dialog.getByRole('button', { name: 'Continue' }));
    await signInCounted(clicks, page, 'owner@mapleandpine.test');
    await clicks.on(page.getByRole('checkbox'));
    await clicks.on(page.getByRole('button', { name: 'Confirm' }));
    await page
      .getByRole('heading', { name: `${STORE} has moved to the Selling Partner API` })
      .waitFor({ timeout: 20_000 });
    expect(clicks.count()).toBe(5);
    await expectAccessible(page);

    await page.getByRole('link', { name: 'Open the store' }).click();
    await page.getByRole('heading', { name: STORE, level: 1 }).waitFor();
    const after: Store = await storeNamed(demo, page, STORE);
    expect([after.id, after.seller_id, after.marketplace, after.verdict]).toEqual([
      before.id,
      before.seller_id,
      'amazon',
      'connected',
    ]);
    const now = await timeline();
    for (const entry of known) expect(now).toContainEqual(expect.objectContaining(entry));
    expect(await page.getByRole('button', { name: 'Move to the Selling Partner API' }).count()).toBe(0);
    await expectAccessible(page);

    await page.goto(`${demo.base}/operator/fleet`);
    await page.getByText(/^1 of \d+ stores has left MWS/).waitFor();
    await page.getByText('Show as table').click();
    await page.getByRole('table', { name: 'Stores moved on each day' }).waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  }, 90_000);
});
