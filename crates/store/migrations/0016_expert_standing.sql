-- How each expert stands in a project, by rule, with the reasons he is shown: figures of ours, no word of anybody.
-- Without a row: active.

create table expert_standing (
  project_id text not null,
  person_id text not null,
  client_id text not null,
  state text not null,
  since_us bigint not null,
  counted_us bigint not null,
  until_us bigint,
  reasons text not null,
  rule_by text,
  looked_us bigint not null,
  looked_annotations bigint not null,
  primary key (project_id, person_id)
);

-- What a project asks of its experts, shares in 1/10,000.
create table expert_bars (
  project_id text primary key,
  client_id text not null,
  gold_probation bigint,
  gold_pause bigint,
  review_probation bigint,
  review_pause bigint,
  at_least bigint not null,
  pause_us bigint not null,
  set_by text not null,
  set_us bigint not null
);

-- A second look at one change of standing: asked for once, decided once.
create table second_look (
  id text primary key,
  project_id text not null,
  client_id text not null,
  person_id text not null,
  about_us bigint not null,
  words_sealed bytea not null,
  asked_us bigint not null,
  decided_by text,
  decided_us bigint,
  verdict text,
  answer_sealed bytea
);
create unique index second_look_once on second_look (project_id, person_id, about_us);
