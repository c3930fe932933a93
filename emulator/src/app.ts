import { createClock } from './clock.ts';
import type { Instant } from './clock.ts';
import { createControl } from './control/control.ts';
import type { Control } from './control/control.ts';
import { openAuthority } from './doors/authority.ts';
import type { Authority } from './doors/authority.ts';
import { openProxyDoor } from './doors/proxy.ts';
import type { OnPlayedRequest, ProxyDoor } from './doors/proxy.ts';
import { createFaults } from './faults/faults.ts';
import { createFront } from './front.ts';
import type { Front } from './front.ts';
import { HOSTS_PLAYED } from './hosts.ts';
import { createRequestLog } from './log/requestLog.ts';
import { keepIn, readKept } from './keeping.ts';
import { loginWithAmazon } from './lwa/part.ts';
import { marketplaceWebService } from './mws/part.ts';
import { openPlainDoor } from './plainDoor.ts';
import type { PlainDoor } from './plainDoor.ts';
import { sandbox } from './sandbox/part.ts';
import { sellerCentral } from './seller-central/part.ts';
import { sellingPartnerApi } from './spapi/part.ts';
import { simpleQueueService } from './sqs/part.ts';
import { createStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { createIssuer } from './state/issue.ts';
import { defaultWorld } from './world/default.ts';
import type { World } from './world/schema.ts';

export type EmulatorOptions = {
  /** A checked world; the default one when absent. */
  world?: World | undefined;
  /** 0, the default, takes a free port. */
  port?: number;
  /** Opens the proxy door too; 0 takes a free port. */
  proxyPort?: number | undefined;
  /** Address to listen at; loopback unless told otherwise. */
  host?: string;
  /** Where the proxy's certificate authority is kept. */
  caDir?: string;
  /** What ids and tokens are derived from; the same seed and the same calls give the same ones. */
  seed?: string;
  /** Keeps the world here across restarts; what it holds goes before `world`. */
  stateFile?: string | undefined;
  /** Shared with the program that starts it: `GET /_/proof` proves that it is this emulator. */
  proofKey?: string | undefined;
};

export type Emulator = {
  /** @throws when a port is taken or the certificate directory cannot be written. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** "http://127.0.0.1:4290", once started. */
  readonly url: string;
  /** "http://127.0.0.1:4291", once started with a `proxyPort`. */
  readonly proxyUrl: string | undefined;
  /** Path of the certificate that clients of the proxy have to trust. */
  readonly caPath: string | undefined;
};

type Inside = { front: Front; control: Control };

/** What listens, and where. */
type Listening = { plain: PlainDoor; proxy: ProxyDoor | undefined; url: string };

const PARTS = {
  lwa: loginWithAmazon,
  spapi: sellingPartnerApi,
  sandbox,
  'seller-central': sellerCentral,
  retail: sellerCentral,
  mws: marketplaceWebService,
  sqs: simpleQueueService,
};

/** The whole emulator in this process. Nothing listens before `start`. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const { proxyPort, caDir = 'data/emulator' } = options;
  const stage = openStage(options);
  let authority: Authority | undefined;
  let listening: Listening | undefined;
  const inside = {
    front: createFront(stage, PARTS, () => listening?.url ?? ''),
    control: createControl(stage, { certificate: () => authority?.certificatePem, proofKey: options.proofKey }),
  };

  return {
    async start() {
      if (proxyPort !== undefined) authority = openAuthority(caDir);
      listening = await listen(options, inside, authority);
    },
    async stop() {
      await Promise.all([listening?.plain.close(), listening?.proxy?.close()]);
    },
    get url() {
      return listening?.url ?? '';
    },
    get proxyUrl() {
      return listening?.proxy?.url;
    },
    get caPath() {
      return authority?.certificatePath;
    },
  };
}

/** The stage as it was left in `stateFile`, or a fresh one. */
function openStage({ world = defaultWorld(Date.now()), seed = 'storekeeper', stateFile }: EmulatorOptions): Stage {
  if (stateFile === undefined) return stageOf(world, startOf(world), seed);
  const kept = readKept(stateFile) ?? { world, offset: (startOf(world) ?? Date.now()) - Date.now(), run: 0 };
  const run = kept.run + 1;
  const stage = stageOf(kept.world, Date.now() + kept.offset, `${seed}/${run}`);
  stage.keep = keepIn(stateFile, stage, run);
  stage.keep();
  return stage;
}

const startOf = (world: World): Instant | undefined => (world.now === undefined ? undefined : Date.parse(world.now));

function stageOf(world: World, start: Instant | undefined, seed: string): Stage {
  const clock = createClock(start);
  return createStage({ world, clock, issue: createIssuer(seed), faults: createFaults(), log: createRequestLog() });
}

/** Both doors or none: when the second port is taken the first is given back. */
async function listen(
  { port = 0, host = '127.0.0.1', proxyPort = 0 }: EmulatorOptions,
  { front, control }: Inside,
  authority: Authority | undefined,
): Promise<Listening> {
  const plain = await openPlainDoor({ port, bind: host, front, control });
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${plain.port}`;
  if (!authority) return { plain, proxy: undefined, url };
  try {
    const onRequest: OnPlayedRequest = (req, res, name) =>
      front.handle({ host: name, target: req.url ?? '/', door: 'proxy' }, req, res);
    const proxy = await openProxyDoor({ port: proxyPort, bind: host, authority, hosts: HOSTS_PLAYED, onRequest });
    return { plain, proxy, url };
  } catch (error) {
    await plain.close();
    throw error;
  }
}
