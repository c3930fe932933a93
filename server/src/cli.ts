/**
 * The command line: `npm run storekeeper -- <verb>`. Answers on standard output, trouble on standard error, exit code 1.
 * Compiled code is kept between runs, as the server keeps it (main.ts).
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/storekeeper', import.meta.url)));
const { run } = await import('./cli/run.ts');
process.exitCode = await run();
