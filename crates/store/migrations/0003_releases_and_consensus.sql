-- Which done tasks lack a consensus of their present answers; who builds a release, and why a build failed.

alter table task add column consensus_us bigint;
create index task_consensus_due on task (project_id, done_us, id) where state = 'done' and consensus_us is null;

alter table release add column build_id text;
alter table release add column build_us bigint;
alter table release add column build_attempts bigint not null default 0;
alter table release add column failure text;
create index release_building on release (ordered_us, id) where state = 'building';
