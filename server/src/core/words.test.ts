import { describe, expect, test } from 'vitest';
import { VERDICTS, type Verdict } from './connection.ts';
import { causeRule, CAUSES, sellerMustAct, type Cause, type Diagnosis } from './diagnosis.ts';
import { ANSWERS, CAPABILITIES, RUNGS, type Capability, type Observation } from './observation.ts';
import {
  diagnosisWords,
  eventTitle,
  noticeText,
  observationText,
  sentenceOf,
  stepText,
  stepTitle,
  subjectOf,
  type WordsContext,
} from './words.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const NOW = at('2026-11-23T12:04:00');
const CAUSE_NAMES = Object.keys(CAUSES) as Cause[];

function diagnosisOf(cause: Cause, others: Cause[] = [], capability: Capability | null = null): Diagnosis {
  const { owner, action, healsInPlace } = causeRule(cause);
  const likely = others.length === 0 ? [] : [cause, ...others].map((c) => ({ cause: c, reason: 'It fits.' }));
  return {
    cause,
    likely,
    owner,
    action,
    healsInPlace,
    confidence: 'high',
    evidence: [],
    excluded: [],
    capability,
  };
}

function words(
  diagnosis: Diagnosis,
  facts: { since?: number; authorizedAt?: number | null; appName?: string; sellerBound?: boolean } = {},
) {
  const { since = at('2026-11-21T09:30:00'), authorizedAt = at('2026-04-03T08:00:00'), ...more } = facts;
  return diagnosisWords({ label: 'Amazon', storeName: 'Blue Bird', diagnosis, since, now: NOW, authorizedAt, ...more });
}

function row(verdict: Verdict, facts: Partial<WordsContext> = {}) {
  return sentenceOf({
    label: 'Amazon',
    storeName: 'Blue Bird',
    verdict,
    diagnosis: null,
    since: at('2026-11-21T09:30:00'),
    now: NOW,
    authorizedAt: at('2025-12-09T08:00:00'),
    authorizedBy: 'consent',
    capability: null,
    nextLookAt: null,
    repairStep: null,
    ...facts,
  });
}

function seen(facts: Partial<Observation>): Observation {
  return {
    id: 'ob_1',
    at: at('2026-11-21T11:38:20'),
    source: 'probe',
    rung: 'grant',
    call: 'token',
    region: 'na',
    capability: null,
    answer: 'ok',
    status: 400,
    code: 'invalid_grant',
    message: 'The request has an invalid grant parameter : refresh_token.',
    ms: 12,
    credentialVersion: 1,
    freshToken: true,
    facts: {},
    ...facts,
  };
}

/** The manners of every sentence (look of the words): no codes, no begging, no shouting, no open place. */
function expectPlain(text: string): void {
  expect(text).not.toBe('');
  expect(text).toMatch(/[.:]$|[.]”$/);
  expect(text).not.toMatch(/please|oops|sorry|!|unfortunately|provider|something went wrong/i);
  expect(text).not.toMatch(/[{}]|undefined|null|NaN|\s{2}| \./);
  expect(text).not.toMatch(/\b[45]\d\d\b|_|\bAtzr|\btoken endpoint\b|[a-z]+\.[a-z]{3,}/);
  for (const name of CAUSE_NAMES.filter((cause) => cause.includes('.'))) expect(text).not.toContain(name);
}

describe('every cause', () => {
  test.each(CAUSE_NAMES)('%s is said in plain sentences, whatever is known', (cause) => {
    for (const capability of [null, ...CAPABILITIES]) {
      for (const authorizedAt of [null, at('2026-04-03T08:00:00'), at('2025-11-20T08:00:00')]) {
        for (const text of Object.values(words(diagnosisOf(cause, [], capability), { authorizedAt })))
          expectPlain(text);
      }
    }
    expectPlain(noticeText(cause, 'Amazon'));
    expect(subjectOf(cause, { label: 'Amazon', certain: true })).toMatch(/^[^{}!._]{5,50}$/);
  });

  test.each(CAUSE_NAMES.filter((cause) => !sellerMustAct(cause)))(
    '%s cannot be put right by the seller, so the seller reads that nothing is to be done',
    (cause) => {
      expect(words(diagnosisOf(cause)).next).toMatch(/nothing for you to do/i);
    },
  );

  test.each(CAUSE_NAMES.filter((cause) => sellerMustAct(cause)))(
    '%s is the seller’s, so the seller reads what to do',
    (cause) => {
      expect(words(diagnosisOf(cause)).next).not.toMatch(/nothing for you to do/i);
    },
  );

  test.each(CAUSE_NAMES)('%s names the marketplace it happened at, not another', (cause) => {
    const text = Object.values(
      diagnosisWords({
        label: 'Otto',
        storeName: 'Blue Bird',
        diagnosis: diagnosisOf(cause),
        since: NOW,
        now: NOW,
        authorizedAt: null,
      }),
    ).join(' ');
    expect(text).not.toContain('Amazon');
  });
});

describe('what we write', () => {
  const joined = (...parts: string[]) => parts.join(' ');

  test.each<[Cause, string]>([
    ['grant.revoked', 'Access was switched off at Amazon on 21 November, before its year was over.'],
    [
      'grant.half_open',
      'Amazon took your permission but lets no call through. Remove Storekeeper there, wait five minutes, connect again.',
    ],
    ['grant.abandoned', 'You left Amazon’s permission page before confirming.'],
    [
      'own.interrupted',
      'We lost the permission that you gave at Amazon. A confirmation counts once, so confirm at Amazon once more.',
    ],
    ['grant.not_owner', 'Only the store’s primary user can confirm. Send this link to that person.'],
    ['cred.wrong_pair', 'The seller ID is right; the token belongs to another store. Copy both from the same page.'],
    ['store.inactive', 'None of the store’s sites is selling at Amazon. Reconnecting will not help.'],
    ['app.secret_expired', 'We are fixing it. Our key at Amazon ran out; your store is fine.'],
  ])('%s', (cause, text) => {
    const half = cause === 'cred.wrong_pair' ? { half: 'token' as const } : {};
    const { sentence, next } = words({ ...diagnosisOf(cause), ...half });
    expect(joined(sentence, next)).toContain(text);
  });

  test.each<[Cause, string]>([
    ['cred.wrong_store', 'You signed in to another store at Amazon. Nothing was changed on either.'],
    [
      'store.deactivated',
      'Amazon deactivated this store on 21 November. Only Amazon can reopen it; your data here is kept.',
    ],
    ['unknown', 'Amazon gave an answer we do not know. We are looking into it; your store keeps its status.'],
  ])('%s', (cause, text) => {
    const { sentence, means } = words(diagnosisOf(cause));
    expect(joined(sentence, means)).toBe(text);
  });

  test('a year that is over names the day on which it ended', () => {
    const facts = { since: at('2026-11-19T03:12:00'), authorizedAt: at('2025-11-19T02:00:00') };
    expect(words(diagnosisOf('grant.expired'), facts).sentence).toBe(
      'Amazon’s yearly permission for this store ran out on 19 November.',
    );
  });

  test('a permission that was over long before it was entered here ran out on its own day, with its year', () => {
    const facts = { since: NOW, authorizedAt: at('2024-02-01T02:00:00') };
    expect(words(diagnosisOf('grant.expired'), facts).sentence).toContain('ran out on 31 January 2025.');
  });

  test('renewal names its day with the year and calls it an estimate', () => {
    const { sentence, means } = words(diagnosisOf('grant.expiring'), { authorizedAt: at('2025-12-09T08:00:00') });
    expect(joined(sentence, means)).toBe(
      'Renew before 9 December 2026 (an estimate). One click, and the year starts anew that day.',
    );
  });

  test('a missing role names the kind that is not shared and what comes afterwards', () => {
    const { sentence, next } = words(diagnosisOf('grant.role_missing', [], 'payouts'));
    expect(joined(sentence, next)).toContain(
      'Amazon shares everything but payouts. We must ask Amazon for that first; afterwards you confirm once more.',
    );
  });

  test('a refusal of everyone says since when, and that we go on looking', () => {
    const { sentence, next } = words(diagnosisOf('mkt.auth_incident'), { since: at('2026-11-23T11:38:40') });
    expect(joined(sentence, next)).toBe(
      'Amazon is refusing everyone since 11:38. Nothing for you to do; we go on looking.',
    );
    expect(words(diagnosisOf('mkt.auth_incident')).sentence).toBe('Amazon is refusing everyone since 21 Nov, 09:30.');
  });

  test('a revoked permission whose age nobody knows is not said to have been early', () => {
    expect(words(diagnosisOf('grant.revoked'), { authorizedAt: null }).sentence).toBe(
      'Access was switched off at Amazon on 21 November.',
    );
  });

  test('at first connect nobody claims to know which half of a pair is right', () => {
    const found = diagnosisOf('cred.wrong_pair');
    expect(words(found, { sellerBound: false }).sentence).toBe('Seller ID and token do not belong together.');
    expect(words({ ...found, half: 'token' }, { sellerBound: false }).sentence).toBe(
      'The token belongs to another store than the seller ID.',
    );
  });

  test('another name of the app at the marketplace is the one that is said', () => {
    expect(words(diagnosisOf('grant.half_open'), { appName: 'StorekeeperINC' }).next).toContain(
      'Remove StorekeeperINC there',
    );
  });
});

describe('before a store was ever connected', () => {
  test.each<[Cause, Cause[], RegExp]>([
    ['store.inactive', [], /^Make the store active again at Amazon, then connect it here\.$/],
    ['grant.revoked', ['grant.expired'], /^Confirm the permission at Amazon .* then connect again here/],
    ['grant.expired', [], /^Confirm the permission at Amazon/],
  ])('%s: nobody says that a row turns green by itself', (cause, others, next) => {
    const diagnosis = diagnosisOf(cause, others);
    expect(words(diagnosis, { sellerBound: false }).next).toMatch(next);
    expect(row('setup', { diagnosis }).next).toMatch(next);
    expect(words(diagnosis).next).toContain('green by itself');
  });
});

describe('several causes', () => {
  test('expired or switched off: both are named, and one step puts both right', () => {
    expect(words(diagnosisOf('grant.expired', ['grant.revoked'])).sentence).toBe(
      'Either the permission ran out or it was switched off; Amazon gives the same answer for both. One step puts both right.',
    );
    expect(words(diagnosisOf('grant.revoked', ['grant.expired'])).sentence).toBe(
      'Either the permission was switched off or it ran out; Amazon gives the same answer for both. One step puts both right.',
    );
  });

  test('three that one step puts right are counted', () => {
    expect(words(diagnosisOf('grant.revoked', ['grant.expired', 'cred.wrong_pair'])).sentence).toBe(
      'One of three: the permission was switched off, it ran out, or the token is not this store’s; Amazon gives the same answer for all of them. One step puts all of them right.',
    );
  });

  test('where one step does not cover them nobody says that it does', () => {
    const { sentence, means, next } = words(diagnosisOf('store.deactivated', ['grant.revoked', 'grant.half_open']));
    expect(sentence).toMatch(
      /^One of three: Amazon deactivated the store, the permission was switched off, or it came through only half;/,
    );
    expect(`${sentence} ${means} ${next}`).not.toContain('One step');
    expect(next).toContain('first whether the store is open');
  });

  test('just after consent what was seen stands first, and what else it may be after it', () => {
    const { sentence, means } = words(diagnosisOf('grant.half_open', ['grant.role_missing', 'store.deactivated']));
    expect(sentence).toBe('Amazon took your permission but lets no call through.');
    expect(means).toContain('It may also be that our app lacks a role at Amazon, or that Amazon deactivated the store');
  });

  test('every mixture is plain', () => {
    for (const first of CAUSE_NAMES) {
      for (const second of CAUSE_NAMES) {
        for (const text of Object.values(words(diagnosisOf(first, [second])))) expectPlain(text);
      }
    }
  });
});

describe('the row of a store', () => {
  const status: [Verdict, string, Partial<WordsContext>][] = [
    ['setup', 'Finish connecting', {}],
    ['verifying', 'Checking your store', {}],
    ['connected', 'Connected', {}],
    ['checking', 'Connected · checking', {}],
    ['expiring', 'Renew before 9 Dec 2026', {}],
    ['held', 'Amazon problem, nothing for you to do', {}],
    ['operator_problem', 'We are fixing it', {}],
    ['reconnect', 'Reconnect store', {}],
    ['repairing', 'Waiting for you at Amazon', {}],
    ['repairing', 'Waiting for you at Amazon · step 2 of 3', { repairStep: { n: 2, of: 3 } }],
    ['wrong_store', 'You signed in to another store', {}],
    ['store_blocked', 'Store is inactive at Amazon', {}],
    ['limited', 'Connected, payouts not shared', { capability: 'payouts' }],
    ['paused', 'Paused', {}],
    ['closed', 'Disconnected', {}],
  ];

  test.each(status)('%s reads "%s"', (verdict, text, facts) => {
    expect(row(verdict, facts).status).toBe(text);
  });

  test('every verdict is plain, with any cause beside it', () => {
    for (const verdict of VERDICTS) {
      for (const diagnosis of [null, ...CAUSE_NAMES.map((cause) => diagnosisOf(cause))]) {
        for (const authorizedAt of [null, at('2025-12-09T08:00:00')]) {
          const { status: words, sentence, means, next } = row(verdict, { diagnosis, authorizedAt });
          expect(words).not.toMatch(/[{}]|undefined|null/);
          for (const text of [sentence, means, next]) if (text !== null) expectPlain(text);
        }
      }
    }
  });

  test('a connected store has nothing to say', () => {
    expect(row('connected')).toEqual({ status: 'Connected', sentence: null, means: null, next: null });
  });

  test('a store that is being looked at again says when', () => {
    expect(row('checking', { nextLookAt: at('2026-11-23T12:06:10') }).sentence).toBe(
      'One odd answer, looking again at 12:06.',
    );
    expect(row('checking').sentence).toBe('One odd answer, looking again shortly.');
  });

  test('says why a store is checked for hours and when it is decided, when only time tells', () => {
    const until = at('2026-11-23T22:30:00');
    const diagnosis = { ...diagnosisOf('mkt.auth_incident', ['store.deactivated']), until };
    expect(row('checking', { diagnosis, since: at('2026-11-23T09:30:00') })).toEqual({
      status: 'Connected · checking',
      sentence: 'Amazon refuses every call for this store since 09:30, though it accepts the permission.',
      means:
        'Either Amazon has a problem with some of its sellers, or something happened to this store; it gives the same answer for both.',
      next: 'Nothing for you to do yet. We go on looking, and it is decided at 22:30 at the latest.',
    });
  });

  test('names the refused kind of data when other data is answered and only time tells why', () => {
    const until = at('2026-11-23T22:30:00');
    const likely = diagnosisOf('mkt.auth_incident', ['grant.role_missing']);
    const diagnosis = { ...likely, capability: 'payouts' as const, until };
    expect(row('checking', { diagnosis, since: at('2026-11-23T09:30:00') })).toMatchObject({
      sentence: 'Amazon refuses payouts of this store since 09:30 and answers all other questions.',
      means:
        'Either Amazon has a problem with some of its sellers, or our app lacks a role; it gives the same answer for both.',
    });
  });

  test('an answer that nobody knows is told also while the store counts as connected', () => {
    expect(row('checking', { diagnosis: diagnosisOf('unknown') }).sentence).toBe(
      'Amazon gave an answer we do not know.',
    );
  });

  test('the row that ends soon counts the days that are left', () => {
    const diagnosis = diagnosisOf('grant.expiring');
    expect(row('expiring', { diagnosis }).sentence).toBe('15 days left, an estimate.');
    expect(row('expiring', { diagnosis, authorizedAt: at('2025-11-24T20:00:00') }).sentence).toBe(
      '1 day left, an estimate.',
    );
    expect(row('expiring', { diagnosis, authorizedAt: null })).toMatchObject({
      status: 'Renew soon',
      sentence: 'Renew the yearly permission soon; its exact day is not known.',
    });
  });

  test('a running repair says when Seller Central was opened, and that nobody need come back', () => {
    const diagnosis = diagnosisOf('grant.revoked');
    const opened = row('repairing', { diagnosis, sellerCentralOpenedAt: at('2026-11-23T12:01:00') });
    expect(opened.sentence).toBe('You opened Seller Central at 12:01. We look every few seconds.');
    expect(opened.means).toBe('This turns green by itself; you need not come back.');
    expect(row('repairing', { diagnosis }).sentence).toContain('Access was switched off');
  });

  test('while the owner is at Amazon by a link nobody else is told that they are', () => {
    const diagnosis = diagnosisOf('grant.revoked');
    const opened = { diagnosis, sellerCentralOpenedAt: at('2026-11-23T12:01:00'), repairStep: { n: 2, of: 3 } };
    const words = row('repairing', { ...opened, handedOff: true });
    expect(words.status).toBe('Waiting for the owner at Amazon');
    expect(words.sentence).toBe('The store’s owner went to Amazon at 12:01. We look every few seconds.');
    expect(JSON.stringify(words)).not.toMatch(/You |come back/);
    expect(row('reconnect', { ...opened, handedOff: true })).toEqual(row('reconnect', opened));
  });

  test('our own fault is not said twice in one row', () => {
    const { status, sentence } = row('operator_problem', { diagnosis: diagnosisOf('app.secret_expired') });
    expect([status, sentence]).toEqual(['We are fixing it', 'Our key at Amazon ran out; your store is fine.']);
  });
});

describe('how we know', () => {
  test('a refused token is one plain sentence with its time', () => {
    expect(observationText(seen({ answer: 'grant_refused' }), 'Amazon')).toBe('Amazon refused the token at 11:38.');
    expect(observationText(seen({ answer: 'grant_refused' }), 'Amazon', 2)).toBe(
      'Amazon refused the token at 11:38 (twice).',
    );
    expect(observationText(seen({ answer: 'grant_refused' }), 'Amazon', 96)).toBe(
      'Amazon refused the token at 11:38 (96 times).',
    );
  });

  test('every answer of every rung is plain and carries no code', () => {
    for (const rung of RUNGS) {
      for (const answer of ANSWERS) {
        for (const capability of [null, ...CAPABILITIES]) {
          const o = seen({ rung, answer, capability, call: rung === 'control' ? 'control:store' : 'listPayouts' });
          for (const text of [observationText(o, 'Amazon'), stepText(o, 'Amazon')]) {
            expectPlain(text);
            expect(text).not.toContain('listPayouts');
          }
          expect(observationText(o, 'Amazon')).toContain('at 11:38');
          expect(stepText(o, 'Amazon')).not.toContain('11:38');
        }
      }
    }
  });

  test('a good answer of somebody else clears the marketplace', () => {
    const o = seen({ rung: 'control', call: 'control:store' });
    expect(observationText(o, 'Amazon')).toBe(
      'The same question for another store of this region was answered at 11:38, so Amazon works for others.',
    );
    expect(stepText(o, 'Amazon')).toBe('So Amazon itself is fine right now.');
  });

  test('sites are counted as they were told', () => {
    const site = (participating: boolean) => ({
      site: 'amazon.com',
      marketplaceId: 'ATVPDKIKX0DER',
      storeName: null,
      participating,
      listingsSuspended: false,
    });
    const told = (...sites: boolean[]) =>
      stepText(seen({ rung: 'identity', capability: 'participations', facts: { sites: sites.map(site) } }), 'Amazon');
    expect(told(true, true, false)).toBe('Amazon answered: 2 of 3 sites selling.');
    expect(told(false)).toBe('Amazon answered: its site is not selling.');
  });

  test('a step that was not asked yet says nothing, and every step has a title', () => {
    expect(stepText(null, 'Amazon')).toBe('');
    const names = ['self', 'app', 'control', 'grant', 'participations', 'payouts', 'finances', 'reports'];
    const titles = names.map((name) => stepTitle(name));
    expect(new Set(titles).size).toBe(names.length);
    expect(titles).not.toContain(stepTitle('nothing we know'));
  });

  test('every event has a title of its own', () => {
    const types = [
      'setup verifying connected expiring needs_reconnect repair_started repaired blocked limited held released checking',
      'checked operator_problem paused resumed closed renewed',
    ];
    const titles = types
      .join(' ')
      .split(' ')
      .map((type) => eventTitle(`store.${type}`, 'Amazon'));
    expect(new Set(titles).size).toBe(18);
    expect(titles).not.toContain(eventTitle('store.unheard_of'));
    expect(eventTitle('store.held', 'Amazon')).toBe('A problem at Amazon');
  });
});
