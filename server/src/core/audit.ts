/** The audit log's words: who acted, from where, and what was done. Entries hold ids and names of fields, never a secret. */

export type Actor =
  | { kind: 'person'; id: string }
  | { kind: 'api_key'; id: string }
  /** A person at the machine's command line: their user name there. */
  | { kind: 'operator_cli'; user: string }
  /** The owner of a store, who holds a hand-off link. */
  | { kind: 'hand_off'; id: string }
  | { kind: 'marketplace' }
  /** A browser or program that is not signed in, for example one with a connect link. */
  | { kind: 'visitor' }
  /** The program's own work. */
  | { kind: 'system' };

/**
 * `ip` is the address as the request has it; an entry keeps the network around it alone. `agent` is the family of the browser
 * or program, not its whole description.
 */
export type Origin = { ip: string | null; agent: string | null };

export type Acting = { actor: Actor; origin: Origin };

export const SYSTEM: Acting = { actor: { kind: 'system' }, origin: { ip: null, agent: null } };

export const AUDIT_KINDS = [
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_in.ended',
  'person.changed',
  'invitation.created',
  'invitation.withdrawn',
  'invitation.accepted',
  'member.removed',
  'account.created',
  'account.switched',
  'api_key.created',
  'api_key.deleted',
  'connect_session.created',
  'connect_session.continued',
  'connect_session.arrived',
  'credentials.entered',
  'store.connected',
  'store.renewed',
  'store.repaired',
  'store.moved',
  'store.changed',
  'store.paused',
  'store.resumed',
  'store.deleted',
  'hand_off.created',
  'hand_off.opened',
  'hand_off.continued',
  'hand_off.declined',
  'hand_off.revoked',
  'settings.changed',
  'calendar.created',
  'calendar.deleted',
  'incident.opened',
  'incident.closed',
  'app_secret.rotated',
  'operator.added',
  'operator.removed',
  'key.rotated',
  'backup.created',
  'backup.restored',
] as const;

export type AuditKind = (typeof AUDIT_KINDS)[number];

/** What happened, beside who did it. `details` are ids, names of fields and counts. */
export type AuditNews = {
  accountId: string;
  kind: AuditKind;
  at: number;
  storeId?: string | null;
  details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
};

export type AuditBody = Required<AuditNews> & Acting & { seq: number };

/** JSON with the keys of every object in alphabetical order: equal entries have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

const FAMILIES: readonly [RegExp, string][] = [
  [/\bEdg\//, 'Edge'],
  [/\bFirefox\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^(?:node|undici)/i, 'Node.js'],
  [/python/i, 'Python'],
];

/** The family of a `User-Agent`; null when there is none. */
export function agentFamily(userAgent: string | undefined): string | null {
  if (userAgent === undefined || userAgent === '') return null;
  return FAMILIES.find(([shape]) => shape.test(userAgent))?.[1] ?? 'other';
}

const IPV4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i;
const IPV6 = /^[\da-f:]+$/i;
const GROUPS = 8;
const KEPT_GROUPS = 3;

/** The network that an address belongs to: /24 of IPv4, /48 of IPv6. Null for a text that is no address. */
export function networkAround(ip: string): string | null {
  const [, front] = IPV4.exec(ip) ?? [];
  if (front !== undefined) return `${front}.0/24`;
  const address = ip.split('%')[0] ?? '';
  if (!address.includes(':') || !IPV6.test(address)) return null;
  const [head = [], tail] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : Math.max(0, GROUPS - head.length - tail.length);
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...(tail ?? [])].slice(0, KEPT_GROUPS);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/48`;
}
