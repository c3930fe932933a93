/** The watch over the operator's own apps: their settings, their secrets, and what is to be told of their faults. */
import { endFaults } from './app-over.ts';
import { tryNewSecrets } from './app-canary.ts';
import { pageOf, queue, tellOfIncidents } from './app-incidents.ts';
import { rotateByThemselves } from './app-rotation.ts';
import { watchRunway } from './app-runway.ts';
import type { AppSecrets } from './app-secrets.ts';
import type { Shop } from './shop.ts';

export type AppWatch = {
  shop: Shop;
  secrets?: AppSecrets;
  /** The apps file, where one was named: what is wrong with it now. */
  appsFile?: { problem: () => { lines: string[]; changedAt: number } | null };
};

/** Between two looks at what is to be told, at the secrets, and at what may be over. Machine time, milliseconds. */
const TELL_MS = 1_000;
const SECRETS_MS = 2_000;
const ASK_MS = 30_000;

/** A step of the watch. Two processes that run it at once do no harm. */
export function watchApps(watch: AppWatch): () => Promise<number> {
  const steps = [
    every(SECRETS_MS, () => watchSecrets(watch)),
    every(SECRETS_MS, () => tellOfFile(watch)),
    every(ASK_MS, () => endFaults(watch.shop)),
    every(TELL_MS, () => tellOfIncidents(watch.shop)),
  ];
  return async () => {
    for (const step of steps) await step();
    return 0;
  };
}

/** The step, once in `ms` of machine time; in between it does nothing. */
export function every(ms: number, step: () => Promise<number>): () => Promise<number> {
  let last = -Infinity;
  return async () => {
    if (performance.now() - last < ms) return 0;
    last = performance.now();
    return step();
  };
}

/** Reads them anew, tries what is new, and warns of what ends. */
export async function watchSecrets({ shop, secrets }: Pick<AppWatch, 'shop' | 'secrets'>): Promise<number> {
  if (!secrets) return 0;
  await secrets.refresh();
  if (await tryNewSecrets(shop, secrets)) await secrets.refresh();
  await watchRunway(shop, secrets);
  await rotateByThemselves(shop);
  return 0;
}

/** A changed apps file with a mistake: one mail for each change. */
async function tellOfFile({ shop, appsFile }: AppWatch): Promise<number> {
  const problem = appsFile?.problem();
  if (!problem) return 0;
  const detail = problem.lines.join(' ');
  const payload = { topic: 'operator_note', what: 'apps_file', detail, app: null, link: pageOf(shop) } as const;
  const dedupeKey = `apps_file:${problem.changedAt}`;
  await shop.db.transaction((tx) => queue(shop, { tx, dedupeKey, payload, now: shop.now() }));
  return 1;
}
