-- How many numbered entries of each kind a ledger has of one person: counted when they are numbered, so that an inventory
-- of millions is not counted when it is asked for.

create table ledger_tally (
  ledger text not null,
  subject bytea not null,
  kind bigint not null,
  entries bigint not null,
  primary key (ledger, subject, kind)
);

insert into ledger_tally (ledger, subject, kind, entries)
  select ledger, subject, kind, count(*)
    from ledger_entry
   where idx is not null and subject is not null and kind is not null
   group by ledger, subject, kind;

-- Every wall that is decided asks which clients have a gap; hardly any has.
create index client_gap on client (id) where gap_us is not null;
