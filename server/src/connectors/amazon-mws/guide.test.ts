import { describe, expect, test } from 'vitest';

import type { MwsApp } from '../../core/access.ts';
import { CAUSES, causeRule, sellerMustAct } from '../../core/diagnosis.ts';
import type { Cause } from '../../core/diagnosis.ts';
import { Secret } from '../../core/secret.ts';
import type { Guide } from '../connector.ts';
import { createOutbound } from '../outbound.ts';
import { guide } from './guide.ts';
import { MWS_SITES } from './regions.ts';

const byHand: MwsApp = {
  marketplace: 'amazon-mws',
  applicationId: '3033-3045-0266',
  name: 'Storekeeper EU [*{id}*]',
  region: 'eu',
  countries: null,
  accessKeyId: 'AKIAEXAMPLE',
  secretKey: new Secret('x'),
  hybrid: null,
  control: null,
};
const hybrid: MwsApp = {
  ...byHand,
  hybrid: { applicationId: 'amzn1.sellerapps.app.x', redirectUri: 'https://store.example/callback', draft: false },
};
const { mapUrl } = createOutbound({ hostsUrl: 'http://127.0.0.1:4290/{host}', userAgent: 'test' });
const ENDS = Date.UTC(2026, 10, 19, 3, 12);

function guideFor(cause: Cause, app: MwsApp): Guide {
  const site = MWS_SITES.find((one) => one.site === 'amazon.de');
  if (!site) throw new Error('no site');
  return guide({ cause, app, site, expiresAt: ENDS }, mapUrl);
}

const words = (one: Guide): string => one.steps.flatMap((step) => step.text.map((part) => part.value)).join(' | ');
const parts = (one: Guide, kind: string): string[] =>
  one.steps.flatMap((step) => step.text.filter((part) => part.kind === kind).map((part) => part.value));
const causes = Object.keys(CAUSES) as Cause[];
const MANUALLY = 'Reconnect manually using MWS auth token';

describe('a permission that ran out, or will', () => {
  test.each([
    ['grant.expired', 'Expired'],
    ['grant.expiring', 'Active'],
  ] as const)('%s is renewed in our own row, and the token stays', (cause, status) => {
    for (const app of [byHand, hybrid]) {
      const renew = guideFor(cause, app);
      expect(renew.way).toBe('apps');
      expect(renew.opens).toBe('http://127.0.0.1:4290/sellercentral-europe.amazon.com/apps/manage');
      expect(parts(renew, 'label')).toEqual([
        'primary user',
        'Settings',
        'User Permissions',
        'Third party developer and apps',
        'Manage your apps',
        app.name,
        '3033-3045-0266',
      ]);
      expect(parts(renew, 'button')).toEqual(['Visit Manage Your Apps', 'Renew']);
      expect(words(renew)).toContain('The same token works again');
      expect(renew.picture).toEqual({
        host: 'sellercentral-europe.amazon.com',
        appName: app.name,
        appId: '3033-3045-0266',
        status,
        date: '2026-11-19T03:12:00.000Z',
        button: 'Renew',
      });
    }
  });
});

describe('access that was switched off', () => {
  test('by hand it is enabled, and both values are brought here', () => {
    const enable = guideFor('grant.revoked', byHand);
    expect(enable.way).toBe('apps');
    expect(parts(enable, 'button')).toEqual(['Visit Manage Your Apps', 'Enable']);
    expect(parts(enable, 'label').slice(-3)).toEqual(['Seller ID', 'MWS Auth Token', MANUALLY]);
    expect(words(enable)).toContain('Confirm the developer details and accept the terms.');
    expect(enable.picture).toMatchObject({ status: 'Disabled', button: 'Enable', date: null });
  });

  test('with a hybrid application Continue is enough, and the way by hand stands below', () => {
    const enable = guideFor('grant.revoked', hybrid);
    expect(enable.way).toBe('consent');
    expect(parts(enable, 'button')).toEqual(['Continue', 'Confirm', 'Enable']);
    expect(parts(enable, 'label')).toContain(MANUALLY);
    expect(enable.picture).toMatchObject({ status: 'Disabled', button: 'Enable' });
  });
});

test('a wrong pair is copied again from one page, by hand or by Continue', () => {
  for (const app of [byHand, hybrid]) {
    const again = guideFor('cred.wrong_pair', app);
    expect(again.title).toContain('from the same page');
    expect(parts(again, 'label')).toEqual(expect.arrayContaining(['Seller ID', 'MWS Auth Token', MANUALLY]));
  }
  expect(guideFor('cred.wrong_pair', byHand).way).toBe('apps');
  expect(guideFor('cred.wrong_pair', hybrid).way).toBe('consent');
});

test('who took another region’s developer is told this name and this ID', () => {
  for (const app of [byHand, hybrid]) {
    const authorize = guideFor('cred.wrong_app', app);
    expect(parts(authorize, 'button')).toContain('Authorize new developer');
    expect(parts(authorize, 'label')).toEqual(expect.arrayContaining([app.name, '3033-3045-0266']));
  }
});

test('without a hybrid application nobody is told to click Continue, and every way leads to Manage your apps', () => {
  for (const cause of causes) {
    const one = guideFor(cause, byHand);
    expect(one.way, cause).not.toBe('consent');
    expect(parts(one, 'button'), cause).not.toContain('Continue');
    if (one.way === 'apps') expect(one.opens, cause).not.toBeNull();
  }
});

test('an inactive store is told what to do at Amazon, and that reconnecting will not help', () => {
  for (const cause of ['store.inactive', 'store.deactivated', 'store.site_refused'] as const) {
    const blocked = guideFor(cause, byHand);
    expect(blocked.title).toContain('Reconnecting will not help');
    expect(blocked).toMatchObject({ way: 'none', opens: expect.stringMatching(/\/home$/), picture: null });
  }
});

test('nobody is asked to do what only we, Amazon or time can do', () => {
  for (const cause of causes.filter((one) => !sellerMustAct(one)))
    expect(guideFor(cause, hybrid)).toMatchObject({
      title: 'Nothing for you to do',
      steps: [],
      opens: null,
      way: 'none',
    });
});

test('a seller who must act gets two to four steps, whatever the cause', () => {
  for (const cause of causes.filter((one) => sellerMustAct(one) && causeRule(one).action !== 'none'))
    for (const app of [byHand, hybrid]) {
      const { steps } = guideFor(cause, app);
      expect(steps.length, cause).toBeGreaterThanOrEqual(2);
      expect(steps.length, cause).toBeLessThanOrEqual(4);
    }
});

test('no mark of ours is left in the words, and a name full of marks stays a name', () => {
  for (const cause of causes)
    for (const app of [byHand, hybrid])
      expect(words(guideFor(cause, app)).replaceAll(app.name, ''), cause).not.toMatch(/[*[\]{}]/);
});

test('a step that shows the row has a row to show', () => {
  for (const cause of causes)
    for (const app of [byHand, hybrid]) {
      const one = guideFor(cause, app);
      expect(
        one.steps.some((step) => step.picture !== null),
        cause,
      ).toBe(one.picture !== null);
    }
});
