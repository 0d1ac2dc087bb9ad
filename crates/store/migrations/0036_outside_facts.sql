-- What is known besides outside logs: people, the catalogue, domains, dated facts of employment. Kept as it was sent, in parts,
-- for as long as the declaration stands.

create table watch_fact (
  kind text primary key,
  revision bigint not null,
  entries bigint not null,
  bytes bigint not null,
  set_by text not null,
  set_us bigint not null
);

create table watch_fact_part (
  kind text not null,
  part bigint not null,
  body_sealed bytea not null,
  primary key (kind, part)
);
