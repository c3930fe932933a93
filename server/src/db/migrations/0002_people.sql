-- People, their sign-ins, the accounts they share, and API keys. The columns are those that better-auth asks for
-- (camelCase there, snake_case here). timestamptz and boolean mean the same to both databases: SQLite keeps ISO text and 0/1.

create table person (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null,
  image text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table person_session (
  id text primary key,
  expires_at timestamptz not null,
  token text not null unique,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ip_address text,
  user_agent text,
  user_id text not null references person (id) on delete cascade,
  -- the account this person works in just now
  active_organization_id text
);
create index person_session_user on person_session (user_id);

-- how a person signs in: today a hashed password
create table person_login (
  id text primary key,
  account_id text not null,
  provider_id text not null,
  user_id text not null references person (id) on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index person_login_user on person_login (user_id);

create table person_verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index person_verification_identifier on person_verification (identifier);

-- an account: a tenant. Its id stands as account_id in every other table.
create table accounts (
  id text primary key,
  name text not null,
  slug text not null unique,
  logo text,
  created_at timestamptz not null,
  metadata text
);
create index accounts_name on accounts (name);

create table membership (
  id text primary key,
  organization_id text not null references accounts (id) on delete cascade,
  user_id text not null references person (id) on delete cascade,
  role text not null,
  created_at timestamptz not null
);
create unique index membership_once on membership (organization_id, user_id);
create index membership_user on membership (user_id);

create table invitation (
  id text primary key,
  organization_id text not null references accounts (id) on delete cascade,
  email text not null,
  role text,
  status text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  inviter_id text not null references person (id) on delete cascade
);
create index invitation_organization on invitation (organization_id);
create index invitation_email on invitation (email);

create table api_key (
  id text primary key,
  config_id text not null,
  name text,
  start text,
  -- the account that owns the key
  reference_id text not null,
  prefix text,
  -- sha-256; the key itself is shown once and never stored
  key text not null,
  refill_interval integer,
  refill_amount integer,
  last_refill_at timestamptz,
  enabled boolean,
  rate_limit_enabled boolean,
  rate_limit_time_window integer,
  rate_limit_max integer,
  request_count integer,
  remaining integer,
  last_request timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  permissions text,
  metadata text
);
create unique index api_key_key on api_key (key);
create index api_key_reference on api_key (reference_id);
