-- 1: the session moves its store to the session's marketplace. The kind of such a row is 'repair'.
alter table connect_session add column moves integer not null default 0;
