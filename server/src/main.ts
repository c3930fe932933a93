/**
 * The entry. What must be said before anything else is loaded stands here (docs/decisions/0004): compiled code is kept
 * between starts, and the process asks for little memory.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/storekeeper', import.meta.url));

/**
 * A small young generation, freed memory given back to the system, and this very file out of the cache, so that the tool
 * that strips types is not loaded at all: a third less than an idle server would hold.
 */
const LEAN = {
  flags: ['--max-semi-space-size=2'],
  env: {
    MALLOC_ARENA_MAX: '2',
    MALLOC_TRIM_THRESHOLD_: '131072',
    MALLOC_MMAP_THRESHOLD_: '131072',
    NODE_COMPILE_CACHE: COMPILED,
  },
};

/** The allocator reads its settings once, when a process begins: so the process begins once more, in its own place. */
function beginLean(): void {
  const { env, execArgv, execPath, argv, platform } = process;
  if (platform !== 'linux' || env['MALLOC_TRIM_THRESHOLD_'] !== undefined) return;
  process.execve?.(execPath, [execPath, ...LEAN.flags, ...execArgv, ...argv.slice(1)], { ...env, ...LEAN.env });
}

beginLean();
enableCompileCache(COMPILED);
const { watchProcess } = await import('./process-events.ts');
watchProcess();
const { run } = await import('./start.ts');
await run();
