-- Organisations that people named when they declared a tie, and what they may be: what is called the same counts as the same
-- until a custodian said that it is another.

alter table organisation add column declared_us bigint;
alter table organisation add column looked_us bigint;
alter table organisation add column looked_by text;
alter table organisation add column looked_sealed bytea;

create table organisation_likeness (
  declared_id text not null references organisation (id),
  known_id text not null references organisation (id),
  found_us bigint not null,
  other_us bigint,
  primary key (declared_id, known_id)
);
create index organisation_likeness_known on organisation_likeness (known_id);
