-- One text for both databases. {{identity}} becomes a growing whole-number primary key in either dialect.
-- Instants are milliseconds since 1970 (UTC) in bigint columns; JSON is text; account_id stands in every key.

create table meta (
  name text primary key,
  value text not null
);
-- Writers of events lock this row, so that events become visible in the order of their seq and no cursor skips one.
insert into meta (name, value) values ('event_order', '');

create table store (
  account_id text not null,
  id text not null,
  marketplace text not null,
  application_id text not null,
  -- marketplace:application:region, the crowd whose weather this store shares
  cohort text not null,
  region text not null,
  site text not null,
  name text not null,
  email text,
  currency text,
  receiving_account text,
  -- bound once, never changed by a repair
  seller_id text,
  sites text not null,
  phase text not null check (phase in ('setup', 'verifying', 'live', 'paused', 'closed')),
  verdict text not null,
  cause text,
  -- the whole judgement: axes, diagnosis, notices (core/judge)
  judgement text not null,
  since bigint not null,
  version integer not null,
  credential_version integer not null,
  authorized_at bigint,
  authorized_by text check (authorized_by in ('consent', 'stated', 'inferred')),
  first_ok_at bigint,
  last_ok_at bigint,
  last_look_at bigint,
  -- first failure of the open episode, null while all is well; counted by the weather
  failing_since bigint,
  failed_looks integer not null default 0,
  -- capabilities that ever answered (JSON list)
  ever_ok text not null,
  -- the alarm in force (JSON): cause, since, evidence; null when the seller was not told of anything
  alarm text,
  -- the open repair (JSON), null when none
  repair text,
  next_at bigint,
  lease_owner text,
  lease_until bigint,
  attempt integer not null default 0,
  created_at bigint not null,
  closed_at bigint,
  primary key (account_id, id)
);
create unique index store_id on store (id);
create unique index store_identity on store (account_id, marketplace, region, seller_id) where phase <> 'closed' and seller_id is not null;
create index store_due on store (next_at) where next_at is not null;
-- The weather counts who was looked at lately; the small second index serves those of them that fail.
create index store_cohort on store (cohort, last_look_at) where phase = 'live';
create index store_failing on store (cohort, last_look_at, failing_since) where phase = 'live' and failing_since is not null;
-- A control is the connected neighbour that answered longest ago, within a window.
create index store_control on store (cohort, last_ok_at) where verdict = 'connected';
create index store_limited on store (cohort, since) where verdict = 'limited';
create index store_seller on store (marketplace, region, seller_id);
create index store_list on store (account_id, created_at, id);

create table credential (
  account_id text not null,
  store_id text not null,
  version integer not null,
  kind text not null,
  state text not null check (state in ('candidate', 'current', 'previous')),
  sealed text not null,
  key_id text not null,
  created_at bigint not null,
  primary key (account_id, store_id, version, kind)
);
create unique index credential_state on credential (store_id, kind, state);
create index credential_key on credential (key_id);

create table observation (
  account_id text not null,
  store_id text not null,
  id text not null,
  at bigint not null,
  body text not null,
  primary key (id)
);
create index observation_store on observation (store_id, at, id);

create table event (
  seq {{identity}},
  id text not null unique,
  account_id text not null,
  store_id text not null,
  type text not null,
  at bigint not null,
  version integer not null,
  snapshot text not null
);
create index event_account on event (account_id, seq);
create index event_store on event (store_id, seq);

create table connect_session (
  account_id text not null,
  id text not null,
  kind text not null check (kind in ('connect', 'repair')),
  -- sha-256 of the token in the page's address
  token_hash text not null unique,
  store_id text,
  marketplace text not null,
  site text not null,
  -- what the seller entered (JSON)
  fields text not null,
  status text not null check (status in ('open', 'at_marketplace', 'exchanging', 'verifying', 'connected', 'failed', 'expired')),
  browser_hash text,
  -- the one-time consent code, sealed, only between its arrival and its exchange
  code_sealed text,
  code_key_id text,
  arrived_seller_id text,
  steps text not null,
  diagnosis text,
  wrong_store text,
  next_at bigint,
  lease_owner text,
  lease_until bigint,
  attempt integer not null default 0,
  version integer not null,
  created_at bigint not null,
  expires_at bigint not null,
  ended_at bigint,
  primary key (account_id, id)
);
create unique index connect_session_id on connect_session (id);
create index connect_session_due on connect_session (next_at) where next_at is not null;
create index connect_session_store on connect_session (store_id, created_at);
create index connect_session_code on connect_session (code_key_id) where code_key_id is not null;

-- One row per trip to the marketplace: consumed once, bound to the browser that opened it.
create table consent_state (
  state_hash text primary key,
  -- null for an arrival that the marketplace started
  session_id text,
  account_id text,
  marketplace text not null,
  application_id text not null,
  site text not null,
  browser_hash text not null,
  seller_id text,
  created_at bigint not null,
  expires_at bigint not null,
  consumed_at bigint
);
create index consent_state_expiry on consent_state (expires_at);

create table outbox (
  id text primary key,
  account_id text not null,
  store_id text,
  kind text not null check (kind in ('email', 'operator_email')),
  -- what it is about: needs_reconnect, reminder_30, repaired, letter, …
  topic text not null,
  -- one message per change: the same key is never queued twice
  dedupe_key text not null unique,
  recipient text not null,
  payload text not null,
  next_at bigint,
  lease_owner text,
  lease_until bigint,
  attempt integer not null default 0,
  created_at bigint not null,
  sent_at bigint,
  cancelled_at bigint,
  failed_at bigint,
  last_error text
);
create index outbox_due on outbox (next_at) where next_at is not null;
create index outbox_store on outbox (store_id, created_at);

create table mailbox (
  id text primary key,
  account_id text not null,
  store_id text,
  at bigint not null,
  recipient text not null,
  subject text not null,
  body_text text not null,
  body_html text not null,
  read_at bigint
);
create index mailbox_account on mailbox (account_id, at, id);
create index mailbox_store on mailbox (store_id, at);

-- What the last controls of a cohort said; one row per cohort, written at most every few seconds.
create table cohort (
  cohort text primary key,
  last_ok_at bigint,
  last_ok_via text,
  last_refused_at bigint,
  last_refused_answer text,
  app_cause text,
  app_since bigint,
  app_looked_at bigint
);

create table incident (
  id text primary key,
  cohort text not null,
  cause text not null,
  opened_at bigint not null,
  closed_at bigint,
  evidence text not null
);
-- One open incident for one cause in one cohort, however many stores notice it at once.
create unique index incident_open on incident (cohort, cause) where closed_at is null;

create table idempotency (
  account_id text not null,
  key text not null,
  fingerprint text not null,
  status integer,
  body text,
  created_at bigint not null,
  primary key (account_id, key)
);
create index idempotency_age on idempotency (created_at);
