/** The self-test: every part is asked once, and what is wrong comes with what to do. It goes on when a part fails. */
import type { Config } from '../config.ts';
import { createRegistry } from '../connectors/registry.ts';
import type { App } from '../core/access.ts';
import { differencesOf } from '../db/dialect.ts';
import type { OpenDatabase } from '../db/open.ts';
import { explain } from '../explain.ts';
import { openOutbound, type Rooms } from '../rooms.ts';
import { diskLines } from './doctor-disk.ts';
import { marketplaceLines } from './doctor-marketplaces.ts';

const MAIL_MS = 8_000;

/**
 * Lines that begin with `fine`, `note` or `wrong`. `open` opens the database as every other verb does.
 * The caller closes nothing.
 */
export async function selfTest(config: Config, open: () => Promise<Rooms>): Promise<string[]> {
  // First: opening the database may need room.
  const disk = diskLines(config);
  const opened = await openDatabase(open);
  try {
    const [outside, mail] = await Promise.all([outsideLines(config, opened.rooms), mailLine(config)]);
    return [...disk, ...opened.lines, ...outside, mail];
  } finally {
    await opened.rooms?.outbound.close();
    await opened.rooms?.database.close();
  }
}

type Opened = { rooms: Rooms | null; lines: string[] };

async function openDatabase(open: () => Promise<Rooms>): Promise<Opened> {
  try {
    const rooms = await open();
    const { dialect } = rooms.database;
    const guard = await guardProblem(rooms.database);
    const database =
      guard === null
        ? `fine   database (${dialect}): it answers, and its tables fit`
        : `wrong  database (${dialect}): ${guard}`;
    return { rooms, lines: [database, 'fine   keys: the secret key opens what is sealed'] };
  } catch (error) {
    const why =
      explain(error) ?? `Storekeeper made a mistake: ${error instanceof Error ? error.message : String(error)}`;
    const part = why.includes('STOREKEEPER_SECRET_KEY') ? 'keys' : 'database';
    return { rooms: null, lines: [`wrong  ${part}: ${why}`] };
  }
}

/** What the server checks at its start, beyond what opening does. */
async function guardProblem({ db }: OpenDatabase): Promise<string | null> {
  const { beforeMigration, checkGuard } = differencesOf(db);
  try {
    await beforeMigration(db);
    await checkGuard(db);
    return null;
  } catch (error) {
    const why = explain(error);
    if (why === null) throw error;
    return why;
  }
}

/** Without the database the apps are those of the settings. */
async function outsideLines(config: Config, rooms: Rooms | null): Promise<string[]> {
  const apps: readonly App[] = rooms?.shop.apps() ?? config.apps;
  if (config.demo && apps.length === 0) {
    return ['note   demo: it is not running, so its emulated marketplace is not asked. Start it with npm start.'];
  }
  const missing = apps.length === 0 ? ['wrong  no app: write one into the file named by STOREKEEPER_APPS_FILE'] : [];
  if (rooms !== null) {
    return [...missing, ...(await marketplaceLines({ connector: rooms.shop.connector, apps, now: rooms.clock.now }))];
  }
  const outbound = openOutbound(config);
  try {
    const { connector } = createRegistry({ outbound });
    return [...missing, ...(await marketplaceLines({ connector, apps, now: Date.now }))];
  } finally {
    await outbound.close();
  }
}

async function mailLine({ smtpUrl, mailFrom, smtpInsecure, demo }: Config): Promise<string> {
  if (smtpUrl === null) {
    return demo
      ? 'fine   mail: the demo keeps it on its mailbox page'
      : 'note   mail: none leaves. Set STOREKEEPER_SMTP_URL, or give links to people with person confirm and person reset.';
  }
  const { checkSmtp } = await import('../outbox/smtp-check.ts');
  const why = await checkSmtp({ url: smtpUrl, from: mailFrom, insecure: smtpInsecure }, MAIL_MS);
  return why === null ? 'fine   mail: the server would take mails' : `wrong  mail: ${why}`;
}
