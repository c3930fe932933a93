-- The operator's own app: its secrets and which of them is used, what its queue brought, and what was told of its faults.

-- When the operator was told that an incident began and that it is over; null: not yet.
alter table incident add column operator_told_at bigint;
alter table incident add column operator_over_at bigint;
create index incident_app_untold on incident (opened_at) where opened_by = 'app' and operator_over_at is null;

create table app_secret (
  application_id text not null,
  -- of the secret's sha-256; the secret itself is in the apps file, or sealed here when it came by notification
  fingerprint text not null,
  -- file · notification
  source text not null,
  sealed text,
  key_id text,
  -- candidate · canary · live · refused · retired
  status text not null,
  status_at bigint not null,
  ends_at bigint,
  known_at bigint not null,
  canary_at bigint,
  -- what it was tried on, and what the marketplace answered
  canary_on text,
  canary_answer text,
  -- days before its end that the operator was warned of, the least; null: not yet
  warned_days bigint,
  primary key (application_id, fingerprint)
);

-- One row per app with a queue.
create table app_queue (
  application_id text primary key,
  last_message_at bigint,
  handled bigint not null default 0,
  repeated bigint not null default 0,
  unknown bigint not null default 0,
  malformed bigint not null default 0,
  failures bigint not null default 0,
  last_failure_at bigint,
  last_failure text,
  rotation_asked_at bigint,
  rotation_answer text
);

-- Notifications that were taken, so that a repeated one does nothing; forgotten after two weeks, as queues forget.
create table notification_seen (
  application_id text not null,
  notification_id text not null,
  seen_at bigint not null,
  primary key (application_id, notification_id)
);
create index notification_seen_at on notification_seen (seen_at);

create table subscription (
  account_id text not null,
  store_id text not null,
  type text not null,
  application_id text not null,
  region text not null,
  destination_id text,
  -- null while it could not be made
  subscription_id text,
  -- active · failed · ending
  state text not null,
  tried_at bigint not null,
  failure text,
  -- the newest notification of it: when it happened at the marketplace, and its id, which decides between equals
  last_event_at bigint,
  last_event_id text,
  -- ACCOUNT_STATUS_CHANGED: normal · at_risk · deactivated, as that newest one said, and the observation it is kept as
  told text,
  told_by text,
  primary key (store_id, type)
);
create unique index subscription_named on subscription (application_id, subscription_id);
