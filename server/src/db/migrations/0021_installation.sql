-- Running servers and the vault keys that each of them can open. A key is retired only when all of them know its successor.
create table process (
  id text primary key,
  role text not null,
  -- ids of the keys (JSON list), never the keys
  key_ids text not null,
  -- 1: the process reads its keys again while it runs (file, command); 0: they were given by value
  rereads integer not null,
  started_at bigint not null,
  seen_at bigint not null
);

-- Random secrets of this installation, sealed with the vault key: one version signs, earlier ones are accepted until they end.
create table installation_secret (
  purpose text not null check (purpose in ('sign_in', 'audit')),
  version integer not null,
  sealed text not null,
  key_id text not null,
  -- all processes have read it by then, so it may sign from that instant
  active_at bigint not null,
  ends_at bigint,
  primary key (purpose, version)
);
create index installation_secret_key on installation_secret (key_id);
