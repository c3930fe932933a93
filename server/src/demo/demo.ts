/**
 * The demo: the emulated marketplace beside the server, one movable clock for both, an account with stores in it, and one
 * of them already broken.
 */
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { AppLog } from '../log.ts';
import type { People } from '../people/room.ts';
import type { Shop } from '../stores/shop.ts';
import { follow, followOnce } from './clock-follower.ts';
import type { Control, World } from './control.ts';
import type { DemoDesk } from './desk.ts';
import { createDrillDesk } from './drill-desk.ts';
import { appsOf } from './visit.ts';
import { startEmulator, type Emulator } from './emulator.ts';
import { DEMO_PERSON } from './mark.ts';
import { restoreLostGrants } from './restore.ts';
import { seedDemo } from './seed.ts';

export type DemoRooms = { shop: Shop; people: People; clock: Clock };

export type Demo = {
  /** The apps that the emulated marketplace knows; none until it has answered. */
  apps: Shop['apps'];
  /** Starts the emulated marketplace. Only once the database is known to be the demo's. */
  open(): void;
  /** Resolves when our own child answers. @throws StartProblem when it cannot. */
  answering(): Promise<void>;
  /** False while another program may have the emulator's port: nothing is sent there then. */
  isReachable(): boolean;
  desk(rooms: DemoRooms): DemoDesk;
  /** Follows the clock and seeds. Resolves when stores can be looked at; never throws. */
  start(rooms: DemoRooms): Promise<void>;
  isSeeded(): boolean;
  stop(): Promise<void>;
};

type State = { apps: ReturnType<Shop['apps']>; seeded: boolean; stopping: boolean };

/** The emulator, which is started once the database is known to be the demo's. */
function lateEmulator({ config, log }: { config: Config; log: AppLog }) {
  let started: Emulator | null = null;
  const running = (): Emulator => {
    if (started === null) throw new Error('The demo was not opened.');
    return started;
  };
  return {
    running,
    open(): void {
      const { emulatorPort: port, emulatorProxyPort: proxyPort, dataDir } = config;
      started = startEmulator({ port, proxyPort, dataDir, log });
      // Heard by answering(); without this a failed start would end the process before its message is written.
      started.ready.catch(() => undefined);
    },
    answering: async (): Promise<void> => void (await running().ready),
    isReachable: (): boolean => started?.isOpen() ?? false,
    async stop(): Promise<void> {
      await started?.ready.catch(() => undefined);
      await started?.stop();
    },
  };
}

export function createDemo({ config, log }: { config: Config; log: AppLog }): Demo {
  const { open, running, answering, isReachable, stop } = lateEmulator({ config, log });
  const state: State = { apps: [], seeded: false, stopping: false };
  const prepared = Promise.withResolvers<void>();
  const listeners = new Set<(now: number) => void>();

  async function begin(rooms: DemoRooms): Promise<void> {
    const emulator = running();
    const control = await emulator.ready;
    const moved = (): void => listeners.forEach((listener) => listener(rooms.clock.now()));
    await followOnce(control, rooms.clock);
    state.apps = appsOf(await ownWorld(control, config.publicUrl), config.publicUrl);
    await restoreLostGrants(rooms, control);
    await seedDemo(rooms, { control, person: DEMO_PERSON });
    state.seeded = true;
    prepared.resolve();
    void follow({ control, clock: rooms.clock, moved, isStopping: () => state.stopping });
    emulator.onRestart(() => void restoreLostGrants(rooms, control));
  }

  return {
    apps: () => state.apps,
    open,
    answering,
    isReachable,
    isSeeded: () => state.seeded,
    async start(rooms) {
      await begin(rooms).catch((error: unknown) => {
        if (!state.stopping) log.error({ error: String(error) }, 'the demo could not be prepared');
      });
    },
    desk(rooms) {
      return createDrillDesk({
        rooms,
        control: running().ready,
        person: DEMO_PERSON,
        prepared: prepared.promise,
        onClock(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      });
    },
    async stop() {
      state.stopping = true;
      await stop();
    },
  };
}

/**
 * The emulator's app, told at which address this very server answers, and made the other side of its MWS developers: so
 * MWS stores can be connected by consent as well as by hand.
 */
async function ownWorld(control: Control, publicUrl: string): Promise<World> {
  const world = await control.world();
  const [app] = world.apps;
  if (app === undefined) throw new Error('The emulated marketplace knows no app.');
  const { applicationId } = app;
  const redirectUri = `${publicUrl}/connect/amazon/callback`;
  const known = app.redirectUris.includes(redirectUri) && app['revivesOldToken'] === true;
  if (!known) {
    await control.patchApp(applicationId, {
      redirectUris: [redirectUri],
      loginUri: `${publicUrl}/connect/amazon/login`,
      // So that a store heals by *Enable* alone, as sellers expect it to.
      revivesOldToken: true,
    });
  }
  for (const { developerId, ...developer } of world.developers) {
    if (developer.applicationId === undefined) await control.patchDeveloper(developerId, { applicationId });
  }
  return control.world();
}
