import { describe, expect, test } from 'vitest';
import { checksOf, type ChecksInput } from './checks.ts';
import { VERDICTS } from './connection.ts';
import { causeRule, CAUSES, type Cause, type Diagnosis } from './diagnosis.ts';
import type { SiteStanding } from './observation.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const CAUSE_NAMES = Object.keys(CAUSES) as Cause[];

function diagnosisOf(cause: Cause, ...others: Cause[]): Diagnosis {
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
    capability: null,
  };
}

const site = (participating = true, listingsSuspended = false): SiteStanding => ({
  site: 'amazon.com',
  marketplaceId: 'ATVPDKIKX0DER',
  storeName: null,
  participating,
  listingsSuspended,
});

function checks(facts: Partial<ChecksInput>) {
  const [access, pair, active] = checksOf({
    label: 'Amazon',
    verdict: 'reconnect',
    diagnosis: null,
    authorizedAt: at('2025-11-19T02:00:00'),
    lastOkAt: at('2026-11-19T02:40:00'),
    sites: [site(), site(), site()],
    sellerId: 'A3FHEXAMPLEYWS',
    since: at('2026-11-19T03:12:00'),
    now: at('2026-11-23T12:04:00'),
    ...facts,
  });
  return { access, pair, active };
}

describe('a store whose year ran out', () => {
  const { access, pair, active } = checks({ diagnosis: diagnosisOf('grant.expired') });

  test('shows access as expired, with the day it was given', () => {
    expect(access).toMatchObject({ title: 'Developer access', result: 'failed', word: 'Expired' });
    expect(access?.evidence).toBe('Given 19 Nov 2025. Amazon has refused it since 19 Nov, 03:12.');
  });

  test('shows that its pair is the one that worked', () => {
    expect(pair).toMatchObject({ title: 'Seller ID and token', result: 'passed', word: 'Unchanged' });
    expect(pair?.evidence).toBe('The same pair worked until 19 Nov 2026, 02:40.');
  });

  test('does not pretend to know whether the store is active', () => {
    expect(active).toMatchObject({ title: 'Store active', result: 'cannot_be_asked', word: 'Cannot be asked' });
    expect(active?.evidence).toBe('Amazon does not tell while access is off. Active when last seen, 19 Nov, 02:40.');
  });
});

test('a switched off access is called that, and one of two is called one of two', () => {
  expect(checks({ diagnosis: diagnosisOf('grant.revoked') }).access?.word).toBe('Switched off');
  expect(checks({ diagnosis: diagnosisOf('grant.revoked', 'grant.expired') }).access?.word).toBe(
    'Expired or switched off',
  );
});

test('a connected store passes all three, with what Amazon said and when', () => {
  const { access, pair, active } = checks({ verdict: 'connected', lastOkAt: at('2026-11-23T12:00:00') });
  expect([access, pair, active].map((check) => [check?.result, check?.word, check?.evidence])).toEqual([
    ['passed', 'Working', 'Accepted by Amazon at 12:00.'],
    ['passed', 'Right', 'Accepted by Amazon at 12:00, for the seller A3FHEXAMPLEYWS.'],
    ['passed', 'Active', '3 of 3 sites selling, no suspended listings.'],
  ]);
});

test('a connected store that Amazon has not named, or whose sites it does not tell, does not pass there', () => {
  const { access, pair, active } = checks({ verdict: 'connected', sellerId: null, sites: [] });
  expect([access?.result, pair?.result, active?.result]).toEqual(['passed', 'cannot_be_asked', 'cannot_be_asked']);
});

test('a store on vacation is active, and its suspended listings are told', () => {
  const { active } = checks({ verdict: 'connected', sites: [site(true, true)] });
  expect(active).toMatchObject({ result: 'passed', evidence: 'Its one site is selling, with suspended listings.' });
});

test('an inactive store has working access: reconnecting would not help', () => {
  const { access, active } = checks({
    verdict: 'store_blocked',
    diagnosis: diagnosisOf('store.inactive'),
    sites: [site(false), site(false)],
  });
  expect(access).toMatchObject({ result: 'passed', word: 'Working' });
  expect(active).toMatchObject({
    result: 'failed',
    word: 'Inactive',
    evidence: 'None of its 2 sites is selling at Amazon.',
  });
});

test('a token of another store fails the pair and says nothing about access', () => {
  const { access, pair, active } = checks({ diagnosis: diagnosisOf('cred.wrong_pair'), lastOkAt: null, sites: [] });
  expect(pair).toMatchObject({ result: 'failed', word: 'Token of another store' });
  expect([access?.result, active?.result]).toEqual(['cannot_be_asked', 'cannot_be_asked']);
});

test('a token that Amazon does not know was not accepted, whatever the reason', () => {
  const { pair } = checks({ diagnosis: diagnosisOf('cred.wrong_pair', 'grant.revoked'), lastOkAt: null });
  expect(pair).toMatchObject({ result: 'failed', word: 'Not accepted' });
});

/** A confirmation that we did not finish with belongs to a store whose checks are still to come. */
const isOurFault = (cause: string) => cause.startsWith('own.') && cause !== 'own.interrupted';

test('while everybody is refused no check of the store fails', () => {
  for (const cause of CAUSE_NAMES.filter((c) => c.startsWith('mkt.') || isOurFault(c) || c === 'app.secret_expired')) {
    const results = Object.values(checks({ verdict: 'held', diagnosis: diagnosisOf(cause) })).map(
      (check) => check?.result,
    );
    expect(results).toEqual(['cannot_be_asked', 'cannot_be_asked', 'cannot_be_asked']);
  }
});

test('a store that never answered passes nothing that only an answer could show', () => {
  const told: Cause[] = ['grant.expiring', 'store.inactive'];
  for (const cause of CAUSE_NAMES.filter((c) => !told.includes(c))) {
    const all = checks({
      diagnosis: diagnosisOf(cause),
      lastOkAt: null,
      sites: [],
      sellerId: null,
      authorizedAt: null,
    });
    for (const check of Object.values(all)) expect(check?.result).not.toBe('passed');
  }
});

test('every check of every verdict and cause says its word and what it rests on', () => {
  for (const verdict of VERDICTS) {
    for (const diagnosis of [null, ...CAUSE_NAMES.map((cause) => diagnosisOf(cause))]) {
      for (const check of Object.values(checks({ verdict, diagnosis }))) {
        expect(check?.word).toMatch(/^[A-Z][a-z ]+$/);
        expect(check?.evidence).toMatch(/^[^{}!_]+\.$/);
      }
    }
  }
});
