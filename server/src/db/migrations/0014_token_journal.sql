-- What is about to be sent to a token endpoint that may use it up: written before the call, ended by its answer.
create table token_intent (
  account_id text not null,
  id text primary key,
  store_id text not null,
  -- code: the consent code of a session; refresh: a token that the marketplace may replace on use
  kind text not null,
  session_id text,
  -- the credential that was sent; 0 for a code
  version bigint not null,
  -- the process that sent it
  owner text not null,
  begun_at bigint not null,
  -- machine time: a process that died does not come back after a minute of it
  sent_at bigint not null,
  ended_at bigint,
  -- null: no answer was seen; kept, refused, unanswered, lost
  outcome text
);
create index token_intent_session on token_intent (session_id);
create index token_intent_store on token_intent (store_id, version);
create index token_intent_begun on token_intent (begun_at);
-- One refresh of one token at a time, across processes.
create unique index token_intent_refreshing on token_intent (store_id, version) where kind = 'refresh' and outcome is null;

-- A token of this store that was issued and then lost on our side (JSON); null: none is known.
alter table store add column lost text;

-- When the marketplace last replaced the token of this version by answering with another one.
alter table credential add column replaced_at bigint;
