import { describe, expect, test } from 'vitest';
import { causeRule, CAUSES, type Cause } from '../core/diagnosis.ts';
import type { AlarmPayload, AlarmTopic, OutboxPayload, ReminderPayload } from '../core/message.ts';
import { diagnosisWords } from '../core/words.ts';
import { messageFor } from './messages.ts';

const NOW = Date.parse('2026-11-23T12:04:00Z');
const DAY = 86_400_000;
const LINK = 'https://storekeeper.test/stores/st_1?repair=1&from=mail';
const CAUSE_NAMES = Object.keys(CAUSES) as Cause[];

function alarm(special: Partial<AlarmPayload> = {}): AlarmPayload {
  return {
    topic: 'needs_reconnect',
    storeId: 'st_1',
    cause: 'grant.revoked',
    certain: true,
    storeName: 'Blue Bird',
    label: 'Amazon',
    sentence: 'Access was switched off at Amazon on 21 November, before its year was over.',
    means: 'Switching it on again takes a minute.',
    next: 'Sign in at Amazon as the store’s primary user and confirm the permission again.',
    link: LINK,
    ...special,
  };
}

function reminder(daysBefore: number): ReminderPayload {
  const expiresAt = NOW + daysBefore * DAY;
  const store = { storeId: 'st_1', storeName: 'Blue Bird', label: 'Amazon', link: LINK };
  return { topic: 'reminder', days: daysBefore, expiresAt, validUntil: expiresAt, ...store };
}

function renewalDay(count: number): OutboxPayload {
  const stores = Array.from({ length: count }, (_, n) => ({
    name: `Store ${n}`,
    site: n % 2 === 0 ? 'a.test' : 'b.test',
  }));
  return { topic: 'renewal_day', day: '2026-11-23', link: LINK, stores };
}

function operator(cause: Cause): OutboxPayload {
  return { topic: 'operator', cause, sentence: 'We are fixing it. Our key at Amazon ran out.', link: LINK };
}

/** What a person sees of the HTML. */
function visible(html: string): string {
  return html
    .replace(/<head>[\s\S]*?<\/head>/, '')
    .replace(/<br>/g, '\n')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

const ALL: [string, OutboxPayload][] = [
  ['an alarm', alarm()],
  ['a blocked store', alarm({ topic: 'blocked', cause: 'store.inactive' })],
  ['a limited store', alarm({ topic: 'limited', cause: 'grant.role_missing' })],
  ['a reminder', reminder(14)],
  ['a reminder of a renewal that nobody can see', { ...reminder(14), unseen: true }],
  ['the renewal day', renewalDay(60)],
  ...CAUSE_NAMES.filter((cause) => causeRule(cause).owner === 'operator').map((cause): [string, OutboxPayload] => [
    `the operator's ${cause}`,
    operator(cause),
  ]),
  [
    'the end of an operator’s fault',
    { topic: 'operator_over', cause: 'app.draft', app: 'Storekeeper', lastedMs: 5_400_000, link: LINK },
  ],
  [
    'a secret that ends',
    { topic: 'operator_secret', what: 'ends', app: 'Storekeeper', endsAt: NOW + 7 * DAY, automatic: false, link: LINK },
  ],
  [
    'a secret that rotates itself',
    { topic: 'operator_secret', what: 'ends', app: 'Storekeeper', endsAt: NOW + 7 * DAY, automatic: true, link: LINK },
  ],
  [
    'a refused secret',
    { topic: 'operator_secret', what: 'refused', app: 'Storekeeper', fingerprint: '0123456789ab', link: LINK },
  ],
  ...(['apps_file', 'audit', 'malformed', 'queue', 'rotation', 'clock'] as const).map(
    (what): [string, OutboxPayload] => [
      `a word about ${what}`,
      { topic: 'operator_note', what, detail: 'Entry 1, clientId: Invalid input.', app: 'Storekeeper', link: LINK },
    ],
  ),
];

describe.each(ALL)('the mail for %s', (_name, payload) => {
  const { subject, text, html } = messageFor(payload, NOW);

  test('has one link, the same in both parts', () => {
    expect(text.split(LINK)).toHaveLength(2);
    expect([...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1])).toEqual([LINK.replaceAll('&', '&amp;')]);
    expect(html).not.toMatch(/<img|<script|<link|url\(|https?:\/\/(?!storekeeper\.test)/);
  });

  test('says the same in text as in HTML', () => {
    const told = visible(html);
    for (const line of text.split('\n').filter((part) => part !== '' && part !== LINK)) {
      expect(told).toContain(line.replace(/:$/, ''));
    }
  });

  test('is plain and keeps its manners', () => {
    for (const words of [subject, text]) {
      expect(words).not.toMatch(/please|oops|!|sorry|undefined|null|[{}]/i);
    }
    expect(subject.length).toBeLessThan(70);
    expect(text.length).toBeLessThan(1_500);
  });
});

test('an alarm says what happened, what it means and what to do, in this order', () => {
  const { subject, text } = messageFor(alarm(), NOW);
  expect(subject).toBe('Blue Bird: access was switched off');
  expect(text).toMatchInlineSnapshot(`
    "Blue Bird: access was switched off

    Access was switched off at Amazon on 21 November, before its year was over.

    Switching it on again takes a minute.

    What to do, about a minute
    Sign in at Amazon as the store’s primary user and confirm the permission again.

    Reconnect store:
    https://storekeeper.test/stores/st_1?repair=1&from=mail

    The store turns green by itself, wherever you put it right.

    Storekeeper
    "
  `);
});

test('a subject names no cause while several stand', () => {
  expect(messageFor(alarm({ certain: false }), NOW).subject).toBe('Blue Bird: reconnect at Amazon');
  const { certain: _unsaid, ...rest } = alarm();
  expect(messageFor(rest, NOW).subject).toBe('Blue Bird: reconnect at Amazon');
});

test('a blocked store is never told to reconnect', () => {
  const words = diagnosisWords({
    label: 'Amazon',
    storeName: 'Blue Bird',
    diagnosis: {
      ...causeRule('store.inactive'),
      cause: 'store.inactive',
      likely: [],
      confidence: 'high',
      evidence: [],
      excluded: [],
      capability: null,
    },
    since: NOW,
    now: NOW,
    authorizedAt: null,
  });
  const { subject, text } = messageFor(alarm({ topic: 'blocked', cause: 'store.inactive', ...words }), NOW);
  expect(subject).toBe('Blue Bird: not selling at Amazon');
  expect(text).toContain('Reconnecting will not help.');
  expect(text).not.toMatch(/Reconnect store|reconnect at/);
});

test('a reminder counts the days that are left when it is sent, and calls the day an estimate', () => {
  const { subject, text } = messageFor(reminder(16), NOW);
  expect(subject).toBe('Blue Bird: 16 days left to renew');
  expect(text).toContain('ends about 9 December 2026, in 16 days. The day is an estimate');
  expect(messageFor(reminder(16), NOW + 3 * DAY).subject).toBe('Blue Bird: 13 days left to renew');
  expect(messageFor(reminder(1), NOW).subject).toBe('Blue Bird: renew now, 1 day left');
});

test('the operator reads what to do and what sellers read, not the other way round', () => {
  const { text } = messageFor(operator('app.secret_expired'), NOW);
  expect(text).toContain('previousClientSecret');
  expect(text).toContain('Sellers read meanwhile: “We are fixing it. Our key at Amazon ran out.”');
});

test('the operator reads how long a fault lasted, and how long a secret still lives', () => {
  const over = { topic: 'operator_over', cause: 'app.draft', app: null, link: LINK } as const;
  const lasted = (lastedMs: number) => messageFor({ ...over, lastedMs }, NOW).text;
  expect(lasted(20_000)).toContain('lasted 1 minute.');
  expect(lasted(5 * 3_600_000)).toContain('lasted 5 hours.');
  expect(lasted(5 * DAY)).toContain('lasted 5 days.');
  const ends = {
    topic: 'operator_secret',
    what: 'ends',
    app: 'A',
    endsAt: NOW + 7 * DAY,
    automatic: false,
    link: LINK,
  } as const;
  expect(messageFor(ends, NOW + 2 * DAY).subject).toBe('Storekeeper: the app’s secret ends in 5 days');
});

describe('a hostile store name', () => {
  const storeName = '<img src=x onerror="alert(1)">\r\nBcc: a@b.test\u202e & \'Co\'';

  test.each<[string, OutboxPayload]>([
    ['alarm', alarm({ storeName })],
    ['reminder', { ...reminder(7), storeName }],
  ])('can neither bring its own HTML nor its own header into an %s', (_name, payload) => {
    const { subject, html, text } = messageFor(payload, NOW);
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(subject).toContain('<img src=x onerror="alert(1)"> Bcc: a@b.test & \'Co\'');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt; Bcc: a@b.test &amp; &#39;Co&#39;');
    expect(text).not.toMatch(/^Bcc:/m);
  });

  test.each<AlarmTopic>(['needs_reconnect', 'blocked', 'limited'])('cannot leave the link of %s', (topic) => {
    const { html } = messageFor(alarm({ topic, link: 'https://storekeeper.test/"><script>alert(1)</script>' }), NOW);
    expect(html).not.toContain('<script>');
  });
});

describe('the mail of the renewal day', () => {
  test('counts the stores, names them by site, and tells the common new end', () => {
    const { subject, text } = messageFor(renewalDay(3), NOW);
    expect(subject).toBe('Renewal day: 3 stores to renew');
    expect(text).toContain('a.test: Store 0, Store 2');
    expect(text).toContain('b.test: Store 1');
    expect(text).toContain('23 November 2027');
    expect(messageFor(renewalDay(1), NOW).subject).toBe('Renewal day: 1 store to renew');
  });

  test('names forty and counts the rest', () => {
    const { text } = messageFor(renewalDay(60), NOW);
    expect(text).toContain('Store 39');
    expect(text).not.toContain('Store 40');
    expect(text).toContain('and 20 more');
  });
});
