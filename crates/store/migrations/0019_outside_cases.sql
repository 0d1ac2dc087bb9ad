-- Cases from outside logs: they are forgotten when their time is over, those of our own ledgers are not.

alter table watch_case add column forget_us bigint;
create index watch_case_forget on watch_case (forget_us);

-- What was learned from outside logs, in parts; all parts of one state bear its revision.
create table watch_outside (
  part bigint primary key,
  revision bigint not null,
  body_sealed bytea not null
);
