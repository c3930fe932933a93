import type { Repair } from '../../../server/src/http/contract/connect.ts';
import { span, toMs } from '../words/dates.ts';

/** `Last look 8 s ago, next in 7 s.` Parts that nobody knows are left out. Pure. */
export function looksSentence(repair: Pick<Repair, 'last_look_at' | 'next_look_at'>, now: number): string {
  const last = repair.last_look_at === null ? null : `last look ${span(now - toMs(repair.last_look_at))} ago`;
  const next = repair.next_look_at === null ? null : `next in ${span(toMs(repair.next_look_at) - now)}`;
  const text = [last, next].filter((part) => part !== null).join(', ');
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
