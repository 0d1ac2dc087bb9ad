-- Consensus by the task's number. By its id, which is random, each one wrote a page of its own in the index; and the newest
-- of a project are found without sorting all.

drop index consensus_project;
alter table consensus rename to consensus_by_id;
create table consensus (
  task_no bigint primary key,
  task_id text not null,
  project_id text not null,
  client_id text not null,
  body_sealed bytea not null,
  annotations bigint not null,
  computed_us bigint not null
);
insert into consensus (task_no, task_id, project_id, client_id, body_sealed, annotations, computed_us)
select t.no, k.task_id, k.project_id, k.client_id, k.body_sealed, k.annotations, k.computed_us
  from consensus_by_id k join task t on t.id = k.task_id;
drop table consensus_by_id;
create index consensus_newest on consensus (project_id, computed_us);
