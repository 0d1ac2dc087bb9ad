-- Walls: organisations and their conflicts, what persons were sent and are tied to, what was ordered, asked and
-- approved about them, and how much they read.

-- `wall_version` changes whenever anything does that a wall of the person rests on. Its high bits count, its low
-- forty are random: what was rolled back never comes again, so what is remembered under a version cannot be wrong.
alter table person add column wall_version bigint not null default 0;
alter table person add column merged_into text;
alter table person add column last_day_us bigint;
create index person_merged on person (merged_into) where merged_into is not null;

-- The same for the conflict graph; and the latest moment a wall was decided at.
alter table installation add column wall_version bigint not null default 0;
alter table installation add column wall_clock_us bigint not null default 0;

alter table client add column cool_off_us bigint not null default 15552000000000;
alter table client add column declarations_us bigint;

-- A client is an organisation under its own id.
create table organisation (
  id text primary key,
  kind text not null,
  name_sealed bytea,
  created_us bigint not null
);
insert into organisation (id, kind, created_us) select id, 'client', created_us from client;

create table conflict (
  id text primary key,
  kind text not null,
  a_id text not null references organisation (id),
  b_id text,
  share_per_10000 bigint,
  body_sealed bytea not null,
  declared_by text not null,
  declared_us bigint not null,
  ended_by text,
  ended_us bigint
);
create index conflict_live on conflict (declared_us) where ended_us is null;

-- `seen_us` is kept to the hour: no sight lies more than an hour after it.
create table exposure (
  person_id text not null,
  client_id text not null,
  first_us bigint not null,
  seen_us bigint not null,
  primary key (person_id, client_id)
);
create index exposure_client on exposure (client_id, person_id);

create table interest (
  id text primary key,
  person_id text not null,
  organisation_id text not null references organisation (id),
  kind text not null,
  body_sealed bytea not null,
  declared_by text not null,
  declared_us bigint not null,
  until_us bigint
);
create index interest_person on interest (person_id);
create index interest_organisation on interest (organisation_id);

-- That a person looked at his declarations again before he worked on a project.
create table declaration (
  person_id text not null,
  project_id text not null,
  declared_us bigint not null,
  primary key (person_id, project_id)
);

create table wall (
  id text primary key,
  person_id text not null,
  client_id text not null,
  body_sealed bytea not null,
  ordered_by text not null,
  ordered_us bigint not null,
  lifted_us bigint
);
create index wall_person on wall (person_id);
create index wall_client on wall (client_id);

-- What takes two persons: one asks, another decides. `amount` and `until_us` mean what `kind` says.
create table custody_request (
  id text primary key,
  kind text not null,
  person_id text,
  member_id text,
  client_id text,
  other_id text,
  amount bigint,
  until_us bigint,
  body_sealed bytea not null,
  asked_by text not null,
  asked_person text not null,
  asked_us bigint not null,
  decided_by text,
  decided_us bigint,
  verdict text
);
create index custody_request_open on custody_request (asked_us) where decided_us is null;
create index custody_request_person on custody_request (person_id) where verdict = 'approved';

create table taken (
  member_id text primary key,
  hour_us bigint not null,
  hour_n bigint not null,
  day_us bigint not null,
  day_n bigint not null,
  month_us bigint not null,
  month_n bigint not null
);

-- Of a role by its word, or of a member by his id.
create table take_budget (
  subject text primary key,
  hour_max bigint not null,
  day_max bigint not null,
  month_max bigint not null,
  set_by text not null,
  set_us bigint not null
);

-- A keyed tag of an address: it outlives the erasure of the person, so that who comes back is the same person.
create table identity_tag (
  tag bytea primary key,
  person_id text not null
);
