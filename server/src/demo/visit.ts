/** The emulated marketplace's apps as ours, and a short visit to a running demo. */
import type { Config } from '../config.ts';
import type { AmazonApp, App, MwsApp } from '../core/access.ts';
import { Secret } from '../core/secret.ts';
import type { Shop } from '../stores/shop.ts';
import { createControl, type World, type WorldDeveloper } from './control.ts';
import { isOurEmulator } from './proof.ts';

export function appsOf(world: World, publicUrl: string): App[] {
  const amazon = amazonApp(world, publicUrl);
  return [amazon, ...world.developers.flatMap((developer) => mwsApp(developer, amazon) ?? [])];
}

function mwsApp(developer: WorldDeveloper, amazon: AmazonApp): MwsApp | null {
  const { region } = developer;
  if (region === 'cn') return null;
  const { applicationId, redirectUri, draft } = amazon;
  return {
    marketplace: 'amazon-mws',
    applicationId: developer.developerId,
    name: developer.developerName,
    region,
    countries: null,
    accessKeyId: developer.accessKeyId,
    secretKey: new Secret(developer.secretKey),
    hybrid: developer.applicationId === applicationId ? { applicationId, redirectUri, draft } : null,
    control: null,
  };
}

function amazonApp(world: World, publicUrl: string): AmazonApp {
  const [app] = world.apps;
  const [current, previous] = app?.clientSecrets ?? [];
  if (app === undefined || current === undefined) throw new Error('The emulated marketplace knows no app.');
  return {
    marketplace: 'amazon',
    applicationId: app.applicationId,
    name: app.name,
    clientId: app.clientId,
    clientSecret: new Secret(current.secret),
    previousClientSecret: previous === undefined ? null : new Secret(previous.secret),
    secretExpiresAt: current.expiresAt === undefined ? null : Date.parse(current.expiresAt),
    redirectUri: `${publicUrl}/connect/amazon/callback`,
    loginUri: `${publicUrl}/connect/amazon/login`,
    draft: false,
    control: null,
  };
}

/**
 * The running demo as a short tool meets it: its app and how far its clock is ahead. Null when it does not run, or when what
 * answers on its port is not the emulator that our server started.
 */
export async function visitDemo(config: Config): Promise<{ apps: Shop['apps']; aheadMs: number } | null> {
  const control = createControl(`http://127.0.0.1:${config.emulatorPort}`);
  if (!(await isOurEmulator(control, config.dataDir))) return null;
  try {
    const [{ now }, world] = await Promise.all([control.clock(), control.world()]);
    const apps = appsOf(world, config.publicUrl);
    return { apps: () => apps, aheadMs: now - Date.now() };
  } catch {
    return null;
  }
}
