-- What one more answer about a task that is asked about again is expected to tell, by who gives it (`domain/work/telling.rs`): null for
-- tasks that anybody may be given. And which of those groups a member belongs to in a project; -1 while that is not known.

alter table task add column tells bigint;
create index task_telling on task (project_id, no) where tells is not null and open_slots > 0;
alter table standing add column stratum bigint not null default -1;
