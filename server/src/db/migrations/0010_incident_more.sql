-- What is ordinary for a cohort: stores that were counted in ordinary half hours and those of them whose trouble was new, older ones counting ever
-- less: in thousandths.
alter table cohort add column learnt_active bigint not null default 0;
alter table cohort add column learnt_failing bigint not null default 0;
alter table cohort add column learnt_at bigint;
-- when a process last decided about the cohort's incidents, so that one decides for all
alter table cohort add column judged_at bigint;

-- the first failure that it explains, and when the marketplace answered again; the opening and the closing come a little later
alter table incident add column began_at bigint;
alter table incident add column over_at bigint;
-- all: nobody was answered · some: others were answered meanwhile
alter table incident add column extent text not null default 'all';
-- the last store that was given its look after the closing; null when there is nothing left to give
alter table incident add column release_after text;
-- when everybody was told who is to be told
alter table incident add column told_at bigint;

-- good: its own look was answered again · own: it has a trouble of its own · gone: it is not watched any more
alter table incident_store add column ended text;
create index incident_store_held on incident_store (incident_id) where released_at is null;

-- Accounts of which an incident held a store: what they were told about it, each once. What was told before the incident was
-- closed (it may have been closed too early and gone on) counts as not told.
create table incident_account (
  incident_id text not null,
  account_id text not null,
  opened_told_at bigint,
  closed_told_at bigint,
  letter_at bigint,
  primary key (incident_id, account_id)
);
create index incident_unfinished on incident (closed_at) where told_at is null and closed_at is not null;
-- The stores that are held now, found without passing over all the others that were looked at.
create index store_held on store (verdict, cohort, last_look_at) where verdict = 'held';
create index incident_cohort on incident (cohort, closed_at);
