import type { Mail } from '../../../server/src/http/contract/app.ts';

/** The first words of a letter, without its greeting and without its subject said again. Pure. */
export function preview(mail: Pick<Mail, 'subject' | 'text'>): string {
  const lines = mail.text.split('\n').map((line) => line.trim());
  const greeting = /^(hello|hi|dear)\b/i;
  return lines.find((line) => line !== '' && line !== mail.subject && !greeting.test(line)) ?? '';
}
