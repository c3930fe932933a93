/** The look of a mail: one column, inline styles (mail clients know nothing else), everything escaped. Text twin beside it. */
import type { Message } from '../core/message.ts';

export type Letter = {
  subject: string;
  /** What happened, then what it means. */
  paragraphs: readonly string[];
  box: { title: string; text: string };
  button: { label: string; href: string };
  small: readonly string[];
  /** Lists of stores, between what happened and what to do. */
  sections?: readonly Section[];
};

/** `more`: a last line for what is not named. */
export type Section = { title: string; items: readonly Item[]; more: string | null };

/** One store in a list: what is said of it, and the link to its own page. */
export type Item = { title: string; lines: readonly string[]; link: { label: string; href: string } };

/** Values of the product's light theme (look of the product: web/src/theme). Mail clients take no variables. */
const INK = '#141a21';
const INK_2 = '#464e58';
const INK_3 = '#5d6671';
const LINE = '#d8dde2';
const PAGE = '#f9fafc';
const COBALT = '#2852b6';
const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Inter,Roboto,'Helvetica Neue',Arial,sans-serif";

export function layOut(letter: Letter): Message {
  return { subject: letter.subject, text: asText(letter), html: asHtml(letter) };
}

function asText({ subject, paragraphs, sections = [], box, button, small }: Letter): string {
  const parts = [
    subject,
    ...paragraphs,
    ...sections.flatMap(sectionText),
    `${box.title}\n${box.text}`,
    `${button.label}:\n${button.href}`,
    ...small,
    'Storekeeper',
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionText({ title, items, more }: Section): string[] {
  const each = items.map((item) => [item.title, ...item.lines, `${item.link.label}:`, item.link.href].join('\n'));
  return [title, ...each, ...(more === null ? [] : [more])];
}

function sectionHtml({ title, items, more }: Section): string {
  const each = items.map((item) => {
    const lines = item.lines.map((line) => `<br>${escapeHtml(line)}`).join('');
    const link = `<a href="${escapeHtml(item.link.href)}" style="color:${COBALT}">${escapeHtml(item.link.label)}</a>`;
    return `<p style="margin:0 0 12px;padding:0 0 12px;border-bottom:1px solid ${LINE};font-size:14px;line-height:21px;color:${INK};overflow-wrap:anywhere"><b style="font-weight:600">${escapeHtml(item.title)}</b>${lines}<br>${link}</p>`;
  });
  const heading = `<h2 style="margin:8px 0 12px;font-size:15px;line-height:22px;font-weight:600;color:${INK}">${escapeHtml(title)}</h2>`;
  const rest = more === null ? [] : [paragraph(more, `font-size:14px;line-height:21px;color:${INK_2}`)];
  return [heading, ...each, ...rest].join('\n');
}

function asHtml({ subject, paragraphs, sections = [], box, button, small }: Letter): string {
  const lines = paragraphs.map((text) => paragraph(text, `font-size:16px;line-height:24px;color:${INK}`));
  const notes = small.map((text) => paragraph(text, `font-size:13px;line-height:19px;color:${INK_3}`));
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:0;background:${PAGE};font-family:${FONT};font-variant-numeric:tabular-nums">
<div style="max-width:560px;margin:0 auto;padding:32px 16px">
<p style="margin:0 0 16px;font-size:13px;line-height:19px;font-weight:600;color:${INK_2}">Storekeeper</p>
<div style="background:#ffffff;border:1px solid ${LINE};border-radius:10px;padding:24px">
<h1 style="margin:0 0 16px;font-size:18px;line-height:25px;font-weight:600;color:${INK};overflow-wrap:anywhere">${escapeHtml(subject)}</h1>
${[...lines, ...sections.map(sectionHtml)].join('\n')}
<div style="margin:0 0 20px;border:1px solid ${LINE};border-radius:10px;padding:14px 16px;font-size:14px;line-height:21px;color:${INK}"><b style="font-weight:600">${escapeHtml(box.title)}</b><br>${escapeHtml(box.text)}</div>
<p style="margin:0 0 20px"><a href="${escapeHtml(button.href)}" style="display:inline-block;background:${COBALT};color:#ffffff;text-decoration:none;font-size:15px;line-height:20px;font-weight:500;padding:12px 20px;border-radius:6px">${escapeHtml(button.label)}</a></p>
${notes.join('\n')}
</div>
</div>
</body>
</html>
`;
}

function paragraph(text: string, style: string): string {
  return `<p style="margin:0 0 14px;${style}">${escapeHtml(text)}</p>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For element content and quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/**
 * A name that somebody typed, on one line: no control characters and none that turn the direction of writing, so that it
 * can neither start a header of its own nor change what the words around it seem to say.
 */
export function oneLine(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** The longest subject: what is longer is cut off by the lists that people read mails in. */
const SUBJECT_MOST = 80;

/** "Blue Bird: access was switched off"; a name that would make it too long is shortened, what happened never is. */
export function subjectFor(storeName: string, said: string): string {
  const room = SUBJECT_MOST - said.length - 2;
  const letters = [...oneLine(storeName)];
  const whole = letters.join('');
  const name = whole.length <= room ? whole : `${shortened(letters, room - 1)}…`;
  return `${name}: ${said}`;
}

/** Whole characters only, so that no half of one is left at the end. */
function shortened(letters: readonly string[], room: number): string {
  let text = '';
  for (const letter of letters) {
    if (text.length + letter.length > room) break;
    text += letter;
  }
  return text.trimEnd();
}
