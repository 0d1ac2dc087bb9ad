-- What a person was sent before, apart from assignments, whose rows say so themselves; and since when it is not known
-- who else was sent something of a client, because entries of its ledger were lost.

create table sent_mark (
  client_id text not null references client (id),
  person_id text not null,
  object text not null,
  first_us bigint not null,
  primary key (client_id, person_id, object)
);

alter table client add column gap_us bigint;

-- Whether a person reviewed a task, as `assignment_once` says whether he labels it.
create index assignment_reviewed on assignment (task_no, person_id) where step = 'review';
