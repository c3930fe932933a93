/** The tables of migration 0002 as our own queries see them. better-auth writes most of them; we read and join. */
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

/** SQLite gives instants as ISO text, PostgreSQL as Date. */
export type StoredInstant = string | Date;

type PersonTable = { id: string; name: string; email: string };
type PersonSessionTable = {
  id: string;
  user_id: string;
  active_organization_id: string | null;
  updated_at: StoredInstant;
};
type AccountsTable = { id: string; name: string; created_at: StoredInstant };
type MembershipTable = {
  id: string;
  organization_id: string;
  user_id: string;
  role: string;
  created_at: StoredInstant;
};
type InvitationTable = {
  id: string;
  organization_id: string;
  email: string;
  role: string | null;
  status: string;
  created_at: StoredInstant;
  expires_at: StoredInstant;
  inviter_id: string;
};
type ApiKeyTable = {
  id: string;
  name: string | null;
  start: string | null;
  config_id: string;
  prefix: string | null;
  /** SHA-256 of the key in base64url. */
  key: string;
  reference_id: string;
  enabled: boolean | number | null;
  expires_at: StoredInstant | null;
  created_at: StoredInstant;
  updated_at: StoredInstant;
  last_request: StoredInstant | null;
};

export type PeopleTables = {
  person: PersonTable;
  person_session: PersonSessionTable;
  accounts: AccountsTable;
  membership: MembershipTable;
  invitation: InvitationTable;
  api_key: ApiKeyTable;
};

export type PeopleDb = Kysely<Database & PeopleTables>;

export function toIso(at: StoredInstant): string {
  return new Date(at).toISOString();
}
