/** The self-test: every part is asked once, and what is wrong comes with what to do. */
import { sql } from 'kysely';
import type { CallContext } from '../connectors/connector.ts';
import type { App } from '../core/access.ts';
import type { Rooms } from '../rooms.ts';
import type { Config } from '../config.ts';
import { serves } from '../stores/shop.ts';

const DEADLINE_MS = 8_000;

export async function selfTest(rooms: Rooms, config: Config): Promise<string[]> {
  await sql`select 1`.execute(rooms.database.db);
  const lines = [`fine   database (${rooms.database.dialect}), migrated; the secret key opens what is sealed`];
  const apps = rooms.shop.apps();
  if (apps.length === 0) {
    const what = config.demo
      ? 'fine   demo: the emulated marketplace has its own apps'
      : 'wrong  no app: write one into the file named by STOREKEEPER_APPS_FILE';
    return [...lines, what];
  }
  lines.push(await networkLine(rooms));
  for (const app of apps) lines.push(await appLine(rooms, app));
  return lines;
}

function contextOf({ clock }: Rooms): CallContext {
  return { now: clock.now, deadlineMs: DEADLINE_MS };
}

async function networkLine(rooms: Rooms): Promise<string> {
  const { answer } = await rooms.shop.connector('amazon').askSelf(contextOf(rooms));
  return answer === 'ok'
    ? 'fine   network: Amazon is reached'
    : 'wrong  network: Amazon is not reached. Check DNS, the firewall and the proxy.';
}

/** Throttled says that the marketplace knows the app: who is not known is not counted. */
async function appLine(rooms: Rooms, app: App): Promise<string> {
  const connector = rooms.shop.connector(app.marketplace);
  const site = connector.sites.find((one) => serves(app, one));
  if (!site) return `wrong  app ${app.name}: it serves no site that is known here`;
  const { answer } = await connector.askApp({ app, site }, contextOf(rooms));
  if (answer === 'ok' || answer === 'throttled')
    return `fine   app ${app.name} (${connector.label}): its key is accepted`;
  return `wrong  app ${app.name} (${connector.label}): it is answered ${answer}. Compare its entry in STOREKEEPER_APPS_FILE with the developer console.`;
}
