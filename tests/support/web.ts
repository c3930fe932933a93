/** The HTTP shell on a fresh database, for tests: requests are injected, no port is opened, no marketplace is reached. */
import { createHash, randomBytes } from 'node:crypto';
import { createOutbound } from '../../server/src/connectors/outbound.ts';
import { createRegistry } from '../../server/src/connectors/registry.ts';
import type { AmazonApp, App as AnyApp } from '../../server/src/core/access.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { parseKey } from '../../server/src/db/keys.ts';
import type { TestDatabase } from '../../server/src/db/testing.ts';
import { openVault } from '../../server/src/db/vault.ts';
import { createDoors } from '../../server/src/doors.ts';
import { createLog } from '../../server/src/log.ts';
import { contactOf } from '../../server/src/people/accounts.ts';
import type { PersonPayload } from '../../server/src/core/message.ts';
import { createApiKey } from '../../server/src/people/api-keys.ts';
import { createCookieSecrets } from '../../server/src/people/cookies.ts';
import { openLink } from '../../server/src/people/mail.ts';
import { openPeople, type People } from '../../server/src/people/room.ts';
import { Crowd } from '../../server/src/stores/crowd.ts';
import { createLive } from '../../server/src/stores/live.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { memoryJournal } from '../../server/src/stores/token-journal.ts';
import { createServer } from '../../server/src/http/server.ts';
import { createAsking } from '../../server/src/http/session.ts';
import type { App, Web, WebSettings } from '../../server/src/http/web.ts';
import type { Market } from './market.ts';

export const PUBLIC_URL = 'http://127.0.0.1:4280';
export const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };

export type Signed = { cookie: string; accountId: string; personId: string; email: string };

export type TestWeb = {
  app: App;
  web: Web;
  shop: Shop;
  people: People;
  /** Every line that was logged. */
  log: () => string;
  /** Signs a new person up; their account is named after them. */
  signUp: (name: string) => Promise<Signed>;
  apiKey: (accountId: string) => Promise<string>;
  close: () => Promise<void>;
};

export const theApp: AmazonApp = {
  marketplace: 'amazon',
  applicationId: 'amzn1.sellerapps.app.x',
  name: 'Storekeeper',
  clientId: 'amzn1.application-oa2-client.x',
  clientSecret: new Secret('amzn1.oa2-cs.v1.x'),
  previousClientSecret: null,
  secretExpiresAt: null,
  redirectUri: `${PUBLIC_URL}/connect/amazon/callback`,
  loginUri: `${PUBLIC_URL}/connect/amazon/login`,
  draft: false,
  control: null,
};

/** Where a marketplace answers, and what we are there; or a whole market, whose shop serves then. Without both nobody answers. */
export type Surroundings = {
  hostsUrl?: string;
  apps?: readonly AnyApp[];
  now?: () => number;
  /** The pages and the API have that market's shop: its database, its marketplace and its clock. */
  market?: Market;
} & Partial<Pick<WebSettings, 'publicUrl' | 'trustedProxies' | 'metricsToken' | 'patience'>>;

export async function openWeb(database: TestDatabase, around: Surroundings = {}): Promise<TestWeb> {
  const { market } = around;
  const lines: string[] = [];
  const log = createLog({ level: 'info', stream: { write: (line) => void lines.push(line) } });
  const key = parseKey(randomBytes(32).toString('base64'));
  const vault = market ? market.shop.vault : openVault({ keys: [key] });
  if (!market) await checkKeys({ db: database.db, vault });
  // Port 9 discards: whoever asks a marketplace here hears nothing, at once.
  const hostsUrl = around.hostsUrl ?? 'http://127.0.0.1:9/{host}';
  const outbound = createOutbound({ hostsUrl, userAgent: 'Tests/1.0' });
  const cookieSecret = new Secret(randomBytes(32).toString('base64'));
  const people = openPeople({
    db: database.db,
    dialect: database.dialect,
    publicUrl: PUBLIC_URL,
    cookies: createCookieSecrets({ signs: cookieSecret, accepted: [cookieSecret] }),
    ...(market ? { productNow: market.shop.now } : {}),
    warn: () => undefined,
    passwords: QUICK_PASSWORDS,
  });
  const shop = market ? { ...market.shop, log } : shopOf({ database, vault, people, outbound, log }, around);
  const web: Web = {
    shop,
    people,
    doors: createDoors({ shop, demo: null, isStopping: () => false }),
    demo: null,
    ask: createAsking({ people, publicUrl: PUBLIC_URL, db: database }),
    settings: settingsOf(around),
  };
  const app = await createServer(web, log);
  return {
    app,
    web,
    shop,
    people,
    log: () => lines.join(''),
    signUp: (name) => signUp(app, people, name),
    apiKey: async (accountId) => (await createApiKey(people, { accountId, name: 'test' })).key.reveal(),
    async close() {
      await app.close();
      await outbound.close();
    },
  };
}

function settingsOf({ publicUrl, trustedProxies, metricsToken, patience }: Surroundings): WebSettings {
  return {
    publicUrl: publicUrl ?? PUBLIC_URL,
    formTargets: ['http://127.0.0.1:9'],
    webFolder: null,
    sendsMail: true,
    trustedProxies: trustedProxies ?? [],
    metricsToken: metricsToken ?? null,
    ...(patience === undefined ? {} : { patience }),
  };
}

type Parts = {
  database: TestDatabase;
  vault: Shop['vault'];
  people: People;
  outbound: ReturnType<typeof createOutbound>;
  log: Shop['log'];
};

function shopOf({ database, vault, people, outbound, log }: Parts, around: Surroundings): Shop {
  const now = around.now ?? Date.now;
  return {
    db: database,
    vault,
    now,
    connector: createRegistry({ outbound }).connector,
    apps: () => around.apps ?? [theApp],
    live: createLive(),
    log,
    owner: 'test',
    publicUrl: PUBLIC_URL,
    contactOf: (accountId) => contactOf(people, accountId),
    settings: { probeIntervalMs: 3_600_000, operatorEmail: null },
    crowd: new Crowd({ db: database, now }),
    journal: memoryJournal(),
    tokens: new Map(),
  };
}

export const PASSWORD = 'correct horse battery';

const quickly = (password: string) => createHash('sha256').update(password).digest('hex');
/** Nobody guesses here. The journeys in a browser sign in by the real one. */
const QUICK_PASSWORDS = {
  hash: async (password: string) => quickly(password),
  verify: async ({ hash, password }: { hash: string; password: string }) => hash === quickly(password),
};

async function signUp(app: App, people: People, name: string): Promise<Signed> {
  const email = `${name.toLowerCase()}-${randomBytes(3).toString('hex')}@example.test`;
  await post(app, 'sign-up/email', { name, email, password: PASSWORD });
  const { token } = await mailedLink(people, email);
  const cookie = cookieOf(await post(app, 'confirm', { token, password: PASSWORD }));
  // Tests count mails about stores: this one has done its work.
  await people.db.deleteFrom('outbox').where('recipient', '=', email).execute();
  const me = await app.inject({ method: 'GET', url: '/app/me', headers: { cookie } });
  const { person, account } = me.json<{ person: { id: string }; account: { id: string } }>();
  return { cookie, email, personId: person.id, accountId: account.id };
}

/** One of the doors under `/api/auth`, from our own pages; with `cookie` as that person. */
export function post(app: App, door: string, { cookie, ...payload }: Record<string, unknown> & { cookie?: string }) {
  const headers = { ...SAME_ORIGIN, ...(cookie === undefined ? {} : { cookie }) };
  return app.inject({ method: 'POST', url: `/api/auth/${door}`, headers, payload });
}

/** The one-time link of the newest mail to this address, as its reader would see it. */
export async function mailedLink(people: People, email: string): Promise<{ url: string; token: string }> {
  const mails = await mailsTo(people, email);
  const link = mails.at(-1)?.link;
  if (link === undefined) throw new Error(`No mail with a link was queued for ${email}`);
  const url = 'sealed' in link ? await openLink(people, link.sealed) : link.href;
  return { url, token: url.split('#')[1] ?? '' };
}

/** The mails about signing in that were queued for this address, oldest first. */
export async function mailsTo(people: People, email: string): Promise<PersonPayload[]> {
  const rows = await people.db
    .selectFrom('outbox')
    .select('payload')
    .where('recipient', '=', email)
    .where('topic', '=', 'person')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(({ payload }) => JSON.parse(payload) as PersonPayload);
}

/** The cookies that an answer sets, as a browser would send them back. */
export function cookieOf(answer: { cookies: { name: string; value: string }[] }): string {
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

/** Opens an address of ours as a browser does: where it is sent on to a page of ours, that page. */
export async function followed(app: App, url: string, headers: Record<string, string> = {}): Promise<Followed> {
  const answer = await app.inject({ url, headers });
  const to = answer.headers.location;
  return to?.startsWith('/') === true ? followed(app, to, headers) : answer;
}

type Followed = Awaited<ReturnType<App['inject']>>;
