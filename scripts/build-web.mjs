// After `npm ci`: builds the web app, and has the server's code compiled and kept, so that the first start is as quick and
// as small as every other (docs/decisions/0004).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (existsSync(new URL('../web/vite.config.ts', import.meta.url))) {
  const { build } = await import('vite');
  await build({ root: new URL('../web', import.meta.url).pathname, logLevel: 'warn' });
}

const entry = fileURLToPath(new URL('../server/src/main.ts', import.meta.url));
// Loads everything and says how it is used. Without it the first start is slower, and nothing else.
if (existsSync(entry)) spawnSync(process.execPath, [entry, '--help'], { stdio: 'ignore' });
