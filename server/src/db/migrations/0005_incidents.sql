-- Incidents as objects: who noticed, by which numbers, who closed them, and which stores they held.
alter table incident add column operation text;
-- test: the share of failing stores · control: a witness was refused · app: our own key or registration · operator: said by a person
alter table incident add column opened_by text not null default 'test';
alter table incident add column closed_by text;
-- the numbers at the opening (JSON): share, baseline, how unlikely, the control
alter table incident add column opening text not null default '{}';
-- what an operator wrote about it, for the status page
alter table incident add column note text;
create index incident_opened on incident (opened_at);

-- The stores that an incident held: none of them is told anything but, once, that it is over.
create table incident_store (
  incident_id text not null,
  account_id text not null,
  store_id text not null,
  held_at bigint not null,
  -- its own good look, after the incident
  released_at bigint,
  primary key (incident_id, store_id)
);
create index incident_store_store on incident_store (store_id, held_at);
create index incident_store_account on incident_store (account_id, incident_id);
