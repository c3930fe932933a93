/** Every language says the same with the same names in it, and no name is taken for markup or for a mark. */
import { describe, expect, test } from 'vitest';
import { HAND_OFF_LANGUAGES, HAND_OFF_STATES } from '../../../core/hand-off.ts';
import type { HandOffView } from '../../../stores/hand-off-visit.ts';
import { en } from './en.ts';
import { fillHtml, fillText, WORDS } from './languages.ts';
import { handOffMessage } from './message.ts';
import { handOffPage } from './page.ts';
import type { HandOffWords } from './words.ts';

const marksOf = (text: string | readonly string[]) =>
  [
    ...new Set(
      [text]
        .flat()
        .join(' ')
        .match(/\{\w+\}/g) ?? [],
    ),
  ].toSorted();

const KEYS = Object.keys(en) as (keyof HandOffWords)[];

const A_VIEW: HandOffView = {
  state: 'made',
  language: 'en',
  storeName: 'Maple & Pine',
  site: 'amazon.ca',
  first: false,
  appName: 'Storekeeper',
  sender: 'Mira Roe',
  accountName: 'Halden & Roe',
  checkCode: '482-913',
  expiresAt: Date.UTC(2026, 11, 6),
  permissionEndsAt: Date.UTC(2027, 10, 23),
  removeFirst: true,
  ourFault: false,
  wrongStore: { expected: 'A1', got: 'A2' },
};

const pageIn = (language: HandOffView['language'], view: Partial<HandOffView> = {}) =>
  handOffPage({
    view: { ...A_VIEW, ...view },
    language,
    path: '/hand-off/t',
    url: 'https://a.test/hand-off/t',
    notice: null,
  });

describe.each(HAND_OFF_LANGUAGES)('in %s', (language) => {
  test('every sentence is there and names what the English one names', () => {
    for (const key of KEYS) {
      expect([key, [WORDS[language][key]].flat().join('')]).toEqual([key, expect.stringMatching(/\S/)]);
      expect([key, marksOf(WORDS[language][key])]).toEqual([key, marksOf(en[key])]);
    }
  });

  test('nothing is left unfilled, on the page in any state or in the message', () => {
    for (const state of HAND_OFF_STATES) {
      const page = pageIn(language, { state });
      expect([state, page]).toEqual([state, expect.not.stringMatching(/[{}]|undefined|\bnull\b/)]);
      expect(page).toContain(`<html lang="${language === 'zh' ? 'zh-Hans' : language}" dir="ltr">`);
    }
    const facts = { ...A_VIEW, language, recipient: 'Jonas', url: 'https://a.test/hand-off/t' };
    const { subject, text } = handOffMessage(facts);
    expect(`${subject} ${text}`).not.toMatch(/[{}]|undefined/);
    for (const part of ['Maple & Pine', 'amazon.ca', 'Jonas', '482-913', 'https://a.test/hand-off/t', 'primary user'])
      expect(`${subject} ${text}`).toContain(part);
  });

  test('names are text: markup and marks in them stay what they are', () => {
    const page = pageIn(language, { storeName: '<img src=x>{sender}', accountName: '"><script>' });
    expect(page).not.toMatch(/<img|"><script>/);
    expect(page).toContain('&lt;img src=x&gt;{sender}');
  });
});

test('labels of Seller Central are quoted and marked as English', () => {
  const filling = { words: WORDS.de, values: {} };
  expect(fillText('als {primaryUser}', filling)).toBe('als „primary user“');
  expect(fillHtml('{confirm}', filling).join('')).toBe('<b>„<span lang="en">Confirm</span>“</b>');
});
