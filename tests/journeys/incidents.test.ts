/** An incident at Amazon, seen by the operator while it happens, by the seller whose store is held, and by everybody. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailsToSellers, storeBecomes, storeNamed, timePasses } from '../support/demo-stores.ts';
import {
  enterDemo,
  expectAccessible,
  expectQuiet,
  expectSaid,
  IN_A_BROWSER,
  startDemo,
  visit,
  whyNoBrowser,
  type Demo,
} from '../support/journey-demo.ts';

const NORTH_AMERICA = { host: 'sellingpartnerapi-na.amazon.com' };
const THIN = 'Too few stores to compare: the control decides, low confidence';

function cohort(page: Page, place: string) {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: place }) });
}

async function openPage(demo: Demo, page: Page): Promise<void> {
  await page.goto(`${demo.base}/operator/incidents`);
  await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor();
  await page.getByRole('heading', { name: 'Past incidents' }).waitFor();
}

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('the operator watches Amazon refuse everybody: stores are held, nobody is told, and it ends by itself', async () => {
    const here = await visit(demo);
    const { page } = here;
    const who = { demo, page };
    await enterDemo(demo, page);
    const mails = (await mailsToSellers(who)).length;
    await page.getByRole('link', { name: 'Incidents' }).click();
    await expectSaid(page, 'No incident is open');
    const na = cohort(page, 'Amazon North America Storekeeper');
    await expectSaid(na, '0 of 2 looked at lately fail');
    // A fleet this small is not counted against: that is said in every row.
    await expectSaid(na, THIN);
    await expectSaid(na, 'none held');
    await expectAccessible(page);

    const { id: fault } = (await demo.control('POST', '/_/faults', {
      match: NORTH_AMERICA,
      answer: { kind: 'auth_incident' },
    })) as { id: string };
    await timePasses(who, 'PT2M', 'PT2M');
    // The page is not loaded again: it changes by itself.
    await expectSaid(page, 'One incident is open');
    const incident = page.getByRole('region', { name: 'Amazon refuses all calls in North America' });
    await expectSaid(incident, '2 stores are held; their sellers are not told.');
    await expectSaid(incident, /The same question was refused for somebody else too\./);
    await expectSaid(na, 'Incident open');
    await expectSaid(na, '2 held');
    await expectSaid(na, 'Refused for somebody else too');
    await expectSaid(cohort(page, 'Amazon Europe Storekeeper'), 'none held');
    await expectAccessible(page);

    const anybody = await visit(demo, { script: false, dark: true, width: 360 });
    await anybody.page.goto(`${demo.base}/status`);
    await expectSaid(anybody.page, 'Trouble at Amazon North America');
    await expectSaid(anybody.page, 'Amazon refuses all calls.');
    await expectAccessible(anybody.page);

    const seller = await visit(demo, { width: 390 });
    await enterDemo(demo, seller.page);
    const store = await storeBecomes({ demo, page: seller.page }, 'Blue Bird', 'held');
    await seller.page.goto(`${demo.base}/stores/${store.id}`);
    await seller.page.getByRole('link', { name: 'See how Amazon answers' }).tap();
    await expectSaid(seller.page, 'How Amazon North America answers');
    await expectSaid(seller.page, /^An incident on 1 of the last 90 days:/);
    await expectAccessible(seller.page);

    await demo.control('DELETE', `/_/faults/${fault}`);
    await timePasses(who, 'PT2M', 'PT2M', 'PT2M');
    await expectSaid(page, 'No incident is open');
    await expectSaid(na, 'none held');
    const past = page.getByRole('region', { name: 'Past incidents' });
    await expectSaid(past, 'Amazon refused all calls in North America');
    await expectSaid(past, 'All 2 stores it held were let go.');
    // As before: its year ends soon.
    await storeBecomes(who, 'Blue Bird', 'expiring');
    await expectAccessible(page);
    await anybody.page.reload();
    await expectSaid(anybody.page, 'Every marketplace answers');
    await expectSaid(anybody.page, 'Amazon refused all calls.');
    await expectAccessible(anybody.page);
    expect((await mailsToSellers(who)).length).toBe(mails);
    for (const one of [here, anybody, seller]) expectQuiet(one);
  }, 120_000);

  test('an operator opens an incident by hand on a phone, everybody reads the note, and it lasts until it is closed', async () => {
    const here = await visit(demo, { width: 320, dark: true });
    const { page } = here;
    await enterDemo(demo, page);
    await page.getByRole('button', { name: 'More' }).tap();
    await page.getByRole('menuitem', { name: 'Incidents' }).tap();
    await page.getByRole('button', { name: 'Open an incident' }).tap();
    const dialog = page.getByRole('dialog', { name: 'Open an incident' });
    await expectSaid(dialog, 'Stores of this cohort that fail are held from now on, until you close it.');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Open the incident' }).tap();
    await expectSaid(dialog, 'A note is needed: what you saw, and where.');
    await expectAccessible(page);
    await dialog.getByLabel('Cohort').selectOption({ label: 'Amazon Far East · Storekeeper' });
    await dialog.getByLabel('Note').fill('Amazon’s own page speaks of <b>trouble</b> in Japan.');
    await dialog.getByRole('button', { name: 'Open the incident' }).tap();
    await dialog.waitFor({ state: 'detached' });
    const incident = page.getByRole('region', { name: 'Amazon has a problem in the Far East' });
    await expectSaid(incident, 'No store is held yet.');
    await expectAccessible(page);

    const anybody = await visit(demo, { script: false });
    await anybody.page.goto(`${demo.base}/status/amazon/fe`);
    await expectSaid(anybody.page, 'Amazon’s own page speaks of <b>trouble</b> in Japan.');
    await expectAccessible(anybody.page);

    // Everything is answered, and still it lasts: it is the operator's.
    await timePasses({ demo, page }, 'PT2M', 'PT2M', 'PT2M');
    await expectSaid(page, 'One incident is open');
    await incident.getByRole('button', { name: /^Close/ }).tap();
    const closing = page.getByRole('dialog', { name: 'Close this incident' });
    await expectSaid(closing, 'If many still fail together, an incident opens anew by itself.');
    await expectAccessible(page);
    await closing.getByRole('button', { name: 'Close the incident' }).tap();
    await expectSaid(page, 'No incident is open');
    await expectSaid(page, 'Amazon had a problem in the Far East');
    await expectAccessible(page);
    const store = await storeNamed({ demo, page }, 'Sakura Desk');
    expect(store.verdict).toBe('connected');
    for (const one of [here, anybody]) expectQuiet(one);
  }, 120_000);

  test('fifty cohorts, none, and a server that does not answer: the page fits and says how it stands', async () => {
    for (const manner of [{ width: 320 }, { dark: true }]) {
      const here = await visit(demo, manner);
      const { page } = here;
      await enterDemo(demo, page);
      const answer = await page.request.get(`${demo.base}/app/operator/cohorts`);
      const { as_of, data } = (await answer.json()) as { as_of: string; data: Record<string, unknown>[] };
      const one = data[0] ?? {};
      const application = 'amzn1.sellerapps.app.c2791186-1d00-4787-a9c2-3188a65efa40';
      const many = Array.from({ length: 50 }, (_, n) => ({
        ...one,
        cohort: `amazon:${n}:na`,
        app_name: n % 2 === 0 ? `An app with a rather long name ${n}` : null,
        application_id: application,
        stores: 1_311,
        active: 412,
        failing: n === 0 ? 401 : 3,
        share: n === 0 ? 401 / 412 : 3 / 412,
        p: n === 0 ? 0 : 0.98,
        thin: false,
      }));
      let cohorts: unknown[] = many;
      let broken = false;
      await page.route('**/app/operator/cohorts', (route) =>
        broken ? route.abort() : route.fulfill({ json: { as_of, data: cohorts } }),
      );
      await openPage(demo, page);
      await expectSaid(page, 'No incident is open; one of 50 cohorts out of the ordinary');
      await expectSaid(page, /^Not by chance/);
      await expectSaid(page, /^3 of 412 looked at lately fail; ordinary is up to 2/);
      await expectAccessible(page);
      broken = true;
      await expectSaid(page, 'The server did not answer.');
      await expectAccessible(page);
      await page.reload();
      await expectSaid(page, 'The cohorts could not be loaded');
      await expectAccessible(page);
      broken = false;
      cohorts = [];
      await expectSaid(page, 'No store is connected yet');
      expect(await page.getByRole('button', { name: 'Open an incident' }).count()).toBe(0);
      await expectAccessible(page);
      expectQuiet(here, /net::ERR_FAILED/);
      await here.context.close();
    }
  }, 120_000);
});
