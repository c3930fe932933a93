-- Secrets of people are kept as hashes only, and what a person started is known as theirs.

-- sha-256 of the secret in the invitation's link; the id of the row opens nothing
alter table invitation add column secret_hash text;
create unique index invitation_secret on invitation (secret_hash);
-- Links of before carry the id, which members could read: they end, and the invitation is sent again.
update invitation set status = 'canceled' where status = 'pending';

-- person_session.token is a sha-256 from now on. What stood there was the token itself, so these sessions end once.
delete from person_session;
delete from person_verification;

-- the person who made it; null: a program, or made before this was noted
alter table calendar_feed add column made_by text;
alter table connect_session add column made_by text;
alter table hand_off add column made_by text;
create index connect_session_made_by on connect_session (made_by);
create index hand_off_made_by on hand_off (made_by);

-- mails to a person about their own sign-in are few an hour
create index outbox_people on outbox (recipient, created_at) where account_id = 'people';
