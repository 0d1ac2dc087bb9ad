-- What is known of a project's quality, sealed: it quotes labels and names people.

create table quality_report (
  project_id text primary key,
  client_id text not null,
  body_sealed bytea not null,
  newest_us bigint not null,
  computed_us bigint not null
);

-- When somebody last reviewed in a project, in one step.
create index review_project on review (project_id, created_us);

-- A project may go on asking about a task until its answer is this probable, so many people were asked, or so many answers
-- were given in all.
alter table project add column until_per_10000 bigint;
alter table project add column at_most bigint;
alter table project add column answers_max bigint;
