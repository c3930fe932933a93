/** The way to the marketplaces: network, clock, and each app's key. */
import type { CallContext, Connector } from '../connectors/connector.ts';
import type { App } from '../core/access.ts';
import type { Answer } from '../core/observation.ts';
import { serves } from '../stores/shop.ts';

const DEADLINE_MS = 8_000;
/** Signatures and permissions carry times. Amazon itself refuses some calls from five minutes on. */
const SKEW_MOST_MS = 60_000;
const DAY = 86_400_000;
const SOON_MS = 30 * DAY;

export type Reached = {
  connector: (marketplace: Connector['marketplace']) => Connector;
  apps: readonly App[];
  now: () => number;
};

/** Everything is asked at once: a network that is down costs one deadline. */
export async function marketplaceLines(reached: Reached): Promise<string[]> {
  const { apps } = reached;
  const [ours, ...others] = await Promise.all([ownLines(reached), ...apps.map((app) => appLines(reached, app))]);
  return [...ours, ...others.flat()];
}

function contextOf({ now }: Reached): CallContext {
  return { now, deadlineMs: DEADLINE_MS };
}

async function ownLines(reached: Reached): Promise<string[]> {
  const { answer, code, facts } = await reached.connector('amazon').askSelf(contextOf(reached));
  const network =
    answer === 'ok'
      ? 'fine   network: Amazon is reached'
      : `wrong  network: Amazon is not reached (${code ?? answer}). Check DNS, the firewall and the proxy.`;
  return [network, clockLine(facts.skewMs)];
}

function clockLine(skewMs: number | undefined): string {
  if (skewMs === undefined) return 'note   clock: it cannot be compared, because Amazon named no time';
  if (Math.abs(skewMs) <= SKEW_MOST_MS) return 'fine   clock: it agrees with Amazon';
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const side = skewMs > 0 ? 'behind' : 'ahead of';
  return `wrong  clock: this machine is ${minutes} min ${side} Amazon. Switch on time synchronisation (NTP).`;
}

/** Throttled says that the marketplace knows the app: who is not known is not counted. */
async function appLines(reached: Reached, app: App): Promise<string[]> {
  const connector = reached.connector(app.marketplace);
  const name = `app ${app.name} (${connector.label})`;
  const site = connector.sites.find((one) => serves(app, one));
  if (!site) return [`wrong  ${name}: it serves no site that is known here. Correct its region and countries.`];
  const { answer } = await connector.askApp({ app, site }, contextOf(reached));
  const key =
    answer === 'ok' || answer === 'throttled'
      ? `fine   ${name}: its key is accepted`
      : `wrong  ${name}: ${RIGHT[answer] ?? refused(answer)}`;
  return [key, ...secretLines(app, { name, now: reached.now() })];
}

const RIGHT: Partial<Record<Answer, string>> = {
  app_secret_expired:
    'its client secret has ended. Rotate it in the developer console and put the new one into STOREKEEPER_APPS_FILE.',
  clock_refused: 'Amazon refuses the time of this machine. Switch on time synchronisation (NTP).',
  no_answer: 'Amazon does not answer. Check DNS, the firewall and the proxy.',
  marketplace_error: 'Amazon has a fault of its own. Run doctor again later.',
};

function refused(answer: Answer): string {
  return `it is answered ${answer}. Compare its entry in STOREKEEPER_APPS_FILE with the developer console.`;
}

function secretLines(app: App, { name, now }: { name: string; now: number }): string[] {
  const endsAt = app.marketplace === 'amazon' ? app.secretExpiresAt : null;
  if (endsAt === null || endsAt - now > SOON_MS) return [];
  const day = new Date(endsAt).toISOString().slice(0, 10);
  if (endsAt <= now)
    return [`wrong  ${name}: secretExpiresAt in STOREKEEPER_APPS_FILE is past (${day}). Rotate the secret.`];
  return [`note   ${name}: its client secret ends on ${day}. Rotate it before.`];
}
