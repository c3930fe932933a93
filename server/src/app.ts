/** The composition root: puts the rooms together, starts them, and stops them in the right order. */
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import type { Manners } from './outbox/manners.ts';
import type { Outbound } from './connectors/outbound.ts';
import type { OpenDatabase } from './db/open.ts';
import { createDemo, type Demo } from './demo/demo.ts';
import { createDoors, formTargetsOf } from './doors.ts';
import { createServer } from './http/server.ts';
import { createAsking } from './http/session.ts';
import type { App as WebApp, WebSettings } from './http/web.ts';
import { createLog, type AppLog } from './log.ts';
import { createDispatch } from './outbox/dispatch.ts';
import { createMailboxTransport, MailProblem, type Transport } from './outbox/transport.ts';
import { openLink } from './people/mail.ts';
import type { People } from './people/room.ts';
import type { Presence } from './presence.ts';
import { StartProblem } from './problems.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { replayTokens } from './stores/replay-tokens.ts';
import type { Shop } from './stores/shop.ts';
import { createWork, type Work } from './work/loop.ts';

/** What is under way gets this long to end. Milliseconds. */
const FINISH_MS = 10_000;
/** Between two readings of which secret of the app is used. Milliseconds. */
const READ_MS = 5_000;
const WEB_FOLDER = fileURLToPath(new URL('../../web/dist', import.meta.url));

const ONE_PROCESS =
  'The demo runs in one process. Start it without --role and STOREKEEPER_ROLE; for production name your apps in ' +
  'STOREKEEPER_APPS_FILE and set STOREKEEPER_DEMO=off.';

export type Overrides = {
  /** The machine's clock, milliseconds. */
  now?: () => number;
  log?: AppLog;
  /** Folder of the built pages; null serves the API alone. */
  webFolder?: string | null;
};

export type RunningApp = {
  start(): Promise<void>;
  /** Takes nothing new, lets what runs end, gives leases back, closes the database. Safe to call twice. */
  stop(): Promise<void>;
  url: string;
  shop: Shop;
  people: People;
  demo: Demo | null;
};

export async function createApp(config: Config, overrides: Overrides = {}): Promise<RunningApp> {
  const log = overrides.log ?? createLog({ level: config.logLevel });
  const demo = config.demo ? createDemo({ config, log }) : null;
  const rooms = await openRoomsOf(demo, { config, log, overrides });
  const { shop, people, outbound, database } = rooms;
  const state = { stopping: false };
  const doors = createDoors({ shop, demo, isStopping: () => state.stopping });
  const web =
    config.role === 'worker'
      ? null
      : await createServer(
          {
            shop,
            people,
            doors,
            demo: demo?.desk(rooms) ?? null,
            ask: createAsking({ people, publicUrl: config.publicUrl, db: database }),
            settings: settingsOf(config, shop, overrides),
          },
          log,
        );
  const transport = await transportOf(config, shop);
  const dispatch = createDispatch({ ...shop, transport, manners: mannersOf(rooms) });
  const work = config.role === 'api' ? null : createWork(shop, { dispatch, apps: rooms });
  const reading = readSecrets(rooms, work);
  let stopped: Promise<void> | null = null;
  return {
    url: config.publicUrl,
    shop,
    people,
    demo,
    async start() {
      rooms.presence?.start();
      if (web !== null) await web.listen({ host: config.host, port: config.port });
      // In the demo nobody is looked at before the emulated marketplace answers: that would be weather of our own making.
      if (demo === null) work?.start();
      else await startDemo(demo, rooms, () => (state.stopping ? undefined : work?.start()));
    },
    stop() {
      state.stopping = true;
      clearInterval(reading);
      return (stopped ??= stopAll({ web, work, transport, demo, outbound, database, log, presence: rooms.presence }));
    },
  };
}

async function startDemo(demo: Demo, rooms: Rooms, prepared: () => void): Promise<void> {
  await demo.answering();
  void demo.start(rooms).then(prepared);
}

type Opened = { config: Config; log: AppLog; overrides: Overrides };

async function openRoomsOf(demo: Demo | null, { config, log, overrides }: Opened): Promise<Rooms> {
  if (demo === null) return openRooms(config, log, overrides);
  if (config.role !== 'all') throw new StartProblem(ONE_PROCESS);
  const { apps, isReachable } = demo;
  const rooms = await openRooms(config, log, { ...overrides, apps, isReachable });
  demo.open();
  return rooms;
}

function settingsOf(config: Config, shop: Shop, { webFolder }: Overrides): WebSettings {
  return {
    publicUrl: config.publicUrl,
    formTargets: formTargetsOf(shop, config.hostsUrl),
    webFolder: webFolder === undefined ? WEB_FOLDER : webFolder,
    trustedProxies: config.trustedProxies,
    metricsToken: config.metricsToken,
    sendsMail: sendsMail(config),
  };
}

/** The demo keeps its mails on a page, where they can be read. */
function sendsMail({ smtpUrl, demo }: Config): boolean {
  return smtpUrl !== null || demo;
}

function mannersOf({ shop: { publicUrl, connector }, people }: Rooms): Manners {
  return {
    publicUrl,
    labelOf: (marketplace) => connector(marketplace).label,
    openLink: (sealed) => openLink(people, sealed),
  };
}

/** Where no watch runs: what other processes learnt of the app's secrets is read, and spooled tokens are saved. */
function readSecrets({ secrets, shop }: Rooms, work: Work | null): NodeJS.Timeout | undefined {
  if (work !== null) return undefined;
  const step = () => Promise.all([secrets.refresh(), replayTokens(shop)]);
  return setInterval(() => void step().catch(() => undefined), READ_MS).unref();
}

/** The demo keeps mails to be read on a page; without a mail server they wait, and its client is not loaded. */
async function transportOf(config: Config, shop: Shop): Promise<Transport> {
  if (config.smtpUrl !== null) {
    const { createSmtpTransport } = await import('./outbox/smtp.ts');
    return createSmtpTransport({ url: config.smtpUrl, from: config.mailFrom, insecure: config.smtpInsecure });
  }
  if (!config.demo) return noTransport;
  const mailbox = createMailboxTransport({ db: shop.db.db });
  return {
    ...mailbox,
    async send(mail) {
      await mailbox.send(mail);
      shop.live.publish({ type: 'mailbox', accountId: mail.accountId });
    },
  };
}

const noTransport: Transport = {
  send: () => Promise.reject(new MailProblem('server', 'No mail server is configured: set STOREKEEPER_SMTP_URL.')),
  close: () => undefined,
};

type Running = {
  web: WebApp | null;
  work: Work | null;
  transport: Transport;
  demo: Demo | null;
  outbound: Outbound;
  database: OpenDatabase;
  log: AppLog;
  presence: Presence | null;
};

/** First nothing new comes in, then what runs may end, then the ground is taken away. */
async function stopAll({ web, work, transport, demo, outbound, database, log, presence }: Running): Promise<void> {
  const ending = Promise.all([web?.close(), work?.stop()]);
  const inTime = await Promise.race([ending.then(() => true), pause(FINISH_MS).then(() => false)]);
  if (!inTime) log.warn({}, 'some work did not end in time; its leases run out by themselves');
  transport.close();
  await demo?.stop();
  await outbound.close();
  await presence?.stop();
  await database.close();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
