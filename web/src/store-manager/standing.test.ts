import { describe, expect, it } from 'vitest';
import { brokenStore, exampleStore } from './example-store.ts';
import {
  countGroups,
  groupOf,
  headline,
  longestWaiting,
  nextRenewal,
  shelfSentence,
  totalOf,
  underline,
} from './standing.ts';

const NOW = Date.parse('2026-11-23T12:04:00Z');

describe('the first line of Store Manager', () => {
  it('says how many of the stores need the person', () => {
    const counts = countGroups([brokenStore(), exampleStore(), exampleStore()]);
    expect(headline(counts)).toBe('1 of 3 stores needs you');
  });

  it('says so when every store is connected', () => {
    expect(headline(countGroups([exampleStore(), exampleStore()]))).toBe('All 2 stores are connected');
    expect(headline(countGroups([exampleStore()]))).toBe('Your store is connected');
  });

  it('does not claim that all are connected while Amazon has a problem', () => {
    const counts = countGroups([exampleStore(), exampleStore({ verdict: 'held', owner: 'marketplace' })]);
    expect(headline(counts)).toBe('No store needs you');
    expect(underline(counts)).toBe('One has a fault that is not yours: nothing for you to do there.');
  });

  it('leaves paused and disconnected stores out of the count', () => {
    const counts = countGroups([
      exampleStore(),
      exampleStore({ verdict: 'paused' }),
      exampleStore({ verdict: 'closed' }),
    ]);
    expect(totalOf(counts)).toBe(1);
    expect(headline(counts)).toBe('Your store is connected');
  });
});

describe('who a store waits for', () => {
  it('is the seller when the seller can put it right', () => {
    expect(groupOf(brokenStore())).toBe('needs_you');
  });

  it('is not the seller when only somebody else can, however broken it is', () => {
    expect(groupOf(brokenStore({ verdict: 'store_blocked', owner: 'nobody' }))).toBe('not_your_fault');
    expect(groupOf(brokenStore({ owner: 'operator' }))).toBe('not_your_fault');
  });

  it('is nobody while one odd answer is looked at again', () => {
    expect(groupOf(exampleStore({ verdict: 'checking', owner: 'system' }))).toBe('connected');
  });
});

describe('the shelf', () => {
  it('says the same in words as in colours', () => {
    const counts = countGroups([
      brokenStore(),
      brokenStore({ verdict: 'setup' }),
      exampleStore({ verdict: 'expiring' }),
    ]);
    expect(shelfSentence(counts)).toBe('3 stores: 1 needs you, 1 to finish, 1 worth a look');
  });
});

describe('the two figures of the summary', () => {
  it('names the store that has waited longest, and for how long', () => {
    const found = longestWaiting(
      [
        brokenStore({ name: 'Late', since: '2026-11-22T12:00:00Z' }),
        brokenStore({ name: 'First', since: '2026-11-19T03:12:00Z' }),
      ],
      NOW,
    );
    expect(found?.store.name).toBe('First');
    expect(found?.waited).toBe('4 days');
  });

  it('names the next renewal among the stores that work, never one that has passed', () => {
    const past = exampleStore({ name: 'Past', expires_at: '2026-11-01T00:00:00Z' });
    const soon = exampleStore({ name: 'Soon', expires_at: '2026-12-09T00:00:00Z' });
    const unknown = exampleStore({ name: 'Unknown', expires_at: null });
    expect(nextRenewal([past, unknown, exampleStore(), soon, brokenStore()], NOW)?.name).toBe('Soon');
    expect(nextRenewal([past, unknown], NOW)).toBeNull();
  });
});
