/** Where the database is, and whether others can read what is sent to it. */
import { resolve } from 'node:path';
import { Secret } from '../core/secret.ts';
import { postgresLink, type PostgresLink } from '../db/postgres-link.ts';
import { isLoopback } from './address.ts';
import type { Fields } from './fields.ts';

const NAME = 'STOREKEEPER_DATABASE_URL';
const INSECURE = 'STOREKEEPER_DATABASE_INSECURE';

export function readDatabase(fields: Fields, where: { directory: string; dataDir: string }): Secret {
  const isInsecure = fields.choice(INSECURE, ['true', 'false'], 'false') === 'true';
  const given = fields.text(NAME);
  if (given === null) return new Secret(`sqlite:${resolve(where.dataDir, 'storekeeper.db')}`);
  if (/^sqlite:./.test(given)) return new Secret(`sqlite:${resolve(where.directory, given.slice('sqlite:'.length))}`);
  if (/^postgres(ql)?:\/\/[^/]/.test(given)) refuseOpenLink(fields, { url: given, isInsecure });
  else {
    fields.problem(NAME, {
      wrong: 'This is no database address that Storekeeper knows.',
      right: 'sqlite:./data/storekeeper.db or postgres://user:password@host:5432/name.',
    });
  }
  return new Secret(given);
}

/** Credentials and tokens travel to another machine encrypted, and only to a server that proves its name. */
function refuseOpenLink(fields: Fields, { url, isInsecure }: { url: string; isInsecure: boolean }): void {
  const link = linkOf(fields, url);
  if (link === null || link.tls === 'verified' || isOnThisMachine(link.host)) return;
  if (isInsecure && /[?&]ssl(mode)?=/.test(url)) return;
  const without = link.tls === 'none' ? 'without TLS' : 'without a check of the certificate';
  // The host is not repeated: in an address with a typing error it can be a part of the password.
  const wrong = `It names another machine, reached ${without}: others on the network could read what is stored.`;
  const sslmode = link.tls === 'none' ? 'sslmode=disable' : 'sslmode=no-verify';
  const right =
    `Add ?sslmode=verify-full (and &sslrootcert=/path/ca.pem for your own CA). ` +
    `On a network that you trust: ?${sslmode} and ${INSECURE}=true.`;
  fields.problem(NAME, { wrong, right });
}

function linkOf(fields: Fields, url: string): PostgresLink | null {
  try {
    return postgresLink(url);
  } catch (error) {
    // Only a file's name is repeated: other messages can quote the address with its password.
    const path = error instanceof Error && 'path' in error ? String(error.path) : null;
    const wrong = path === null ? 'This address cannot be read.' : `It names the file ${path}, which cannot be read.`;
    const right =
      path === null
        ? 'postgres://user:password@host:5432/name; other signs in a password are percent-encoded (@ is %40, / is %2F).'
        : 'sslrootcert, sslcert and sslkey are paths of PEM files that Storekeeper can read.';
    fields.problem(NAME, { wrong, right });
    return null;
  }
}

function isOnThisMachine(host: string): boolean {
  return host.startsWith('/') || isLoopback(host.toLowerCase());
}
