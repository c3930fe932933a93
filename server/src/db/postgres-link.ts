/** How the PostgreSQL client would connect. The client itself resolves the URL, so that no second parser can disagree. */
import { Client } from 'pg';

export type PostgresLink = {
  /** A host name, an address, or the folder of a socket. */
  host: string;
  /** `unverified`: encrypted, and any certificate is accepted. */
  tls: 'verified' | 'unverified' | 'none';
};

/** Resolves host and TLS as the pool does, without a connection. Throws what the client throws. */
export function postgresLink(url: string): PostgresLink {
  const client = new Client({ connectionString: url });
  const ssl: unknown = client.ssl;
  if (!ssl) return { host: client.host, tls: 'none' };
  const isOpen = typeof ssl === 'object' && 'rejectUnauthorized' in ssl && ssl.rejectUnauthorized === false;
  return { host: client.host, tls: isOpen ? 'unverified' : 'verified' };
}
