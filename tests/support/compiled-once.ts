/** Settings for programs that tests start by the hundred: what one of them compiled is compiled for all. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const COMPILED_ONCE = { NODE_COMPILE_CACHE: join(tmpdir(), 'storekeeper-tests-compiled') };
