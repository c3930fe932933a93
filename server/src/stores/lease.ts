/** Who holds a lease: not a process but one taking of it. */
import { randomBytes } from 'node:crypto';
import type { Shop } from './shop.ts';

/**
 * The name under which one claim or one taking holds its leases. Never used twice: a task whose lease ran out is then a
 * stranger to the row, even when another task of the very same process has taken it meanwhile.
 */
export function leaseName(shop: Shop): string {
  return `${shop.owner}:${randomBytes(6).toString('base64url')}`;
}
