-- Who did what, from where. Each account has a chain: every entry carries the hash of the one before. Triggers that refuse
-- changes are made beside the migrations, because their texts differ between the databases.
create table audit_entry (
  account_id text not null,
  -- counts from 1 in each account, without a gap
  seq bigint not null,
  at bigint not null,
  kind text not null,
  store_id text,
  -- the whole entry as canonical JSON; the other columns repeat it for searching
  body text not null,
  previous text not null,
  -- sha-256 of the previous hash and the body
  hash text not null,
  primary key (account_id, seq)
);
create index audit_entry_at on audit_entry (account_id, at);

-- The newest entry of each chain, and the last one that retention removed.
create table audit_head (
  account_id text primary key,
  seq bigint not null,
  hash text not null,
  pruned_seq bigint not null,
  pruned_hash text not null
);
