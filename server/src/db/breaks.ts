/** What the ladder of a break must know: what was said of it, and in which hours nothing is said. */
import { BREAK_TOPICS, type OutboxPayload } from '../core/message.ts';
import type { Told } from '../core/message-plan.ts';
import type { QuietHours } from '../core/quiet-hours.ts';
import { quietHoursFor } from '../core/message-settings.ts';
import type { Reader } from './dialect.ts';
import { readMessageSettings } from './message-settings.ts';
import { saidOf } from './outbox-count.ts';

type Store = { id: string; accountId: string; site: string };

/** Instants in milliseconds. `waits`: a message about it is on its way already. */
export type BreakHistory = { told: Told[]; waits: boolean };

export async function breakHistory(
  r: Reader,
  { store, since }: { store: Store; since: number },
): Promise<BreakHistory> {
  const topics = [...BREAK_TOPICS, 'absence_over'];
  const { said, waits } = await saidOf(r, { storeId: store.id, topics, since });
  return { told: said.flatMap(({ payload, at }) => toTold(payload, at)), waits };
}

function toTold(payload: OutboxPayload, at: number): Told[] {
  switch (payload.topic) {
    case 'still_broken':
      return payload.reader === 'contact' ? [{ at, rung: payload.rung, cause: payload.cause }] : [];
    case 'needs_reconnect':
    case 'blocked':
    case 'limited':
      return [{ at, rung: 0, cause: payload.cause }];
    case 'absence_over':
      return payload.still?.is === 'broken' ? [{ at, rung: 0, cause: payload.still.alarm.cause }] : [];
    default:
      return [];
  }
}

export async function quietHoursOf(r: Reader, { accountId, site }: Store): Promise<QuietHours> {
  return quietHoursFor(await readMessageSettings(r, { accountId }), site);
}
