import { afterAll, beforeAll, beforeEach } from 'vitest';

import { createEmulator } from '../app.ts';
import { BLUE_BIRD, EXAMPLE, exampleWorld } from '../example.testkit.ts';
import type { WorldFile } from '../world/schema.ts';
import { openHttpBrowser } from './browser.testsuite.ts';
import type { Shown, TestBrowser } from './browser.testsuite.ts';

/** Seller Central of the MWS years, driven by real requests to a running emulator. */

export const HOST = 'sellercentral.amazon.com';
export const EUROPE = 'sellercentral-europe.amazon.com';
export const INC = '0000-1111-2222';
/** The token of the permission that the example's seller gave on 2 January 2026. */
export const TOKEN = 'amzn.mws.00000000-0000-4000-a000-000000000001';
export const OWNER = { email: 'owner@bluebird.test', password: 'demo-owner' };
export const MANAGE = '/apps/manage';
export const REGISTER = '/gp/mws/registration/register.html';

type DeveloperEntry = NonNullable<WorldFile['developers']>[number];

const developer = (fields: Partial<DeveloperEntry>): DeveloperEntry => ({
  region: 'na',
  developerName: 'StorekeeperINC',
  developerId: INC,
  accessKeyId: 'AKIAEXAMPLE',
  secretKey: 'secret',
  ...fields,
});

const OTHERS = [
  developer({ developerName: 'ParcelHelper', developerId: '4410-0927-3318', accessKeyId: 'AKIAPARCEL' }),
  developer({
    region: 'eu',
    developerName: 'StorekeeperEU',
    developerId: '0000-1111-3333',
    accessKeyId: 'AKIAEUROPE',
  }),
];

const emulator = createEmulator({ world: exampleWorld() });

/** An emulator for a test file, its world as new before every test. @returns its address, once it has started. */
export function startedForTests(): () => string {
  beforeAll(() => emulator.start());
  afterAll(() => emulator.stop());
  beforeEach(() => play());
  return () => emulator.url;
}

export async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${emulator.url}/_${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json();
}

/** The example world with three developers, the first changed as the test wants it. */
export async function play(changes: Partial<DeveloperEntry> = {}, rest: Partial<WorldFile> = {}): Promise<void> {
  await control('PUT', '/world', { ...EXAMPLE, developers: [developer(changes), ...OTHERS], ...rest });
}

export const setClock = (instant: string) => control('POST', '/clock', { set: instant });

export const act = (action: string, id = INC) => control('POST', `/grants/${BLUE_BIRD}/${id}`, { action });

/** The example seller's permission for the first developer, as the world file writes it. */
export async function grant(): Promise<Record<string, unknown> | undefined> {
  const world = (await control('GET', '/world')) as { mwsGrants: Record<string, unknown>[] };
  return world.mwsGrants.find((one) => one['sellerId'] === BLUE_BIRD && one['developerId'] === INC);
}

export async function signedIn(path: string, who = OWNER, host = HOST): Promise<{ browser: TestBrowser; page: Shown }> {
  const browser = openHttpBrowser(emulator.url);
  return { browser, page: await browser.press(await browser.open(browser.at(host, path)), 'Sign in', who) };
}

/** The words of a page as a reader sees them. */
export const words = (shown: Shown): string =>
  shown.html
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');

/** One of the identifiers that the last page of an authorization shows. */
export const identifier = (shown: Shown, name: string): string | undefined =>
  new RegExp(`<dt>${name}</dt>\\s*<dd class="m">([^<]*)</dd>`).exec(shown.html)?.[1];
