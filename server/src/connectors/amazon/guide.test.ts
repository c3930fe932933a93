import { describe, expect, test } from 'vitest';

import type { AmazonApp } from '../../core/access.ts';
import { CAUSES, causeRule, sellerMustAct } from '../../core/diagnosis.ts';
import type { Cause } from '../../core/diagnosis.ts';
import { Secret } from '../../core/secret.ts';
import type { Guide } from '../connector.ts';
import { createOutbound } from '../outbound.ts';
import { guide } from './guide.ts';
import { AMAZON_SITES } from '../amazon-sites.ts';

const app: AmazonApp = {
  marketplace: 'amazon',
  applicationId: 'amzn1.sellerapps.app.x',
  name: 'Storekeeper [*{app}*]',
  clientId: 'x',
  clientSecret: new Secret('x'),
  previousClientSecret: null,
  secretExpiresAt: null,
  redirectUri: 'https://store.example/connect/amazon/callback',
  loginUri: 'https://store.example/connect/amazon/login',
  draft: false,
  control: null,
};
const { mapUrl } = createOutbound({ hostsUrl: 'http://127.0.0.1:4290/{host}', userAgent: 'test' });
const german = AMAZON_SITES.find((site) => site.site === 'amazon.de') ?? AMAZON_SITES[0];
if (!german) throw new Error('no sites');
const ENDS = Date.UTC(2026, 10, 19, 3, 12);

function guideFor(cause: Cause, change: Partial<AmazonApp> = {}): Guide {
  if (!german) throw new Error('no sites');
  return guide({ cause, app: { ...app, ...change }, site: german, expiresAt: ENDS }, mapUrl);
}

const words = (one: Guide): string => one.steps.flatMap((step) => step.text.map((part) => part.value)).join(' | ');
const parts = (one: Guide, kind: string): string[] =>
  one.steps.flatMap((step) => step.text.filter((part) => part.kind === kind).map((part) => part.value));
const causes = Object.keys(CAUSES) as Cause[];

describe('the way back for an expired permission', () => {
  test('it names the pages, our app’s row and the button as Seller Central has them', () => {
    const expired = guideFor('grant.expired');
    expect(parts(expired, 'label')).toEqual([
      'primary user',
      'User Permissions',
      'Third party developer and apps',
      'Manage your apps',
      app.name,
    ]);
    expect(parts(expired, 'button')).toEqual([
      'Visit Manage Your Apps',
      'Re-authorize',
      'Confirm',
      `Login to ${app.name} now`,
    ]);
    expect(expired.steps.map((step) => step.picture)).toEqual([null, 'apps_row', null]);
  });

  test('the drawn row shows our app, its end and the button at the site’s own Seller Central', () => {
    expect(guideFor('grant.expired').picture).toEqual({
      host: 'sellercentral-europe.amazon.com',
      appName: app.name,
      appId: app.applicationId,
      status: 'Expired',
      date: '2026-11-19T03:12:00.000Z',
      button: 'Re-authorize',
    });
  });

  test('Manage your apps is opened through the hosts template', () => {
    expect(guideFor('grant.expired')).toMatchObject({
      way: 'apps',
      opens: 'http://127.0.0.1:4290/sellercentral-europe.amazon.com/apps/manage',
    });
  });

  test('an app without a Login URI sends nobody into the dead end of Re-authorize', () => {
    for (const cause of ['grant.expired', 'grant.expiring'] as const) {
      const way = guideFor(cause, { loginUri: null });
      expect(way.way).toBe('consent');
      expect(words(way)).not.toContain('Re-authorize');
    }
  });
});

test('access that was switched off comes back by Continue, or by Enable in our row', () => {
  const revoked = guideFor('grant.revoked');
  expect(revoked.way).toBe('consent');
  expect(parts(revoked, 'button')).toEqual(['Continue', 'Confirm', 'Enable', 'Confirm']);
  expect(revoked.picture).toMatchObject({ status: 'Disabled', button: 'Enable', date: null });
});

test('a half-open permission is removed at Amazon first', () => {
  const half = guideFor('grant.half_open');
  expect(parts(half, 'button')).toEqual(['Visit Manage Your Apps', 'Disable', 'Continue', 'Confirm']);
  expect(words(half)).toContain('Wait five minutes');
});

test('an inactive store is told what to do at Amazon, and that reconnecting will not help', () => {
  for (const cause of ['store.inactive', 'store.deactivated'] as const) {
    const blocked = guideFor(cause);
    expect(blocked.title).toContain('Reconnecting will not help');
    const opens = 'http://127.0.0.1:4290/sellercentral-europe.amazon.com/home';
    expect(blocked).toMatchObject({ way: 'none', opens, picture: null });
    expect(parts(blocked, 'button')).toEqual([]);
  }
});

test('nobody is asked to do what only we, Amazon or time can do', () => {
  for (const cause of causes.filter((one) => !sellerMustAct(one)))
    expect(guideFor(cause)).toMatchObject({ title: 'Nothing for you to do', steps: [], opens: null, way: 'none' });
});

test('a seller who must act gets two to four steps, whatever the cause', () => {
  for (const cause of causes.filter((one) => sellerMustAct(one) && causeRule(one).action !== 'none')) {
    const { steps } = guideFor(cause);
    expect(steps.length, cause).toBeGreaterThanOrEqual(2);
    expect(steps.length, cause).toBeLessThanOrEqual(4);
  }
});

test('no mark of ours is left in the words, and a name full of marks stays a name', () => {
  for (const cause of causes) expect(words(guideFor(cause)).replaceAll(app.name, '')).not.toMatch(/[*[\]{}]/);
});

test('a step that shows the row has a row to show', () => {
  for (const cause of causes) {
    const one = guideFor(cause);
    if (one.steps.some((step) => step.picture)) expect(one.picture, cause).not.toBeNull();
  }
});
