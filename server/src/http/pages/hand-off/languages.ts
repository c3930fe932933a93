/** The languages of the hand-off page, and how their texts are filled in. */
import type { HandOffLanguage } from '../../../core/hand-off.ts';
import { html, type Html, type HtmlValue } from '../html.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import { nl } from './nl.ts';
import { pl } from './pl.ts';
import { sv } from './sv.ts';
import type { HandOffWords } from './words.ts';
import { zh } from './zh.ts';

export const WORDS: Readonly<Record<HandOffLanguage, HandOffWords>> = { en, de, fr, it, es, nl, pl, sv, ja, zh };

/** The language as `lang` has it: Chinese is written in simplified characters. */
export function tagOf(language: HandOffLanguage): string {
  return language === 'zh' ? 'zh-Hans' : language;
}

/** Seller Central's own labels, in the only language in which our facts have them. */
const LABELS: Readonly<Record<string, string>> = {
  primaryUser: 'primary user',
  manageYourApps: 'Manage your apps',
  disable: 'Disable',
  confirm: 'Confirm',
};

type Filling = { words: HandOffWords; values: Readonly<Record<string, string>> };

/** As plain text: for titles and mails. */
export function fillText(text: string, { words, values }: Filling): string {
  const [open, close] = words.quotes;
  return pieces(text)
    .map(({ piece, name }) => {
      if (name === null) return piece;
      const label = LABELS[name];
      return label === undefined ? (values[name] ?? '') : `${open}${label}${close}`;
    })
    .join('');
}

/** As markup: names are bold, labels quoted and marked as English. */
export function fillHtml(text: string, { words, values }: Filling): Html[] {
  const [open, close] = words.quotes;
  return pieces(text).map(({ piece, name }): Html => {
    if (name === null) return html`${piece}`;
    const label = LABELS[name];
    if (name === 'code') return html`<b class="code">${values[name]}</b>`;
    if (label === undefined) return strong(values[name]);
    return html`<b>${open}<span lang="en">${label}</span>${close}</b>`;
  });
}

function strong(value: HtmlValue): Html {
  return html`<b>${value}</b>`;
}

/** Split first and filled afterwards, so that no name can be taken for a mark. */
function pieces(text: string): { piece: string; name: string | null }[] {
  return text
    .split(/(\{[a-zA-Z]+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => ({ piece, name: /^\{(\w+)\}$/.exec(piece)?.[1] ?? null }));
}

/** `6 December 2026`, in the reader's language; days are counted in UTC, because nobody told us the reader's zone. */
export function longDay(at: number, language: HandOffLanguage): string {
  const locale = language === 'en' ? 'en-GB' : tagOf(language);
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(at);
}
