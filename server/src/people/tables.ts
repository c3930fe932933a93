/** The tables of migration 0002 as our own queries see them. better-auth writes most of them; we read and join. */
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

/** SQLite gives instants as ISO text, PostgreSQL as Date. */
export type StoredInstant = string | Date;

type PersonTable = {
  id: string;
  name: string;
  email: string;
  /** SQLite gives 0 or 1, PostgreSQL a boolean. */
  email_verified: boolean | number;
  created_at: StoredInstant;
};
type PersonSessionTable = {
  id: string;
  user_id: string;
  active_organization_id: string | null;
  expires_at: StoredInstant;
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
  secret_hash: string | null;
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

/** The person who made a link; null: a program, or made before this was noted. */
type MadeBy = { made_by: string | null };

export type PeopleTables = {
  person: PersonTable;
  person_session: PersonSessionTable;
  accounts: AccountsTable;
  membership: MembershipTable;
  invitation: InvitationTable;
  api_key: ApiKeyTable;
  calendar_feed: MadeBy;
  connect_session: MadeBy;
  hand_off: MadeBy;
};

export type PeopleDb = Kysely<Database & PeopleTables>;

export function toIso(at: StoredInstant): string {
  return new Date(at).toISOString();
}
