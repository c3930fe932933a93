-- Links for a store's owner who is no user here: each opens one store's permission and nothing else of the account.
create table hand_off (
  account_id text not null,
  id text primary key,
  store_id text not null,
  -- the connect session of the owner's latest trip; null before the first
  session_id text,
  -- sha-256 of the token in the address
  token_hash text not null unique,
  language text not null,
  -- whom it is for, as the sender wrote it
  recipient text,
  -- who sent it, as the owner reads it: the person (null: a program) and the account
  sender text,
  account_name text not null,
  -- 1: the store needed its owner when the link was made; 0: it worked, and the link is for renewing early
  needed bigint not null,
  -- what happened, oldest first (JSON)
  steps text not null,
  openings bigint not null,
  last_opened_at bigint,
  created_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint,
  used_at bigint
);
create index hand_off_store on hand_off (store_id, created_at);
create index hand_off_session on hand_off (session_id);
create index hand_off_account on hand_off (account_id, id);
create index hand_off_expires on hand_off (expires_at);
