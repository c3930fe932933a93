/** The emulated marketplace's control API, as the demo uses it. */
import { request } from 'undici';
import { z } from 'zod';

const Instant = z.iso.datetime({ offset: true });

const WorldApp = z.looseObject({
  applicationId: z.string(),
  name: z.string(),
  clientId: z.string(),
  clientSecrets: z.array(z.object({ secret: z.string(), expiresAt: Instant.optional() })),
  redirectUris: z.array(z.string()),
  loginUri: z.string().optional(),
});
const WorldSeller = z.looseObject({
  sellerId: z.string(),
  region: z.enum(['na', 'eu', 'fe']),
  storeName: z.string(),
  status: z.string(),
  users: z.array(z.looseObject({ email: z.string(), primary: z.boolean() })),
  sites: z.array(z.object({ marketplaceId: z.string(), participating: z.boolean(), suspendedListings: z.boolean() })),
});
const WorldGrant = z.looseObject({
  sellerId: z.string(),
  applicationId: z.string(),
  authorizedAt: Instant,
  enabled: z.boolean(),
  refreshTokens: z.array(z.string()),
  retiredTokens: z.array(z.string()),
});
/** China's MWS is of no use to us: none of our sites is there. */
const WorldDeveloper = z.looseObject({
  region: z.enum(['na', 'eu', 'fe', 'cn']),
  developerName: z.string(),
  developerId: z.string(),
  accessKeyId: z.string(),
  secretKey: z.string(),
  applicationId: z.string().optional(),
});
const WorldMwsGrant = z.looseObject({
  sellerId: z.string(),
  developerId: z.string(),
  authToken: z.string(),
  authorizedAt: Instant,
  enabled: z.boolean(),
});
const World = z.looseObject({
  apps: z.array(WorldApp),
  sellers: z.array(WorldSeller),
  grants: z.array(WorldGrant),
  developers: z.array(WorldDeveloper),
  mwsGrants: z.array(WorldMwsGrant),
});
const ActAnswer = z.looseObject({ authToken: z.string().optional() });
const ClockBody = z.object({ now: Instant, version: z.number() });
const LogBody = z.object({
  data: z.array(z.looseObject({ id: z.number(), host: z.string(), sellerId: z.string().nullish() })),
  next: z.number(),
});

export type World = z.infer<typeof World>;
export type WorldGrant = z.infer<typeof WorldGrant>;
export type WorldSeller = z.infer<typeof WorldSeller>;
export type WorldDeveloper = z.infer<typeof WorldDeveloper>;
export type WorldMwsGrant = z.infer<typeof WorldMwsGrant>;
export type WorldApp = z.infer<typeof WorldApp>;

/** A fault as `POST /_/faults` takes it. */
export type FaultOrder = {
  match: { host?: string; operation?: string; sellerId?: string };
  /** `mws` is one of MWS's own refusals by its name. */
  answer: { kind: string } | { mws: string };
  until?: string;
};

export type Control = {
  /** HMAC-SHA-256 of the nonce under the key that the emulator was started with, in hex. */
  proof(nonce: string): Promise<string>;
  /** `http://127.0.0.1:4290` */
  origin: string;
  world(): Promise<World>;
  replaceWorld(world: World): Promise<void>;
  clock(waitFor?: number): Promise<{ now: number; version: number }>;
  moveClock(move: { advance: string } | { set: string }): Promise<void>;
  patchSeller(sellerId: string, patch: Record<string, unknown>): Promise<void>;
  patchApp(applicationId: string, patch: Record<string, unknown>): Promise<void>;
  patchDeveloper(developerId: string, patch: Record<string, unknown>): Promise<void>;
  /** What GetServiceStatus says of one section at one host. */
  setService(service: { host: string; section: string; status: string }): Promise<void>;
  /** `applicationId` may be a developer's ID; then the answer has the token that is good now. */
  actOnGrant(
    which: { sellerId: string; applicationId: string },
    act: Record<string, unknown>,
  ): Promise<{ authToken?: string | undefined }>;
  addFault(order: FaultOrder): Promise<string>;
  /** Gone already counts as removed. */
  removeFault(id: string): Promise<void>;
  log(since: number): Promise<z.infer<typeof LogBody>>;
};

/** Longer than the clock's long poll. Milliseconds. */
const TIMEOUT_MS = 40_000;

/** `isOpen`: false while another program may be what answers at `origin`; every call then throws and sends nothing. */
export function createControl(origin: string, isOpen: () => boolean = () => true): Control {
  const call = caller(origin, isOpen);
  const post = (path: string, body: unknown) => call({ method: 'POST', path, body });
  const patch = (path: string, body: unknown) => call({ method: 'PATCH', path, body });
  return {
    origin,
    proof: async (nonce) =>
      z.object({ proof: z.string() }).parse(await call({ method: 'GET', path: `/proof?nonce=${nonce}` })).proof,
    world: async () => World.parse(await call({ method: 'GET', path: '/world' })),
    replaceWorld: async (world) => void (await call({ method: 'PUT', path: '/world', body: world })),
    async clock(waitFor) {
      const wait = waitFor === undefined ? '' : `?wait=${waitFor}`;
      const { now, version } = ClockBody.parse(await call({ method: 'GET', path: `/clock${wait}` }));
      return { now: Date.parse(now), version };
    },
    moveClock: async (move) => void (await post('/clock', move)),
    patchSeller: async (id, changes) => void (await patch(`/sellers/${encodeURIComponent(id)}`, changes)),
    patchApp: async (id, changes) => void (await patch(`/apps/${encodeURIComponent(id)}`, changes)),
    patchDeveloper: async (id, changes) => void (await patch(`/developers/${encodeURIComponent(id)}`, changes)),
    setService: async (service) => void (await patch('/services', service)),
    actOnGrant: async ({ sellerId, applicationId }, act) =>
      ActAnswer.parse(await post(`/grants/${encodeURIComponent(sellerId)}/${encodeURIComponent(applicationId)}`, act)),
    addFault: async (order) => z.object({ id: z.string() }).parse(await post('/faults', order)).id,
    removeFault: async (id) =>
      void (await call({ method: 'DELETE', path: `/faults/${encodeURIComponent(id)}`, goneIsFine: true })),
    log: async (since) => LogBody.parse(await call({ method: 'GET', path: `/log?since=${since}` })),
  };
}

type Call = { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string; body?: unknown; goneIsFine?: boolean };

function caller(origin: string, isOpen: () => boolean): (call: Call) => Promise<unknown> {
  return async ({ method, path, body, goneIsFine }) => {
    if (!isOpen()) throw new Error('The emulated marketplace is not running.');
    const answer = await request(`${origin}/_${path}`, {
      method,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    const gone = goneIsFine === true && answer.statusCode === 404;
    if (answer.statusCode >= 400 && !gone) {
      throw new Error(`The emulator refused ${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`);
    }
    return text === '' || gone ? undefined : JSON.parse(text);
  };
}
