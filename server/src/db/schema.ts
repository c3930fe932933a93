/** The tables of migration 0001 as Kysely sees them: snake_case, JSON as text, instants in milliseconds. */
import type { Generated } from 'kysely';
import type { ControlTokenTable, TokenIntentTable } from './schema-journal.ts';
import type { AppQueueTable, AppSecretTable, NotificationSeenTable, SubscriptionTable } from './schema-apps.ts';
import type { AuditTables } from './schema-audit.ts';
import type { InstallationTables } from './schema-installation.ts';

export type StoreTable = {
  account_id: string;
  id: string;
  marketplace: string;
  application_id: string;
  cohort: string;
  region: string;
  site: string;
  name: string;
  email: string | null;
  second_email: string | null;
  currency: string | null;
  receiving_account: string | null;
  seller_id: string | null;
  claimed_seller_id: string | null;
  seller_proven_at: number | null;
  superseded_at: number | null;
  sites: string;
  phase: string;
  verdict: string;
  cause: string | null;
  judgement: string;
  since: number;
  version: number;
  credential_version: number;
  authorized_at: number | null;
  authorized_by: string | null;
  first_ok_at: number | null;
  last_ok_at: number | null;
  last_look_at: number | null;
  failing_since: number | null;
  failed_looks: number;
  ever_ok: string;
  rows_seen: string;
  alarm: string | null;
  repair: string | null;
  absence: string | null;
  lost: string | null;
  next_at: number | null;
  lease_owner: string | null;
  lease_until: number | null;
  attempt: number;
  /** 1: its last look took long. */
  slow: number;
  created_at: number;
  closed_at: number | null;
};

type CredentialTable = {
  account_id: string;
  store_id: string;
  version: number;
  kind: string;
  state: string;
  sealed: string;
  key_id: string;
  created_at: number;
  replaced_at: number | null;
};

type ObservationTable = {
  account_id: string;
  store_id: string;
  id: string;
  at: number;
  body: string;
};

type LookTable = {
  account_id: string;
  store_id: string;
  at: number;
  id: string;
  body: string;
};

type EventTable = {
  seq: Generated<number>;
  id: string;
  account_id: string;
  store_id: string;
  type: string;
  at: number;
  version: number;
  snapshot: string;
};

export type ConnectSessionTable = {
  account_id: string;
  id: string;
  kind: string;
  moves: number;
  token_hash: string;
  store_id: string | null;
  marketplace: string;
  site: string;
  fields: string;
  status: string;
  browser_hash: string | null;
  code_sealed: string | null;
  code_key_id: string | null;
  arrived_seller_id: string | null;
  must_name: number;
  for_all: number;
  steps: string;
  diagnosis: string | null;
  wrong_store: string | null;
  next_at: number | null;
  lease_owner: string | null;
  lease_until: number | null;
  attempt: number;
  version: number;
  created_at: number;
  expires_at: number;
  ended_at: number | null;
};

export type ConsentStateTable = {
  state_hash: string;
  session_id: string | null;
  account_id: string | null;
  marketplace: string;
  application_id: string;
  site: string;
  browser_hash: string;
  seller_id: string | null;
  created_at: number;
  expires_at: number;
  consumed_at: number | null;
};

export type OutboxTable = {
  id: string;
  account_id: string;
  store_id: string | null;
  kind: string;
  topic: string;
  dedupe_key: string;
  recipient: string;
  payload: string;
  next_at: number | null;
  lease_owner: string | null;
  lease_until: number | null;
  attempt: number;
  created_at: number;
  sent_at: number | null;
  cancelled_at: number | null;
  failed_at: number | null;
  last_error: string | null;
  counted_at: number | null;
  folded_at: number | null;
  folded_into: string | null;
};

export type MailboxTable = {
  id: string;
  account_id: string;
  store_id: string | null;
  at: number;
  recipient: string;
  subject: string;
  body_text: string;
  body_html: string;
  read_at: number | null;
};

export type CohortTable = {
  cohort: string;
  last_ok_at: number | null;
  last_ok_via: string | null;
  last_refused_at: number | null;
  last_refused_answer: string | null;
  app_cause: string | null;
  app_since: number | null;
  app_looked_at: number | null;
  learnt_active: Generated<number>;
  learnt_failing: Generated<number>;
  learnt_at: number | null;
  judged_at: number | null;
};

export type IncidentTable = {
  id: string;
  cohort: string;
  cause: string;
  opened_at: number;
  closed_at: number | null;
  evidence: string;
  operation: string | null;
  opened_by: string;
  closed_by: string | null;
  opening: string;
  note: string | null;
  began_at: number | null;
  over_at: number | null;
  extent: Generated<string>;
  release_after: string | null;
  told_at: number | null;
  operator_told_at: number | null;
  operator_over_at: number | null;
};

export type IncidentStoreTable = {
  incident_id: string;
  account_id: string;
  store_id: string;
  held_at: number;
  released_at: number | null;
  ended: string | null;
};

type IncidentAccountTable = {
  incident_id: string;
  account_id: string;
  opened_told_at: number | null;
  closed_told_at: number | null;
  letter_at: number | null;
};

type IdempotencyTable = {
  account_id: string;
  key: string;
  fingerprint: string;
  status: number | null;
  /** Sealed, with the key `key_id`; without one in clear, from an older version. */
  body: string | null;
  created_at: number;
  owner: string | null;
  subject: string | null;
  key_id: string | null;
};

type RenewalPlanTable = { account_id: string; day: string; chosen_at: number };

export type CalendarFeedTable = { account_id: string; token_hash: string; made_at: number; read_at: number | null };

export type HandOffTable = {
  account_id: string;
  id: string;
  store_id: string;
  session_id: string | null;
  token_hash: string;
  language: string;
  recipient: string | null;
  sender: string | null;
  account_name: string;
  needed: number;
  steps: string;
  openings: number;
  last_opened_at: number | null;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
  used_at: number | null;
};

export type MessageSettingsTable = {
  account_id: string;
  zone: string | null;
  quiet_from: string;
  quiet_to: string;
  weekends_off: number;
  weekly_cap: number;
  second_email: string | null;
  digest: string;
  digest_hour: number;
  digest_email: string | null;
  urgent_too: number;
  digest_told_at: number | null;
  changed_at: number;
};

export type Database = {
  meta: { name: string; value: string };
  store: StoreTable;
  credential: CredentialTable;
  token_intent: TokenIntentTable;
  control_token: ControlTokenTable;
  observation: ObservationTable;
  look: LookTable;
  event: EventTable;
  connect_session: ConnectSessionTable;
  consent_state: ConsentStateTable;
  outbox: OutboxTable;
  mailbox: MailboxTable;
  cohort: CohortTable;
  incident: IncidentTable;
  incident_store: IncidentStoreTable;
  incident_account: IncidentAccountTable;
  idempotency: IdempotencyTable;
  renewal_plan: RenewalPlanTable;
  calendar_feed: CalendarFeedTable;
  hand_off: HandOffTable;
  app_secret: AppSecretTable;
  app_queue: AppQueueTable;
  notification_seen: NotificationSeenTable;
  subscription: SubscriptionTable;
  message_settings: MessageSettingsTable;
} & InstallationTables &
  AuditTables;
