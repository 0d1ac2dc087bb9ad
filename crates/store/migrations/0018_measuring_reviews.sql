-- Reviews that measure reviewers and change nothing: a share of decided annotations judged once more by somebody else, and a
-- share of answers to gold put before a reviewer. They stand in the same queue as every other.

alter table project add column second_review_per_10000 bigint not null default 0;
alter table project add column reviewed_gold_per_10000 bigint not null default 0;

alter table review_slot add column measures text;
alter table review_slot add column not_person_id text;

create table review_measure (
  assignment_id text primary key,
  annotation_id text not null,
  task_id text not null,
  task_no bigint not null,
  project_id text not null,
  client_id text not null,
  member_id text not null,
  person_id text not null,
  measures text not null,
  verdict text not null,
  body_sealed bytea not null,
  active_ms bigint not null,
  created_us bigint not null
);
create index review_measure_project on review_measure (project_id, created_us);
