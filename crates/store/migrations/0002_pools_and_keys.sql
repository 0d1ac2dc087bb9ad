-- Whether what is remembered of a person and a pool still holds, and who ordered a key destroyed.

alter table person add column facts_version bigint not null default 0;
alter table project add column pool_version bigint not null default 0;

create table key_destruction (
  client_id text primary key,
  ordered_by text not null,
  ordered_person text not null,
  ordered_us bigint not null
);
