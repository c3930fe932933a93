/**
 * The entry. Compiled code is kept between starts, which must be said before anything else is loaded: it halves the start
 * and saves the memory of the tool that strips types (docs/decisions/0004).
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/storekeeper', import.meta.url)));
const { run } = await import('./start.ts');
await run();
