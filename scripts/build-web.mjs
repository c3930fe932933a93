// Builds the web app once after `npm ci`, so that the first page is there as soon as the server is.
import { existsSync } from 'node:fs';

if (existsSync(new URL('../web/vite.config.ts', import.meta.url))) {
  const { build } = await import('vite');
  await build({ root: new URL('../web', import.meta.url).pathname, logLevel: 'warn' });
}
