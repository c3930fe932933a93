-- The day on which an account renews all of its stores together. A calendar day in UTC, YYYY-MM-DD.
create table renewal_plan (
  account_id text primary key,
  day text not null,
  chosen_at bigint not null
);

-- The address under which an account's calendar may be read without a sign-in: at most one, its token known by hash alone.
create table calendar_feed (
  account_id text primary key,
  -- sha-256 of the token in the address
  token_hash text not null unique,
  made_at bigint not null,
  -- when a calendar last read it, to the hour
  read_at bigint
);
