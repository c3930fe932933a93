-- How an account wants to be told. A row is made with its first message at the latest, so that there is one to lock.
create table message_settings (
  account_id text primary key,
  -- IANA name; null: the zone of each store's own site
  zone text,
  -- HH:MM of that zone's clock; the same for both means none
  quiet_from text not null,
  quiet_to text not null,
  weekends_off integer not null,
  -- seller mails to one address in seven days
  weekly_cap integer not null,
  second_email text,
  digest text not null check (digest in ('off', 'daily', 'weekly')),
  digest_hour integer not null,
  digest_email text,
  urgent_too integer not null,
  -- what was repaired since then is news for the next digest
  digest_told_at bigint,
  changed_at bigint not null
);

-- who hears the ladder beside the store's own contact
alter table store add column second_email text;
-- a planned absence (JSON): kind and, for a holiday, the day it ends; null when there is none
alter table store add column absence text;

-- when it was let through: it counts towards the weekly cap from then on
alter table outbox add column counted_at bigint;
-- when it was left to another mail instead of going out singly, and to which: digest or summary
alter table outbox add column folded_at bigint;
alter table outbox add column folded_into text;
create index outbox_counted on outbox (account_id, recipient, counted_at) where counted_at is not null;
create index outbox_folded on outbox (account_id, recipient, folded_at) where folded_at is not null and sent_at is null;
