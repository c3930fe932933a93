import type { Config } from '../config.ts';
import { Fault } from '../core/fault.ts';

/** The file of the embedded database. @throws Fault naming the `tool` that does this for PostgreSQL. */
export function embeddedPath(config: Config, tool: string): string {
  const url = config.databaseUrl.reveal();
  if (url.startsWith('sqlite:')) return url.slice('sqlite:'.length);
  throw new Fault('invalid-request', { detail: `This database is PostgreSQL: use ${tool}, as for any other.` });
}
