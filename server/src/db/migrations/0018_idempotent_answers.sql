-- The answer of a request is sealed (body, with key_id), because it may hold a link that opens something. The owner is the
-- process that runs the request; the subject is what the request has begun and a second run of it continues.
alter table idempotency add column owner text;
alter table idempotency add column subject text;
alter table idempotency add column key_id text;
create index idempotency_key_id on idempotency (key_id);

-- Links of connect sessions were kept in clear here.
delete from idempotency where body like '%/connect/s/%';
