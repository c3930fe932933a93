/** The self-test: every part is asked once, and what is wrong comes with what to do. */
import { sql } from 'kysely';
import type { Rooms } from '../rooms.ts';
import type { Config } from '../config.ts';

const DEADLINE_MS = 8_000;

export async function selfTest(rooms: Rooms, config: Config): Promise<string[]> {
  await sql`select 1`.execute(rooms.database.db);
  const lines = [`fine   database (${rooms.database.dialect}), migrated; the secret key opens what is sealed`];
  const app = rooms.shop.app('amazon');
  if (!app) {
    const what = config.demo
      ? 'fine   demo: the emulated marketplace has its own app'
      : 'wrong  no app: write one into the file named by STOREKEEPER_APPS_FILE';
    return [...lines, what];
  }
  const context = { now: rooms.clock.now, deadlineMs: DEADLINE_MS };
  const connector = rooms.shop.connector('amazon');
  const self = await connector.askSelf(context);
  lines.push(
    self.answer === 'ok'
      ? 'fine   network: Amazon is reached'
      : 'wrong  network: Amazon is not reached. Check DNS, the firewall and the proxy.',
  );
  const { finding } = await connector.askApp(app, context);
  lines.push(
    finding.answer === 'ok'
      ? 'fine   app: its client id and secret are accepted'
      : `wrong  app: Amazon answers ${finding.answer}. Compare clientId and clientSecret with the developer console.`,
  );
  return lines;
}
