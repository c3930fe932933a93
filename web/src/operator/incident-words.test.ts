import { describe, expect, it } from 'vitest';
import type { CohortBody, IncidentBody } from '../../../server/src/http/contract/incident.ts';
import {
  chanceWords,
  closesByHand,
  controlWords,
  exactly,
  heldWords,
  noteError,
  openingNumbers,
  percent,
  shareWords,
  standingOf,
  THIN_WORDS,
  weatherHeadline,
} from './incident-words.ts';

const COHORT: CohortBody = {
  cohort: 'amazon:app:na',
  marketplace: 'amazon',
  label: 'Amazon',
  region: 'na',
  place: 'Amazon North America',
  app_name: 'Storekeeper',
  application_id: 'app',
  stores: 500,
  active: 412,
  failing: 3,
  share: 3 / 412,
  baseline: 0.02,
  p: 0.99,
  thin: false,
  control: { ok: true, at: '2026-11-23T12:00:00Z', via: 'store' },
  app_fault: null,
  held: 0,
  last_look_at: null,
  incident: null,
};

const INCIDENT: IncidentBody = {
  id: 'in_1',
  cohort: COHORT.cohort,
  marketplace: 'amazon',
  label: 'Amazon',
  region: 'na',
  place: COHORT.place,
  app_name: 'Storekeeper',
  cause: 'mkt.auth_incident',
  operation: null,
  extent: 'all',
  began_at: '2026-11-23T11:38:00Z',
  opened_at: '2026-11-23T11:40:00Z',
  over_at: null,
  closed_at: null,
  opened_by: 'test',
  closed_by: null,
  note: null,
  opening: { active: 412, failing: 200, baseline: 0.02, p: 0, control: null },
  evidence: [],
  held: 0,
  released: 0,
  text: { title: 'Amazon refuses all calls in North America', opened: '', closed: null },
};

describe('the operator reads of a cohort', () => {
  it('how many fail against what is ordinary', () => {
    expect(shareWords(COHORT)).toBe('3 of 412 looked at lately fail; ordinary is up to 2\u202f%');
    expect(shareWords({ ...COHORT, active: 9, failing: 1, thin: true })).toBe('1 of 9 looked at lately fails');
    expect(shareWords({ ...COHORT, active: 0, failing: 0 })).toBe('Nobody was looked at lately');
    expect([percent(0.012), percent(0.02), percent(0.0051)]).toEqual(['1.2\u202f%', '2\u202f%', '0.5\u202f%']);
  });

  it('how unlikely that is, in words and exactly', () => {
    expect(chanceWords(COHORT)).toBe('As on any day');
    expect(chanceWords({ ...COHORT, p: 0.01 })).toBe('Unusual, may still be chance');
    expect(chanceWords({ ...COHORT, p: 1e-20 })).toBe('Not by chance');
    expect(chanceWords({ ...COHORT, p: null, thin: true })).toBe(THIN_WORDS);
    expect([1, 0.43, 0.0012, 1.24e-20, 0].map(exactly)).toEqual([
      'p = 1',
      'p = 0.43',
      'p = 0.0012',
      'p = 1.2 × 10⁻²⁰',
      'p < 10⁻³⁰⁰',
    ]);
  });

  it('who answered in the stores’ place', () => {
    expect(controlWords(COHORT)).toBe('Another store was answered');
    expect(controlWords({ ...COHORT, control: { ok: false, at: '2026-11-23T12:00:00Z', via: null } })).toBe(
      'Refused for somebody else too',
    );
    expect(controlWords({ ...COHORT, control: null })).toBe('Not asked yet');
  });

  it.each([
    ['incident', { incident: INCIDENT, app_fault: { cause: 'app.secret_expired', since: null } }],
    ['app', { app_fault: { cause: 'app.secret_expired', since: null } }],
    ['unusual', { p: 1e-5 }],
    ['unusual', { control: { ok: false, at: '2026-11-23T12:00:00Z', via: null } }],
    ['thin', { thin: true, active: 3, p: null }],
    ['unseen', { active: 0, thin: true, p: null }],
    ['ordinary', {}],
  ] as const)('that it stands %s', (standing, special) => {
    expect(standingOf({ ...COHORT, ...special })).toBe(standing);
  });
});

describe('the operator reads of incidents', () => {
  it('how it stands in one line', () => {
    expect(weatherHeadline([], [])).toBe('No store is connected yet');
    expect(weatherHeadline([COHORT], [{ ...INCIDENT, closed_at: '2026-11-23T12:00:00Z' }])).toBe('No incident is open');
    expect(weatherHeadline([COHORT, { ...COHORT, p: 0 }], [])).toBe(
      'No incident is open; one of 2 cohorts out of the ordinary',
    );
    expect(weatherHeadline([COHORT], [INCIDENT])).toBe('One incident is open');
    expect(weatherHeadline([COHORT], [INCIDENT, INCIDENT])).toBe('Two incidents are open');
  });

  it('how many stores are held, and how far they are let go', () => {
    const closed = { ...INCIDENT, closed_at: '2026-11-23T12:00:00Z' };
    expect(heldWords(INCIDENT)).toBe('No store is held yet.');
    expect(heldWords({ ...INCIDENT, held: 1 })).toBe('1 store is held; its seller is not told.');
    expect(heldWords({ ...INCIDENT, held: 1284, released: 2 })).toBe(
      '1,284 stores are held; their sellers are not told. Two were let go meanwhile.',
    );
    expect(heldWords({ ...closed, held: 4, released: 6 })).toBe(
      '6 of 10 held stores let go; each is looked at once before.',
    );
    expect(heldWords({ ...closed, released: 10 })).toBe('All 10 stores it held were let go.');
    expect(heldWords({ ...closed, released: 1 })).toBe('The one store it held was let go.');
    expect(heldWords(closed)).toBe('No store was held.');
    expect(heldWords({ ...INCIDENT, cause: 'app.secret_expired' })).toBe('Our key at Amazon ran out.');
  });

  it('with which numbers it was opened', () => {
    const few = { active: 5, failing: 1, baseline: null, p: null, control: 'answered' };
    expect(openingNumbers(INCIDENT)).toBe('By chance: p < 10⁻³⁰⁰.');
    expect(openingNumbers({ ...INCIDENT, opened_by: 'operator', opening: few })).toBe(
      '1 of 5 stores looked at last failed then.',
    );
    expect(
      openingNumbers({ ...INCIDENT, opened_by: 'control', opening: { ...few, active: 50, baseline: 0.02, p: 0.6 } }),
    ).toBe('1 of 50 stores looked at last failed then, ordinary is up to 2\u202f%.');
    expect(openingNumbers({ ...INCIDENT, opening: { ...few, active: null, failing: null } })).toBe('');
  });

  it('what is wrong with a note before it is sent', () => {
    expect(noteError(' \n')).toBe('A note is needed: what you saw, and where.');
    expect(noteError('x'.repeat(501))).toBe('Too long: at most 500 characters.');
    expect(noteError('Seen on Amazon’s own page.\nSince noon.')).toBeUndefined();
  });

  it('what can be closed by hand: what a marketplace does, never a fault of our own', () => {
    expect(closesByHand(INCIDENT)).toBe(true);
    expect(closesByHand({ ...INCIDENT, cause: 'app.secret_expired', cohort: 'app:x' })).toBe(false);
    expect(closesByHand({ ...INCIDENT, closed_at: '2026-11-23T12:00:00Z' })).toBe(false);
  });
});
