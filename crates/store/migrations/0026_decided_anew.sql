-- Decisions that are made anew: whoever runs the project reopens one with a reason, somebody else decides, and the old one is kept. What stands
-- is what nothing superseded.

drop index adjudication_newest;
alter table adjudication rename to adjudication_once;
create table adjudication (
  assignment_id text primary key,
  task_no bigint not null,
  task_id text not null,
  project_id text not null,
  client_id text not null,
  member_id text not null,
  person_id text not null,
  schema_id text not null,
  body_sealed bytea not null,
  active_ms bigint not null,
  created_us bigint not null,
  reopened_us bigint,
  reopened_by text,
  reopened_sealed bytea,
  superseded_us bigint
);
insert into adjudication (assignment_id, task_no, task_id, project_id, client_id, member_id, person_id, schema_id, body_sealed, active_ms, created_us)
select assignment_id, task_no, task_id, project_id, client_id, member_id, person_id, schema_id, body_sealed, active_ms, created_us
  from adjudication_once;
drop table adjudication_once;
create unique index adjudication_stands on adjudication (task_no) where superseded_us is null;
create index adjudication_of_task on adjudication (task_no, created_us);
create index adjudication_newest on adjudication (project_id, created_us);
