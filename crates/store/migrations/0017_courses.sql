-- A project may be a qualification course: its gold alone, taken in attempts of so many tasks with a pass mark.

alter table project add column course_tasks bigint;
alter table project add column course_pass_per_10000 bigint;
alter table project add column course_attempts bigint;
alter table project add column course_valid_us bigint;

create table course_attempt (
  project_id text not null,
  person_id text not null,
  attempt bigint not null,
  client_id text not null,
  right_per_10000 bigint not null,
  passed_us bigint,
  graded_us bigint not null,
  expires_us bigint,
  primary key (project_id, person_id, attempt)
);
create index course_attempt_passed on course_attempt (person_id) where passed_us is not null;
