-- Cases: persons whose takes somebody is asked to look at, why, what was done at once, and what people decided.
-- What is said in words lies sealed; plain are ids, states, times and scores.

create table watch_case (
  id text primary key,
  person_id text not null,
  opened_us bigint not null,
  act_us bigint not null,
  score_milli bigint not null,
  threshold_milli bigint not null,
  body_sealed bytea not null,
  measure text not null,
  measured_us bigint,
  lifted_us bigint,
  verdict text,
  decided_by text,
  decided_us bigint,
  reason_sealed bytea,
  contested_by text,
  contested_us bigint,
  contest_sealed bytea
);
create index watch_case_time on watch_case (opened_us, id);
create index watch_case_person on watch_case (person_id, act_us);

-- What a case does at once, from which score on; the newest that did not end counts.
create table watch_standing (
  id text primary key,
  measure text not null,
  score_milli bigint not null,
  reason_sealed bytea not null,
  set_by text not null,
  set_us bigint not null,
  ended_us bigint
);

-- To see who a pseudonym is takes a reason and a second person.
create table watch_reveal (
  id text primary key,
  case_id text not null references watch_case (id),
  reason_sealed bytea not null,
  asked_by text not null,
  asked_person text not null,
  asked_us bigint not null,
  decided_by text,
  decided_us bigint,
  verdict text,
  until_us bigint
);
create index watch_reveal_case on watch_reveal (case_id);

-- What of outside logs may be looked at, how the staff was told, and for how long findings are kept.
create table watch_declared (
  id text primary key,
  body_sealed bytea not null,
  told_us bigint not null,
  retention_days bigint not null,
  set_by text not null,
  set_us bigint not null,
  ended_us bigint
);

create table watch_import (
  id text primary key,
  body_sealed bytea not null,
  bytes bigint not null,
  lines bigint not null,
  acts bigint not null,
  skipped bigint not null,
  alerts bigint not null,
  imported_by text not null,
  imported_us bigint not null,
  forget_us bigint not null
);
create index watch_import_time on watch_import (imported_us, id);
create index watch_import_forget on watch_import (forget_us);
