/** Stores on MWS, repaired as the document describes it: expired, revoked by consent, revoked by hand. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterDemo, expectAccessible, startDemo, visit, whyNoBrowser, type Demo } from '../support/journey-demo.ts';
import {
  actOnMws,
  countClicks,
  identifiersOn,
  mwsGrantOf,
  readWorld,
  repairLinkInMail,
  seeItBroken,
  signInCounted,
  storeNamed,
  untilVerdict,
} from '../support/journey-mws.ts';

const MANUALLY = 'Reconnect manually using MWS auth token';

describe.runIf(whyNoBrowser === null)(`in a browser${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`, () => {
  let demo: Demo;

  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('an expired store is green four clicks after the letter: Renew is enough, nobody comes back', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    const before = await storeNamed(demo, page, 'Atelier Lune');
    expect([before.marketplace, before.cause]).toEqual(['amazon-mws', 'grant.expired']);
    const link = await repairLinkInMail(demo, page, 'Atelier Lune');
    const clicks = countClicks();
    await clicks.on(link);
    const dialog = page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await dialog.getByText('Amazon’s yearly permission for this store ran out').waitFor();
    const checks = dialog.getByRole('list', { name: 'The three checks' }).getByRole('listitem');
    await expect.poll(() => checks.allInnerTexts()).toHaveLength(3);
    expect((await checks.allInnerTexts()).map((text) => text.split('\n')[0])).toEqual([
      'Developer access',
      'Seller ID and token',
      'Store active',
    ]);
    await dialog.getByRole('img', { name: /0000-1111-0002, status Expired, with the button Renew ringed/ }).waitFor();
    await expectAccessible(page);

    const amazon = await clicks.opening(page, dialog.getByRole('link', { name: /^Continue/ }));
    await signInCounted(clicks, amazon, 'owner@atelierlune.test');
    await amazon.getByRole('heading', { name: 'Manage your apps' }).waitFor();
    await clicks.on(amazon.getByRole('button', { name: 'Renew StorekeeperEU' }));
    const renewed = Date.now();
    await dialog.getByText('is connected again').first().waitFor({ timeout: 15_000 });
    expect(clicks.count()).toBeLessThanOrEqual(4);
    expect(Date.now() - renewed).toBeLessThan(15_000);
    const after = await storeNamed(demo, page, 'Atelier Lune');
    expect(after.credential_version).toBe(before.credential_version);
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  }, 90_000);

  test('where Amazon takes its time after Renew, Continue in the dialog looks again', async () => {
    const own = await startDemo();
    try {
      const { page, complaints } = await visit(own);
      await enterDemo(own, page);
      const { developerId } = mwsGrantOf(await readWorld(own), 'Atelier Lune');
      await own.control('PATCH', `/_/developers/${developerId}`, { reactivationDelaySeconds: 1200 });
      const { id } = await storeNamed(own, page, 'Atelier Lune');
      await page.goto(`${own.base}/stores/${id}?repair=1`);
      const dialog = page.getByRole('dialog', { name: 'Reconnect Your Store' });
      const [amazon] = await Promise.all([
        page.waitForEvent('popup'),
        dialog.getByRole('link', { name: /^Continue/ }).click(),
      ]);
      await amazon.close();
      await actOnMws(own, 'Atelier Lune', 'renew');
      await dialog.getByRole('button', { name: 'Continue', exact: true }).click();
      await dialog.getByText('Waiting for you at Amazon').first().waitFor();
      await expectAccessible(page);
      await own.control('POST', '/_/clock', { advance: 'PT21M' });
      await dialog.getByText('is connected again').first().waitFor({ timeout: 20_000 });
      expect(complaints).toEqual([]);
    } finally {
      await own.stop();
    }
  }, 90_000);

  test('a revoked store comes back by Continue alone: consent brings the new token, nothing is copied', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    const before = await storeNamed(demo, page, 'Maple & Pine');
    await actOnMws(demo, 'Maple & Pine', 'disable');
    await seeItBroken(demo, page, 'Maple & Pine');
    const link = await repairLinkInMail(demo, page, 'Maple & Pine');
    const clicks = countClicks();
    await clicks.on(link);
    const dialog = page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await dialog.getByText('Access was switched off at Amazon').first().waitFor();
    await expectAccessible(page);
    await clicks.on(dialog.getByRole('button', { name: 'Continue' }));
    await signInCounted(clicks, page, 'owner@mapleandpine.test');
    await clicks.on(page.getByRole('checkbox'));
    await clicks.on(page.getByRole('button', { name: 'Confirm' }));
    await page.getByRole('heading', { name: 'Maple & Pine is connected again' }).waitFor({ timeout: 20_000 });
    expect(clicks.count()).toBeLessThanOrEqual(5);
    await expectAccessible(page);
    const after = await storeNamed(demo, page, 'Maple & Pine');
    expect([after.id, after.marketplace, after.verdict]).toEqual([before.id, 'amazon-mws', 'connected']);
    expect(after.credential_version).toBeGreaterThan(before.credential_version);
    expect(complaints).toEqual([]);
  }, 90_000);

  test('a revoked store comes back by hand within ten clicks: Enable, both values, the form', async () => {
    const { page, complaints } = await visit(demo);
    await enterDemo(demo, page);
    await actOnMws(demo, 'Maple & Pine', 'disable');
    const dead = mwsGrantOf(await readWorld(demo), 'Maple & Pine').authToken;
    await seeItBroken(demo, page, 'Maple & Pine');
    const link = await repairLinkInMail(demo, page, 'Maple & Pine');
    const clicks = countClicks();
    await clicks.on(link);
    const dialog = page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await clicks.on(dialog.getByRole('button', { name: MANUALLY }));
    await dialog.getByRole('img', { name: /Seller ID and MWS Auth Token/ }).waitFor();
    await expectAccessible(page);
    const amazon = await clicks.opening(page, dialog.getByRole('link', { name: /^Open Seller Central/ }));
    await signInCounted(clicks, amazon, 'owner@mapleandpine.test');
    await clicks.on(amazon.getByRole('button', { name: 'Enable StorekeeperNA' }));
    await clicks.on(amazon.getByRole('checkbox'));
    await clicks.on(amazon.getByRole('button', { name: 'Next' }));
    const { sellerId, token } = await identifiersOn(amazon);
    expect(token).not.toBe(dead);

    const shown = dialog.getByRole('textbox', { name: 'Seller ID' });
    expect([await shown.inputValue(), await shown.isEditable()]).toEqual([sellerId, false]);
    const field = dialog.getByRole('textbox', { name: 'MWS auth token' });
    const check = dialog.getByRole('button', { name: 'Check and reconnect' });
    await field.fill(token.slice(0, -12));
    await check.click();
    await dialog.getByText('The token is too short').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill(dead);
    await check.click();
    await dialog.getByRole('alert').getByText('Nothing was changed. The old pair is kept.').waitFor();
    await expectAccessible(page);

    await field.fill(token);
    await clicks.on(check);
    await dialog.getByText('is connected again').first().waitFor({ timeout: 20_000 });
    expect(clicks.count()).toBeLessThanOrEqual(10);
    await untilVerdict(demo, { page, name: 'Maple & Pine', verdict: 'connected' });
    // The refused tries are answers of the server, and the browser notes them.
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
  }, 90_000);

  test('the dialog of a store on MWS reads well on a phone', async () => {
    const { page, complaints } = await visit(demo, { width: 390 });
    await enterDemo(demo, page);
    await actOnMws(demo, 'Maple & Pine', 'disable');
    await seeItBroken(demo, page, 'Maple & Pine');
    const { id } = await storeNamed(demo, page, 'Maple & Pine');
    await page.goto(`${demo.base}/stores/${id}?repair=1`);
    const dialog = page.getByRole('dialog', { name: 'Reconnect Your Store' });
    await dialog.getByRole('button', { name: 'Continue' }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: MANUALLY }).click();
    await dialog.getByRole('textbox', { name: 'MWS auth token' }).waitFor();
    await expectAccessible(page);
    const wide = 'document.documentElement.scrollWidth - window.innerWidth';
    expect(await page.evaluate(wide)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  }, 60_000);
});
