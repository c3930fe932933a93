/** Hand-typed nonsense at the doors and in the settings: signing up and in, inviting, naming a key. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
import { expectNothingRan, KINDS, NONSENSE, saysAt, typeEverywhere } from '../support/nonsense.ts';

describe.runIf(whyNoBrowser === null)(...IN_A_BROWSER, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  test('signing up: every wrong field says what is wrong and what right looks like', async () => {
    const here = await visit(demo);
    await here.page.goto(`${demo.base}/sign-up`);
    const form = here.page.locator('form');
    const says = new Map<string, string | undefined>();
    for (const kind of KINDS) {
      const refused = await typeEverywhere(form, NONSENSE[kind], 'Create account');
      for (const field of ['name', 'email', 'password']) says.set(`${field}: ${kind}`, saysAt(refused, field));
    }
    expect(Object.fromEntries(says)).toMatchObject({
      'name: nothing': 'Your name is needed.',
      'name: spaces': 'Your name is needed.',
      'name: ten thousand characters': 'Too long: at most 100 characters.',
      'name: pictures': undefined,
      'name: markup': undefined,
      'name: a pasted client secret':
        'This is a secret, and a name is read by everyone here. Give it a name of its own.',
      'name: characters nobody sees': 'There are characters in it that cannot be seen. Type it by hand.',
      'email: nothing': 'An e-mail address is needed, for example mira@halden-roe.com.',
      'email: SQL': 'There is a space in it. An address looks like mira@halden-roe.com.',
      'email: a pasted password': 'An e-mail address has one @ in it, with a name before it.',
      'password: nothing': 'Too short: 12 more characters needed. Several words make a good one.',
      'password: spaces': 'Too short: 7 more characters needed. Several words make a good one.',
      'password: ten thousand characters': 'Too long: at most 128 characters.',
      'password: a pasted password': undefined,
    });
    await expectAccessible(here.page);

    // An address that has an account gets the same answer as a new one.
    await here.page.getByLabel('Your name').fill(NONSENSE.markup.slice(0, 100));
    await here.page.getByLabel('E-mail').fill('demo@storekeeper.test');
    await here.page.getByLabel('Password', { exact: true }).fill('several words make one');
    await here.page.getByRole('button', { name: 'Create account' }).click();
    await here.page.getByRole('heading', { name: 'Check your mail' }).waitFor();
    await expectSaid(here.page, /^Open the mail to demo@storekeeper\.test/);
    await expectAccessible(here.page);
    await expectNothingRan(here.page);
    expectQuiet(here);
  });

  test('signing in: a wrong password says no more than it must, and what was typed stays', async () => {
    const here = await visit(demo);
    await here.page.goto(`${demo.base}/sign-in`);
    const form = here.page.locator('form');
    for (const kind of KINDS) await typeEverywhere(form, NONSENSE[kind], 'Sign in');
    for (const [password, words] of [
      [NONSENSE.SQL, /^The e-mail address or the password is not right\./],
      [NONSENSE['ten thousand characters'], 'This takes 128 characters at most.'],
      [NONSENSE.pictures, /^The e-mail address or the password is not right\./],
    ] as const) {
      await here.page.getByLabel('E-mail').fill('demo@storekeeper.test');
      await here.page.getByLabel('Password', { exact: true }).fill(password);
      await here.page.getByRole('button', { name: 'Sign in' }).click();
      await form.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
      await expectSaid(here.page, words);
      expect(await here.page.getByLabel('Password', { exact: true }).inputValue()).toBe(password);
    }
    await expectAccessible(here.page);
    expectQuiet(here, /^4(01|22) POST \/api\/auth\/sign-in\/email$/);
  });

  test('leaving a wrong field by the click on the button sends the form at once', async () => {
    const here = await visit(demo);
    await here.page.goto(`${demo.base}/sign-in`);
    await here.page.getByLabel('E-mail').fill('mira');
    // The pointer goes down on the button, the field is left, and its words must not move the button away.
    await here.page.getByLabel('Password', { exact: true }).fill('   ');
    await here.page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => here.page.locator('[aria-invalid="true"]').count()).toBe(2);
    expect(await here.page.evaluate('document.activeElement.name')).toBe('email');
    expectQuiet(here);
  });

  test('an invitation and the name of a key: what cannot be right is refused, what is odd stays text', async () => {
    const here = await visit(demo);
    await enterDemo(demo, here.page);
    await here.page.getByRole('link', { name: 'Settings' }).click();
    const invite = here.page.locator('form').filter({ hasText: 'Invite by e-mail' });
    for (const kind of KINDS) await typeEverywhere(invite, NONSENSE[kind], 'Make a link');
    await invite.getByLabel('Invite by e-mail').fill('demo@storekeeper.test');
    await invite.getByRole('button', { name: 'Make a link' }).click();
    await expectSaid(invite, 'This person belongs to the account already.');
    await expectAccessible(here.page);

    const key = here.page.locator('form').filter({ hasText: 'New key for' });
    const refused = [
      'nothing',
      'spaces',
      'ten thousand characters',
      'a pasted client secret',
      'characters nobody sees',
    ] as const;
    for (const kind of refused) await typeEverywhere(key, NONSENSE[kind], 'Make a key');
    for (const odd of [NONSENSE.pictures, NONSENSE.SQL, NONSENSE.markup.slice(0, 60)]) {
      await key.getByLabel('New key for').fill(odd);
      await key.getByRole('button', { name: 'Make a key' }).click();
      await expectSaid(key, `Copy the key of ${odd} now.`);
      await here.page.getByRole('cell', { name: odd, exact: true }).waitFor();
    }
    await expectNothingRan(here.page);
    await expectAccessible(here.page);
    expectQuiet(here, /^422 POST \/app\/people$/);
  });
});
