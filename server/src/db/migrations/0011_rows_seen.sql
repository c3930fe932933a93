-- Kinds of data that ever gave rows (JSON list): a list that used to be full and is empty now is worth a second look.
alter table store add column rows_seen text not null default '[]';
