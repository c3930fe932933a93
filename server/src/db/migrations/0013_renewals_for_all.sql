-- 1: what this session proves goes to every store of the seller, in all accounts (the marketplace started the renewal)
alter table connect_session add column for_all integer not null default 0;
-- A browser without a sign-in asks how its renewal went.
create index consent_state_browser on consent_state (browser_hash, consumed_at);
