/** Where Storekeeper listens and how people reach it. */
import { isIP } from 'node:net';
import type { Fields } from './fields.ts';

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** `HOST`: an address or a host name, without brackets. */
export function readHost(fields: Fields): string {
  const given = fields.text('HOST') ?? '127.0.0.1';
  const bare = given.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0 || isHostName(bare)) return bare;
  fields.problem('HOST', {
    wrong: `“${given.slice(0, 60)}” is no address and no host name.`,
    right: '127.0.0.1, ::1, or the address of a network card without scheme and port.',
  });
  return '127.0.0.1';
}

/** What ends in a number is an address, and a wrong one. */
function isHostName(text: string): boolean {
  return /^(?!.{254})([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)*(?!\d+$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(text);
}

/** `STOREKEEPER_PUBLIC_URL` as an origin without a trailing slash; null when it is not set. */
export function readOrigin(fields: Fields): string | null {
  const given = fields.text('STOREKEEPER_PUBLIC_URL');
  if (given === null) return null;
  const url = URL.canParse(given) ? new URL(given) : null;
  // Nothing but scheme, host and port: a path would break the addresses registered at the marketplaces.
  if (url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  fields.problem('STOREKEEPER_PUBLIC_URL', {
    wrong: 'This is no plain http or https address without a path.',
    right: 'For example https://storekeeper.example.com.',
  });
  return null;
}

/**
 * An address that other machines reach needs TLS. Storekeeper ends no TLS itself: an https `STOREKEEPER_PUBLIC_URL`
 * declares the proxy that does.
 */
export function refuseOpenDoor(fields: Fields, at: { host: string; publicUrl: string }): void {
  if (at.publicUrl.startsWith('https://')) return;
  const { hostname } = new URL(at.publicUrl);
  if (!isLoopback(hostname)) {
    fields.problem('STOREKEEPER_PUBLIC_URL', {
      wrong: `People would sign in at ${hostname} unencrypted.`,
      right: 'The https:// address of the proxy that ends TLS in front of Storekeeper.',
    });
  }
  if (isLoopback(at.host)) return;
  fields.problem('HOST', {
    wrong: `${at.host} is reached by other machines, and sign-in would travel unencrypted.`,
    right:
      '127.0.0.1, or set STOREKEEPER_PUBLIC_URL to the https:// address of the proxy that ends TLS in front of Storekeeper.',
  });
}

/** `STOREKEEPER_TRUSTED_PROXIES`: addresses and CIDR ranges whose `X-Forwarded-For` is believed; none by default. */
export function readTrustedProxies(fields: Fields): string[] {
  const name = 'STOREKEEPER_TRUSTED_PROXIES';
  const given = (fields.text(name) ?? '').split(',').map((one) => one.trim());
  const proxies = given.filter((one) => one !== '');
  for (const one of proxies.filter((proxy) => !isRange(proxy))) {
    fields.problem(name, {
      wrong: `“${one.slice(0, 60)}” is no IP address and no CIDR range.`,
      right: 'The addresses of your proxies, separated by commas, for example 127.0.0.1, 10.0.0.0/8.',
    });
  }
  return proxies;
}

function isRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** The address of this server on this machine. */
export function localOrigin(host: string, port: number): string {
  if (!isLoopback(host)) return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host.replaceAll(/[[\]]/g, '')}]` : host}:${port}`;
}

/** Tokens travel to `STOREKEEPER_HOSTS_URL`: without TLS it must be on this machine. */
export function refuseOpenHosts(fields: Fields): void {
  const given = fields.text('STOREKEEPER_HOSTS_URL')?.replace('{host}', 'host') ?? '';
  if (!URL.canParse(given)) return;
  const { protocol, hostname } = new URL(given);
  if (protocol !== 'http:' || isLoopback(hostname)) return;
  fields.problem('STOREKEEPER_HOSTS_URL', {
    wrong: `Tokens would travel unencrypted to ${hostname}.`,
    right: 'An https:// address, or one on this machine such as http://127.0.0.1:4290/{host}.',
  });
}

/** Node would accept every certificate: tokens and passwords could go to another machine. */
export function refuseUncheckedTls(fields: Fields, value: string | undefined): void {
  if (value !== '0') return;
  fields.problem('NODE_TLS_REJECT_UNAUTHORIZED', {
    wrong: 'With 0 no certificate is checked, and tokens could be sent to any machine.',
    right: 'Remove it. For your own certificate authority set NODE_EXTRA_CA_CERTS to its PEM file.',
  });
}
