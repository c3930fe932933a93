/**
 * The apps file while the server runs: read anew when it was changed. A file with a mistake changes nothing: what stood in
 * it before goes on, and the mistake is told.
 */
import { statSync } from 'node:fs';
import type { App } from '../core/access.ts';
import { readApps } from './apps.ts';
import { createFields, type ConfigProblem } from './fields.ts';

/** How often the file's time is looked at. Machine time, milliseconds. */
const LOOK_MS = 2_000;

export type AppsFile = {
  apps: () => readonly App[];
  /** What is wrong with the file as it stands now, one line each, and since which change; null when nothing is. */
  problem: () => { lines: string[]; changedAt: number } | null;
};

/** `path` is absolute; null: no file was named, and `apps` stay as they are. */
export function createAppsFile({ path, apps }: { path: string | null; apps: readonly App[] }): AppsFile {
  const state = { apps, changedAt: changeOf(path), lookedAt: Date.now(), lines: [] as string[] };

  function look(): void {
    if (path === null || Date.now() - state.lookedAt < LOOK_MS) return;
    state.lookedAt = Date.now();
    const changedAt = changeOf(path);
    if (changedAt === state.changedAt) return;
    state.changedAt = changedAt;
    const problems: ConfigProblem[] = [];
    const read = readApps(createFields({ STOREKEEPER_APPS_FILE: path }, problems), '/');
    state.lines = problems.map(({ wrong, right }) => `${wrong} Right: ${right}`);
    if (problems.length === 0) state.apps = read;
  }

  return {
    apps() {
      look();
      return state.apps;
    },
    problem() {
      look();
      return state.lines.length === 0 ? null : { lines: state.lines, changedAt: state.changedAt };
    },
  };
}

/** When the file was changed last, milliseconds; 0 while it cannot be read. */
function changeOf(path: string | null): number {
  if (path === null) return 0;
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
