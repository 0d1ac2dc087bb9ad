-- Adjudication: tasks whose answer is contested wait for somebody who decides it, those first where that tells most. `lane` says
-- how much, `pos` is the place within it. A decision is kept for good and stands for the consensus of its task.

alter table project add column adjudicate_per_10000 bigint;

create table adjudication_slot (
  task_no bigint primary key,
  task_id text not null,
  project_id text not null,
  lane bigint not null,
  pos bigint not null,
  open_slots bigint not null
);
create unique index adjudication_open on adjudication_slot (project_id, lane, pos) where open_slots > 0;

create table adjudication (
  task_no bigint primary key,
  assignment_id text not null,
  task_id text not null,
  project_id text not null,
  client_id text not null,
  member_id text not null,
  person_id text not null,
  schema_id text not null,
  body_sealed bytea not null,
  active_ms bigint not null,
  created_us bigint not null
);
create index adjudication_newest on adjudication (project_id, created_us);

-- Whether a person decided a task, as `assignment_once` says whether he labels it.
create index assignment_adjudicated on assignment (task_no, person_id) where step = 'adjudicate';
