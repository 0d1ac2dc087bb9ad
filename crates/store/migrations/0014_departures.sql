-- A client leaves with all that is its own: what was ordered, how far it came, and which two persons let it go.

create table departure (
  id text primary key,
  client_id text not null references client (id),
  state text not null,
  body_sealed bytea not null,
  task_count bigint,
  bytes bigint,
  ordered_by text not null,
  ordered_us bigint not null,
  build_id text,
  build_us bigint,
  build_attempts bigint not null default 0,
  built_us bigint,
  ended_us bigint,
  failure text
);
create unique index departure_live on departure (client_id) where state in ('building', 'built', 'approved');
create index departure_client on departure (client_id, ordered_us, id);

create table departure_approval (
  departure_id text not null references departure (id),
  person_id text not null,
  member_id text not null,
  approved_us bigint not null,
  primary key (departure_id, person_id)
);
