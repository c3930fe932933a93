import { createClock } from './clock.ts';
import { createFaults } from './faults/faults.ts';
import { createRequestLog } from './log/requestLog.ts';
import type { Part, Stage } from './stage.ts';
import { createStage } from './stage.ts';
import { createIssuer } from './state/issue.ts';
import type { WireAnswer, WireRequest } from './wire.ts';
import { loadWorld } from './world/load.ts';
import type { World, WorldFile } from './world/schema.ts';

export const NOW = Date.parse('2026-11-23T12:00:00Z');
export const BLUE_BIRD = 'A3FHEXAMPLEYWS';
export const STUDIO_KITE = 'A3STUDIOKITENL';
export const APP = 'amzn1.sellerapps.app.x';
export const OTHER_APP = 'amzn1.sellerapps.app.other';
export const REFRESH_TOKEN = 'Atzr|BlueBird';
export const US = 'ATVPDKIKX0DER';
export const CANADA = 'A2EUQ1WTGCTBG2';

/** One app with two secrets, another app, an American seller who allowed the first, a Dutch one who allowed none. */
export const EXAMPLE: WorldFile = {
  now: '2026-11-23T12:00:00Z',
  apps: [
    {
      applicationId: APP,
      name: 'Storekeeper',
      clientId: 'amzn1.application-oa2-client.x',
      clientSecrets: [
        { secret: 'amzn1.oa2-cs.v1.old', expiresAt: '2026-11-30T12:00:00Z' },
        { secret: 'amzn1.oa2-cs.v1.new', expiresAt: '2027-05-29T12:00:00Z' },
      ],
      redirectUris: ['http://127.0.0.1:4280/connect/amazon/callback', 'http://127.0.0.1:4280/other'],
      loginUri: 'http://127.0.0.1:4280/connect/amazon/login',
    },
    {
      applicationId: OTHER_APP,
      name: 'Other',
      clientId: 'amzn1.application-oa2-client.other',
      clientSecrets: [{ secret: 'amzn1.oa2-cs.v1.other' }],
      redirectUris: ['http://127.0.0.1:9/callback'],
    },
  ],
  developers: [
    {
      region: 'na',
      developerName: 'StorekeeperINC',
      developerId: '0000-1111-2222',
      accessKeyId: 'AKIAEXAMPLE',
      secretKey: 'secret',
    },
  ],
  sellers: [
    {
      sellerId: BLUE_BIRD,
      region: 'na',
      storeName: 'Blue Bird',
      users: [
        { email: 'owner@bluebird.test', password: 'demo-owner', primary: true },
        { email: 'helper@bluebird.test', password: 'demo-helper' },
      ],
      sites: [{ marketplaceId: US }, { marketplaceId: CANADA }],
    },
    {
      sellerId: STUDIO_KITE,
      region: 'eu',
      storeName: 'Studio Kite',
      users: [{ email: 'owner@studiokite.test', password: 'demo-owner', primary: true }],
      sites: [{ marketplaceId: 'A1805IZSGTT6HS' }],
    },
  ],
  grants: [
    {
      sellerId: BLUE_BIRD,
      applicationId: APP,
      authorizedAt: '2026-01-02T00:00:00Z',
      refreshTokens: [REFRESH_TOKEN, 'Atzr|BlueBirdByHand'],
    },
  ],
  mwsGrants: [
    {
      sellerId: BLUE_BIRD,
      developerId: '0000-1111-2222',
      authToken: 'amzn.mws.00000000-0000-4000-a000-000000000001',
      authorizedAt: '2026-01-02T00:00:00Z',
    },
  ],
};

export function exampleWorld(changes: WorldFile = {}): World {
  const loaded = loadWorld({ ...EXAMPLE, ...changes });
  if ('complaints' in loaded) throw new Error(JSON.stringify(loaded.complaints));
  return loaded.world;
}

/** A stage whose clock stands still until it is moved. */
export function exampleStage(changes: WorldFile = {}): Stage {
  return createStage({
    world: exampleWorld(changes),
    clock: createClock(NOW, () => 0),
    issue: createIssuer('test'),
    faults: createFaults(),
    log: createRequestLog(),
  });
}

export type Ask = { method?: string; target: string; headers?: Record<string, string>; body?: string };

/** What a part answers to one request at a host, no fault in force. */
export async function ask(stage: Stage, part: Part, { host, ...rest }: Ask & { host: string }): Promise<Heard> {
  const [path = '/', query = ''] = rest.target.split('?', 2);
  const request: WireRequest = {
    host,
    method: rest.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: rest.headers ?? {},
    body: Buffer.from(rest.body ?? ''),
    door: 'plain',
    plainOrigin: 'http://127.0.0.1:4290',
  };
  const answer = await part.answer(stage, request, () => undefined);
  const body = String(answer.body);
  return { ...answer, json: body === '' ? undefined : JSON.parse(body) };
}

export type Heard = WireAnswer & { json: unknown };
