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
