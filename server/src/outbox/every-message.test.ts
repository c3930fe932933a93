import { describe, expect, test } from 'vitest';
import { causeRule, CAUSES, sellerMustAct, type Cause, type Diagnosis } from '../core/diagnosis.ts';
import { CAPABILITIES } from '../core/observation.ts';
import type {
  AlarmPayload,
  AlarmTopic,
  DigestPayload,
  ListedStore,
  Message,
  OutboxPayload,
  StoreList,
} from '../core/message.ts';
import { daysToNext, RUNG_DAYS, rungOf } from '../core/message-plan.ts';
import { diagnosisWords } from '../core/words.ts';
import { subjectFor } from './layout.ts';
import { messageFor } from './messages.ts';

const NOW = Date.parse('2026-11-23T12:04:00Z');
const DAY = 86_400_000;
const LINK = 'https://storekeeper.test/stores/st_1?repair=1';
const CAUSE_NAMES = Object.keys(CAUSES) as Cause[];
const LEADS = { needs_reconnect: 'reconnect', blocked: 'store_blocked', limited: 'limited' } as const;
const LONGEST_NAME =
  'Wunderlich & Söhne Feinkost und Haushaltswaren Großhandelsgesellschaft mbH Niederlassung Nord 100%';
const NAMES = ['Blue Bird', LONGEST_NAME, '👩‍👩‍👧‍👦'.repeat(9)];

function diagnosisOf(cause: Cause): Diagnosis {
  const { owner, action, healsInPlace } = causeRule(cause);
  const capability = cause === 'grant.role_missing' ? CAPABILITIES[0] : null;
  return { cause, owner, action, healsInPlace, likely: [], confidence: 'high', evidence: [], excluded: [], capability };
}

/** The alarm as the store's room words it. */
function alarm(topic: AlarmTopic, cause: Cause, storeName: string): AlarmPayload {
  const diagnosis = diagnosisOf(cause);
  const context = {
    label: 'Amazon',
    storeName,
    diagnosis,
    since: NOW - 2 * DAY,
    now: NOW,
    authorizedAt: NOW - 200 * DAY,
  };
  return {
    topic,
    storeId: 'st_1',
    cause,
    certain: true,
    storeName,
    label: 'Amazon',
    ...diagnosisWords(context),
    link: LINK,
    alarmSince: NOW - 2 * DAY,
    again: daysToNext(cause, 0),
  };
}

/** Every mail about a break that a seller can get, by what it is about and why. */
function aboutBreak(topic: AlarmTopic, cause: Cause, storeName: string): OutboxPayload[] {
  const first = alarm(topic, cause, storeName);
  const rungs = sellerMustAct(cause) ? RUNG_DAYS.map((_days, n) => n + 1) : [];
  const place = { firstAt: NOW, alarmSince: NOW - 2 * DAY };
  return [
    first,
    ...rungs.map((rung) => rungOf(first, { ...place, rung })),
    ...rungs.map((rung) => ({ ...rungOf(first, { ...place, rung }), reader: 'second' as const })),
    {
      topic: 'absence_over',
      storeId: 'st_1',
      storeName,
      label: 'Amazon',
      link: LINK,
      until: '2026-11-23',
      still: { is: 'broken', alarm: first },
    },
  ];
}

const CASES = (Object.keys(LEADS) as AlarmTopic[]).flatMap((topic) =>
  CAUSE_NAMES.filter((cause) => causeRule(cause).leadsTo === LEADS[topic]).map((cause) => ({ topic, cause })),
);

/** The three parts as the text lays them out: after the subject what and so what, then the box with what to do. */
function partsOf({ text }: Message): string[] {
  return text.trimEnd().split('\n\n');
}

/** What a person sees of the HTML, on one line. */
function visible(html: string): string {
  return html
    .replace(/<head>[\s\S]*?<\/head>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');
}

function expectTwins({ text, html }: Message): void {
  const told = visible(html);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('https://'));
  for (const line of lines) expect(told).toContain(line.replace(/:$/, '').replace(/\s+/g, ' '));
  const links = [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1]?.replaceAll('&amp;', '&'));
  expect(links).toEqual(text.split('\n').filter((line) => line.startsWith('https://')));
}

describe.each(CASES)('every mail about $topic because of $cause', ({ topic, cause }) => {
  const mails = NAMES.flatMap((name) =>
    aboutBreak(topic, cause, name).map((payload) => messageFor(payload, NOW + 5 * DAY)),
  );

  test('says what happened, what it means, and what to do', () => {
    const words = alarm(topic, cause, 'Blue Bird');
    for (const mail of mails) {
      const [subject, what, soWhat, toDo, button] = partsOf(mail);
      expect(subject).toBe(mail.subject);
      expect(what).toContain(words.sentence);
      expect(soWhat).toBe(words.means);
      expect(toDo).toMatch(/^What (to do|happens now)/);
      expect(toDo).toContain(words.next);
      expect(button).toContain(LINK);
    }
  });

  test('asks nothing of a seller that only the operator or the marketplace can do', () => {
    for (const mail of mails) {
      const box = partsOf(mail)[3] ?? '';
      if (sellerMustAct(cause)) expect(box).not.toMatch(/nothing for you to do/i);
      else expect(box).toMatch(/^What happens now\n[\s\S]*nothing for you to do/i);
    }
  });

  test('has a subject that no list of mails cuts off, and text and HTML that say the same', () => {
    for (const mail of mails) {
      expect(mail.subject.length).toBeLessThanOrEqual(80);
      expectTwins(mail);
    }
  });

  test('keeps its manners and its promise to stop', () => {
    for (const mail of mails) {
      expect(mail.text).not.toMatch(/please|oops|!|sorry|undefined|null|NaN|[{}]/i);
      expect(mail.text).toMatch(/turns green by itself|goes on as before/);
    }
  });
});

test('no alarm topic is left without a cause, and causes that only we can put right are never repeated', () => {
  expect(new Set(CASES.map(({ topic }) => topic)).size).toBe(3);
  const ours = CASES.filter(({ cause }) => !sellerMustAct(cause)).map(({ cause }) => cause);
  expect(ours.map((cause) => daysToNext(cause, 0))).toEqual(ours.map(() => null));
});

test('a name that is too long for a subject is shortened, whole characters only; what happened never is', () => {
  expect(subjectFor('Blue Bird', 'access was switched off')).toBe('Blue Bird: access was switched off');
  const long = subjectFor(LONGEST_NAME, 'access was switched off');
  expect(long).toMatch(/^Wunderlich & Söhne .*…: access was switched off$/);
  expect(subjectFor('😀'.repeat(60), 'off')).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
});

function listed(n: number, left = 0): StoreList {
  const store = (i: number): ListedStore => ({
    name: `Store <${i}>`,
    site: 'amazon.de',
    since: NOW - DAY,
    sentence: 'Access was switched off at Amazon on 22 November.',
    next: 'Confirm the permission again.',
    link: `https://storekeeper.test/stores/st_${i}?repair=1`,
  });
  return { stores: Array.from({ length: n }, (_, i) => store(i)), left };
}

const NONE = listed(0);
const digests: [string, Partial<DigestPayload>, string, RegExp][] = [
  [
    'of everything',
    { broken: listed(3), expiring: listed(2), held: listed(1), repaired: listed(1) },
    'Storekeeper: 3 stores need you, 2 to renew',
    /^What to do, about a minute for each\n/,
  ],
  ['of one store', { broken: listed(1) }, 'Storekeeper: 1 store needs you', /^What to do, about a minute for each\n/],
  [
    'of a summary',
    { topic: 'summary', broken: listed(40, 17) },
    'Storekeeper: 57 more stores need you',
    /^What to do, about a minute for each\n/,
  ],
  ['of renewals', { expiring: listed(1) }, 'Storekeeper: 1 to renew', /^What to do, about a minute for each\n/],
  [
    'with nothing to do',
    { held: listed(2), repaired: listed(1), away: 2 },
    'Storekeeper: nothing to do, 1 repaired, 2 held',
    /^What to do\nNothing for you to do\.$/,
  ],
];

test.each(digests)(
  'the mail %s says what, so what and what to do, with a link for each store',
  (...[, special, subject, toDo]) => {
    const payload: DigestPayload = {
      topic: 'digest',
      link: LINK,
      broken: NONE,
      expiring: NONE,
      held: NONE,
      repaired: NONE,
      away: 0,
      ...special,
    };
    const mail = messageFor(payload, NOW);
    expect(mail.subject).toBe(subject);
    expect(mail.subject.length).toBeLessThanOrEqual(80);
    expectTwins(mail);
    const parts = partsOf(mail);
    expect(parts[1]).toMatch(/^(On 23 November 2026|Beside what you were told already): \d/);
    expect(parts[2]).toMatch(/stay as they are|Every store works|nothing is lost/);
    expect(parts.filter((part) => toDo.test(part))).toHaveLength(1);
    const named = [payload.broken, payload.expiring, payload.held, payload.repaired].reduce(
      (sum, { stores }) => sum + stores.length,
      0,
    );
    expect(mail.text.match(/\/stores\/st_\d+\?repair=1\n/g)).toHaveLength(named + 1);
    expect(mail.html).not.toContain('<0>');
  },
);

test('a reminder after a holiday says what, so what and what to do', () => {
  const mail = messageFor(
    {
      topic: 'absence_over',
      storeId: 'st_1',
      storeName: LONGEST_NAME,
      label: 'Amazon',
      link: LINK,
      until: '2026-11-23',
      still: { is: 'expiring', expiresAt: NOW + 9 * DAY },
    },
    NOW,
  );
  expect(mail.subject.length).toBeLessThanOrEqual(80);
  expect(partsOf(mail)[1]).toBe(
    'You were away until 23 November 2026. Amazon’s yearly permission for this store ends about 2 December 2026, in 9 days. The day is an estimate.',
  );
  expect(partsOf(mail)[3]).toMatch(/^What to do, about a minute\n/);
  expectTwins(mail);
});
