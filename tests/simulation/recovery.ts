/** What must be so some time after all bad times are over and everybody did what was asked of them. */
import type { OpenDatabase } from '../../server/src/db/open.ts';

/** Everything that is not as it should be; nothing is fine. */
export async function notRecovered({ db }: OpenDatabase, now: number): Promise<string[]> {
  const wrong: string[] = [];
  const stores = await db
    .selectFrom('store')
    .select(['name', 'phase', 'verdict', 'cause', 'lease_until', 'next_at'])
    .execute();
  for (const { name, phase, verdict, cause, lease_until, next_at } of stores) {
    if (phase === 'closed') continue;
    if (verdict !== 'connected') wrong.push(`${name} is ${verdict}, ${cause}`);
    if (lease_until !== null && lease_until > now) wrong.push(`${name} is still leased`);
    if (next_at === null || next_at < now) wrong.push(`${name} is not looked at any more`);
  }
  const sessions = await db
    .selectFrom('connect_session')
    .select(['id', 'status', 'lease_until'])
    .where((eb) => eb.or([eb('status', 'in', ['exchanging', 'verifying']), eb('lease_until', '>', now)]))
    .execute();
  for (const { status } of sessions) wrong.push(`a connect session is still ${status}`);
  const messages = await db
    .selectFrom('outbox')
    .select(['topic', 'last_error'])
    .where((eb) => eb.or([eb('next_at', '<=', now), eb('lease_until', '>', now)]))
    .execute();
  for (const { topic, last_error } of messages) wrong.push(`a message about ${topic} still waits: ${last_error}`);
  return wrong;
}
