import { expect, test } from 'vitest';
import type { LetterPayload } from '../core/message.ts';
import { endIncident, reopenIncident } from '../db/incident-course.ts';
import { openIncident } from '../db/incidents.ts';
import { eachDatabase } from '../db/testing.ts';
import { NOON } from '../db/testing-rows.ts';
import { planLetter } from './letter.ts';
import { messageFor } from './messages.ts';

const MINUTE = 60_000;
const LATE = Date.UTC(2026, 10, 23, 21, 30);

function letter(special: Partial<LetterPayload> = {}): LetterPayload {
  return {
    topic: 'letter',
    incidentId: 'in_1',
    closedAt: LATE + 28 * MINUTE,
    cause: 'mkt.auth_incident',
    operation: null,
    extent: 'all',
    label: 'Amazon',
    from: LATE,
    to: LATE + 25 * MINUTE,
    completeAt: LATE + 31 * MINUTE,
    stores: ['Blue Bird', 'Red Fox'],
    more: 0,
    link: 'https://storekeeper.test/stores',
    ...special,
  };
}

test('a letter says what it was, from when to when, and that nothing is to be done', () => {
  const { subject, text, html } = messageFor(letter(), LATE + 40 * MINUTE);
  expect(subject).toBe('23 Nov 2026, 21:30: Amazon refused all calls; nothing for you to do');
  expect(text).toContain(
    'From 21:30 to 21:55 UTC Amazon refused all calls. Your stores were not affected: nothing was to be done, and nothing is.',
  );
  expect(text).toContain('Every kind of data that we ask for was answered again for all of them by 22:01 UTC.');
  expect(text).toContain('The stores: Blue Bird, Red Fox.');
  expect(html).toContain('Blue Bird, Red Fox.');
});

test('a letter names one store as one, and of many the first', () => {
  const one = messageFor(letter({ stores: ['Blue Bird'] }), LATE + 40 * MINUTE).text;
  expect(one).toContain('Your store was not affected');
  expect(one).toContain('was answered again by 22:01 UTC.');
  expect(one).toContain('The store: Blue Bird.');
  const many = messageFor(letter({ more: 31 }), LATE + 40 * MINUTE).text;
  expect(many).toContain('The stores: Blue Bird, Red Fox and 31 more.');
});

eachDatabase((_name, open) => {
  test('a letter is not sent when the incident went on after all', async () => {
    const { db } = await open();
    const { row } = await openIncident(db, { cohort: 'c', cause: 'mkt.outage', at: NOON, evidence: [] });
    const closing = { id: row.id, by: 'test' as const, overAt: NOON + MINUTE };
    await endIncident(db, { ...closing, at: NOON + 2 * MINUTE });
    const first = letter({ incidentId: row.id, closedAt: NOON + 2 * MINUTE });
    expect(await planLetter(db, first)).toEqual({ do: 'send' });
    await reopenIncident(db, { id: row.id, by: 'test' });
    expect(await planLetter(db, first)).toMatchObject({ do: 'drop' });
    await endIncident(db, { ...closing, at: NOON + 9 * MINUTE });
    expect(await planLetter(db, first)).toMatchObject({ do: 'drop' });
    expect(await planLetter(db, { ...first, closedAt: NOON + 9 * MINUTE })).toEqual({ do: 'send' });
    expect(await planLetter(db, letter({ incidentId: 'in_unknown' }))).toMatchObject({ do: 'drop' });
  });
});
