-- 1: the last look at the store took long; the next one is made in a lane of its own
alter table store add column slow bigint not null default 0;
create index store_slow on store (next_at) where slow = 1 and next_at is not null;
