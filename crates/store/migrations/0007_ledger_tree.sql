-- The tree over the entries of each ledger, its signed heads, and by whom an entry is found again.

alter table ledger_entry add column subject bytea;
alter table ledger_entry add column kind bigint;
create index ledger_subject on ledger_entry (ledger, subject, kind, idx) where idx is not null and subject is not null;

create table ledger_tree (
  ledger text primary key,
  origin text not null,
  epoch bigint not null,
  size bigint not null,
  peaks bytea not null,
  root bytea not null,
  checkpoint text not null,
  at_us bigint not null,
  cosigned text,
  cosigned_us bigint,
  followed_us bigint,
  followed_size bigint
);

create table ledger_tile (
  ledger text not null,
  level bigint not null,
  idx bigint not null,
  hashes bytea not null,
  primary key (ledger, level, idx)
);

create table ledger_epoch (
  ledger text not null,
  number bigint not null,
  note text not null,
  began_us bigint not null,
  primary key (ledger, number)
);
