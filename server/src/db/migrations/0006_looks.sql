-- The log of looks: everything that the judge was given and what it said, one row for every look that was judged.
-- Quiet looks of a healthy store write nothing: last_ok_at in the facts of the next row tells until when all was well.
create table look (
  account_id text not null,
  store_id text not null,
  -- when it was judged
  at bigint not null,
  id text not null,
  -- compact JSON (core/packed-look)
  body text not null,
  primary key (store_id, at, id)
);
-- Rows that are older than the log has to be are swept.
create index look_at on look (at);
create index look_account on look (account_id, store_id);
