import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { calendarText, type CalendarStore } from './calendar.ts';

const END = Date.parse('2026-12-17T22:59:30Z');
const CHANGED = Date.parse('2026-11-20T08:30:00Z');

function store(special: Partial<CalendarStore> = {}): CalendarStore {
  return {
    id: 'st_1',
    name: 'Blue Bird',
    label: 'Amazon',
    version: 4,
    endsAt: END,
    changedAt: CHANGED,
    link: 'https://storekeeper.test/stores/st_1?repair=1',
    ...special,
  };
}

/** Read by a parser that none of us wrote. */
function parsed(text: string) {
  const root = new ICAL.Component(ICAL.parse(text));
  const events = root.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
  return { root, events, first: events[0] };
}

/** What RFC 5545 asks of the text itself; the names of the rules that it breaks. */
function broken(text: string): string[] {
  const lines = text.split('\r\n');
  const logical = text.replaceAll('\r\n ', '').split('\r\n').slice(0, -1);
  const of = (name: string) => logical.filter((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`));
  const events = of('BEGIN').filter((line) => line === 'BEGIN:VEVENT').length;
  const rules: [string, boolean][] = [
    ['3.1 ends with CRLF', lines.at(-1) === ''],
    ['3.1 at most 75 octets in a line', lines.every((line) => Buffer.byteLength(line) <= 75)],
    ['3.1 no character is cut in two', lines.every((line) => line.isWellFormed())],
    ['3.1 no control character, no bare CR or LF', !/\p{Cc}/u.test(lines.join(''))],
    ['3.1 every line is a property', logical.every((line) => /^[A-Z0-9-]+[;:]/.test(line))],
    ['3.4 one calendar', logical[0] === 'BEGIN:VCALENDAR' && logical.at(-1) === 'END:VCALENDAR'],
    ['3.6 VERSION and PRODID once', of('VERSION').length === 1 && of('PRODID').length === 1],
    [
      '3.6.1 UID, DTSTAMP, DTSTART and SEQUENCE once in each event',
      ['UID', 'DTSTAMP', 'DTSTART', 'SEQUENCE'].every((name) => of(name).length === events),
    ],
    ['3.8.4.7 UIDs are unique', new Set(of('UID')).size === events],
    [
      '3.6.6 every alarm has an action, a trigger and a description',
      of('ACTION').length === of('TRIGGER').length && of('DESCRIPTION').length === of('ACTION').length + events,
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([name]) => name);
}

describe('a store in the calendar', () => {
  test('stands on the day its permission ends, the whole day', () => {
    const { first } = parsed(calendarText('Mira', [store()]));
    expect(first?.summary).toBe('Renew Blue Bird at Amazon');
    expect([first?.startDate.isDate, first?.startDate.toString(), first?.endDate.toString()]).toEqual([
      true,
      '2026-12-17',
      '2026-12-18',
    ]);
    expect(first?.component.getFirstPropertyValue('transp')).toBe('TRANSPARENT');
  });

  test('says in plain words that the day is an estimate, and leads to its own repair', () => {
    const { first } = parsed(calendarText('Mira', [store()]));
    expect(first?.description).toBe(
      'Amazon’s yearly permission for Blue Bird ends about 17 December 2026. The day is an estimate: Amazon does not tell it.\n' +
        'Renew on any day before. Renewing early loses nothing, because the year starts anew that day.\n' +
        'Renew: https://storekeeper.test/stores/st_1?repair=1',
    );
    expect(first?.component.getFirstPropertyValue('url')).toBe('https://storekeeper.test/stores/st_1?repair=1');
  });

  test('reminds 30, 14, 7, 3 and 1 days before', () => {
    const { first } = parsed(calendarText('Mira', [store()]));
    const alarms = first?.component.getAllSubcomponents('valarm') ?? [];
    expect(alarms.map((alarm) => String(alarm.getFirstPropertyValue('trigger')))).toEqual([
      '-P30D',
      '-P14D',
      '-P7D',
      '-P3D',
      '-P1D',
    ]);
    expect(alarms.map((alarm) => alarm.getFirstPropertyValue('action'))).toEqual(Array(5).fill('DISPLAY'));
    expect(alarms.at(-1)?.getFirstPropertyValue('description')).toBe('Renew Blue Bird at Amazon: 1 day left');
  });

  test('stays the same event when it is renewed: the day moves, the sequence grows', () => {
    const before = parsed(calendarText('Mira', [store()])).first;
    const after = parsed(calendarText('Mira', [store({ version: 6, endsAt: END + 365 * 86_400_000 })])).first;
    expect(after?.uid).toBe(before?.uid);
    expect([before?.sequence, after?.sequence]).toEqual([4, 6]);
    expect(after?.startDate.toString()).toBe('2027-12-17');
  });
});

test('the calendar has a name and asks to be read again every six hours', () => {
  const { root } = parsed(calendarText('Mira, Roe & Söhne', []));
  expect(root.getFirstPropertyValue('x-wr-calname')).toBe('Store renewals, Mira, Roe & Söhne');
  expect(String(root.getFirstPropertyValue('refresh-interval'))).toBe('PT6H');
  expect(root.getFirstPropertyValue('version')).toBe('2.0');
});

test('the same stores give the same text, whenever they are asked for', () => {
  expect(calendarText('Mira', [store()])).toBe(calendarText('Mira', [store()]));
});

test('the rules of the text hold for an empty calendar and for many stores', () => {
  const many = Array.from({ length: 40 }, (_, n) => store({ id: `st_${n}`, name: `Store ${n}` }));
  expect([broken(calendarText('Mira', [])), broken(calendarText('Mira', many))]).toEqual([[], []]);
});

test('the check of the rules can fail', () => {
  const good = calendarText('Mira', [store()]);
  expect(broken(good.replace('UID:', 'UUID:'))).toContain(
    '3.6.1 UID, DTSTAMP, DTSTART and SEQUENCE once in each event',
  );
  expect(broken(good.replaceAll('\r\n ', ''))).toContain('3.1 at most 75 octets in a line');
  expect(broken(good.replaceAll('\r\n', '\n'))).toContain('3.1 ends with CRLF');
});

const HOSTILE = [
  'Ünïcödé Straße 商店 🛍️ مَتجَر',
  'a\r\nATTENDEE:mailto:everybody@victims.test',
  'x\nEND:VEVENT\nBEGIN:VEVENT\nUID:other',
  'semi;colon, comma \\ back\\n slash: "quoted"',
  `${'長'.repeat(40)}`,
  '🛍️'.repeat(30),
  '\u202egnp.exe\u0007\u0000',
  '\ud83d half a character',
  '',
  ' ',
];

test.each(HOSTILE)('a store called %j is one event like any other', (name) => {
  const text = calendarText(name, [store({ name })]);
  expect(broken(text)).toEqual([]);
  const { events, first } = parsed(text);
  expect(events).toHaveLength(1);
  expect(first?.uid).toBe('st_1@storekeeper');
  expect(first?.component.getAllProperties('attendee')).toEqual([]);
});

test('no name whatever breaks the text, hides another store or loses a visible character', () => {
  const names = array(oneof(string({ unit: 'binary', maxLength: 100 }), constantFrom(...HOSTILE)), {
    minLength: 1,
    maxLength: 4,
  });
  assert(
    property(names, (chosen) => {
      const stores = chosen.map((name, n) => store({ id: `st_${n}`, name }));
      const text = calendarText(chosen[0] ?? '', stores);
      expect(broken(text)).toEqual([]);
      const { events } = parsed(text);
      expect(events.map((event) => event.uid)).toEqual(stores.map(({ id }) => `${id}@storekeeper`));
      for (const [n, event] of events.entries()) {
        const kept = visible(chosen[n] ?? '');
        expect(visible(event.summary)).toBe(`Renew${kept}atAmazon`);
      }
    }),
    { numRuns: 300 },
  );
});

/** What a person sees of a name: without white space, control characters and marks of direction. */
function visible(text: string): string {
  return text.toWellFormed().replace(/[\s\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}
