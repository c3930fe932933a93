-- The operator's own store: the token that the marketplace gave in place of the one in the apps file.
create table control_token (
  application_id text not null,
  region text not null,
  -- fingerprint of the token in the apps file: another one there ends this row's use
  origin text not null,
  sealed text not null,
  key_id text not null,
  replaced_at bigint not null,
  primary key (application_id, region)
);
