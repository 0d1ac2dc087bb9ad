-- The spine: people, clients, the line, the ledger.
-- Times are microseconds since 1970; ids are text; a flag is the moment it was raised; `_sealed` is ciphertext.

create table installation (
  id text primary key,
  data_key_wrapped bytea not null,
  ledger_key_wrapped bytea not null,
  one_person_us bigint,
  created_us bigint not null
);

create table person (
  id text primary key,
  name_sealed bytea not null,
  email_sealed bytea not null,
  email_key bytea not null,
  password_hash text,
  totp_sealed bytea,
  totp_step bigint,
  profile_sealed bytea,
  created_us bigint not null
);
create unique index person_email on person (email_key);

create table member (
  id text primary key,
  person_id text not null references person (id),
  role text not null,
  created_us bigint not null,
  suspended_us bigint
);
create index member_person on member (person_id);

create table invitation (
  id text primary key,
  secret_hash bytea not null,
  role text not null,
  email_sealed bytea not null,
  clients text not null,
  totp_sealed bytea,
  created_by text,
  created_us bigint not null,
  expires_us bigint not null,
  accepted_us bigint,
  revoked_us bigint
);
create unique index invitation_secret on invitation (secret_hash);

create table session (
  id text primary key,
  secret_hash bytea not null,
  member_id text not null references member (id),
  created_us bigint not null,
  used_us bigint not null,
  expires_us bigint not null,
  ended_us bigint
);
create unique index session_secret on session (secret_hash);
create index session_member on session (member_id);

create table sign_in_link (
  secret_hash bytea primary key,
  member_id text not null references member (id),
  expires_us bigint not null,
  used_us bigint
);

create table token (
  id text primary key,
  secret_hash bytea not null,
  member_id text not null references member (id),
  client_id text,
  name_sealed bytea not null,
  scopes text not null,
  created_us bigint not null,
  expires_us bigint not null,
  used_us bigint,
  revoked_us bigint
);
create unique index token_secret on token (secret_hash);
create index token_member on token (member_id);

create table throttle (
  key bytea primary key,
  failures bigint not null,
  window_us bigint not null
);

create table credential (
  id text primary key,
  person_id text not null references person (id),
  kind text not null,
  body_sealed bytea not null,
  verified_by text not null,
  verified_us bigint not null,
  expires_us bigint,
  revoked_us bigint
);
create index credential_person on credential (person_id);

create table client (
  id text primary key,
  face_sealed bytea not null,
  key_source_sealed bytea not null,
  data_key_wrapped bytea,
  ledger_key_wrapped bytea not null,
  standing_approval_us bigint,
  created_us bigint not null,
  key_destroyed_us bigint
);

create table client_grant (
  id text primary key,
  client_id text not null references client (id),
  member_id text not null references member (id),
  proposed_by text not null,
  proposed_us bigint not null,
  confirmed_by text,
  confirmed_us bigint,
  revoked_us bigint
);
create unique index client_grant_live on client_grant (client_id, member_id) where revoked_us is null;
create index client_grant_member on client_grant (member_id);

create table agreement (
  id text primary key,
  client_id text not null references client (id),
  version bigint not null,
  body_sealed bytea not null,
  created_by text not null,
  created_us bigint not null
);
create unique index agreement_version on agreement (client_id, version);

create table agreement_signature (
  agreement_id text not null references agreement (id),
  person_id text not null references person (id),
  member_id text not null,
  signed_us bigint not null,
  primary key (agreement_id, person_id)
);

create table hold (
  id text primary key,
  client_id text not null references client (id),
  project_id text,
  reason_sealed bytea not null,
  placed_by text not null,
  placed_us bigint not null,
  released_by text,
  released_us bigint
);
create index hold_live on hold (client_id) where released_us is null;

create table project (
  id text primary key,
  no bigint not null,
  client_id text not null references client (id),
  name_sealed bytea not null,
  state text not null,
  schema_id text,
  guideline_id text,
  overlap bigint not null,
  review_per_10000 bigint not null,
  gold_per_10000 bigint not null,
  lease_us bigint not null,
  return_to_another_us bigint,
  open_leases_max bigint not null,
  per_hour_max bigint not null,
  pool_sealed bytea not null,
  copy_allowed_us bigint,
  created_by text not null,
  created_us bigint not null
);
create unique index project_no on project (no);
create index project_client on project (client_id);

create table schema (
  id text primary key,
  project_id text not null references project (id),
  client_id text not null,
  version bigint not null,
  body_sealed bytea not null,
  created_by text not null,
  created_us bigint not null
);
create unique index schema_version on schema (project_id, version);

create table guideline (
  id text primary key,
  project_id text not null references project (id),
  client_id text not null,
  version bigint not null,
  body_sealed bytea not null,
  created_by text not null,
  created_us bigint not null
);
create unique index guideline_version on guideline (project_id, version);

create table guideline_ack (
  guideline_id text not null references guideline (id),
  member_id text not null references member (id),
  acknowledged_us bigint not null,
  primary key (guideline_id, member_id)
);

create table batch (
  id text primary key,
  project_id text not null references project (id),
  client_id text not null,
  name_sealed bytea,
  accepted bigint not null,
  refused bigint not null,
  created_by text not null,
  created_us bigint not null
);
create index batch_project on batch (project_id, created_us);

create table lane (
  project_id text not null references project (id),
  lane bigint not null,
  next_pos bigint not null,
  primary key (project_id, lane)
);

-- `no` is the task's number in the installation, in order of coming. What belongs to a task is keyed by it, so that
-- rows that come together lie together. It never leaves the server: an id tells nothing, a number would.
-- The id follows from what the client calls the row, so that the same row is the same task.
create table task (
  id text primary key,
  no bigint not null,
  project_id text not null,
  client_id text not null,
  batch_id text not null,
  lane bigint not null,
  pos bigint not null,
  overlap bigint not null,
  open_slots bigint not null,
  state text not null,
  bytes bigint not null,
  created_us bigint not null,
  done_us bigint
);
create unique index task_no on task (project_id, no);
create unique index task_open on task (project_id, lane, pos) where open_slots > 0;

create table task_content (
  task_no bigint primary key,
  client_id text not null,
  body_sealed bytea not null,
  content_hash bytea not null
);

create table gold (
  task_id text primary key,
  client_id text not null,
  answers_sealed bytea not null
);

create table place (
  member_id text not null,
  project_id text not null,
  lane bigint not null,
  pos bigint not null,
  swept_pos bigint not null default -1,
  primary key (member_id, project_id, lane)
);

create table standing (
  member_id text not null,
  project_id text not null,
  open_leases bigint not null,
  prefetched bigint not null,
  taken bigint not null,
  hour_us bigint not null,
  hour_taken bigint not null,
  primary key (member_id, project_id)
);

create table assignment (
  id text primary key,
  task_id text not null,
  task_no bigint not null,
  project_id text not null,
  client_id text not null,
  member_id text not null,
  person_id text not null,
  step text not null,
  purpose text not null,
  state text not null,
  number bigint not null,
  schema_id text not null,
  guideline_id text not null,
  present_seed bigint not null,
  annotation_id text,
  leased_us bigint not null,
  lapses_us bigint not null,
  opened_us bigint,
  ended_us bigint
);
create unique index assignment_once on assignment (task_no, person_id) where step = 'label';
create index assignment_live on assignment (lapses_us) where state in ('leased', 'returned');
create index assignment_mine on assignment (member_id, leased_us) where state in ('leased', 'returned');

create table draft (
  assignment_id text primary key,
  client_id text not null,
  body_sealed bytea not null,
  active_ms bigint not null,
  saved_us bigint not null
);

create table annotation (
  id text not null,
  assignment_id text not null,
  task_id text not null,
  task_no bigint not null,
  project_id text not null,
  client_id text not null,
  member_id text not null,
  person_id text not null,
  revision bigint not null,
  state text not null,
  answers_sealed bytea not null,
  body_hash bytea not null,
  active_ms bigint not null,
  schema_id text not null,
  submitted_us bigint not null,
  decided_us bigint,
  primary key (task_no, assignment_id, revision)
);
create index annotation_project on annotation (project_id, submitted_us);
create index annotation_mine on annotation (member_id, submitted_us);

create table review_slot (
  annotation_id text primary key,
  task_id text not null,
  task_no bigint not null,
  project_id text not null,
  author_person_id text not null,
  pos bigint not null,
  open_slots bigint not null
);
create unique index review_open on review_slot (project_id, pos) where open_slots > 0;

create table review (
  id text primary key,
  annotation_id text not null,
  assignment_id text not null,
  task_id text not null,
  task_no bigint not null,
  project_id text not null,
  client_id text not null,
  member_id text not null,
  person_id text not null,
  verdict text not null,
  body_sealed bytea not null,
  active_ms bigint not null,
  created_us bigint not null
);
create index review_annotation on review (annotation_id);

create table flag (
  id text primary key,
  task_id text not null,
  assignment_id text not null,
  project_id text not null,
  client_id text not null,
  member_id text not null,
  kind text not null,
  reason text not null,
  comment_sealed bytea,
  created_us bigint not null,
  resolved_us bigint
);
create index flag_project on flag (project_id, created_us);

create table consensus (
  task_id text primary key,
  project_id text not null,
  client_id text not null,
  body_sealed bytea not null,
  annotations bigint not null,
  computed_us bigint not null
);
create index consensus_project on consensus (project_id);

create table release (
  id text primary key,
  project_id text not null,
  client_id text not null,
  version bigint not null,
  state text not null,
  body_sealed bytea not null,
  row_count bigint,
  bytes bigint,
  ordered_by text not null,
  ordered_us bigint not null,
  built_us bigint,
  delivered_us bigint,
  failed_us bigint
);
create unique index release_version on release (project_id, version);

create table release_approval (
  release_id text not null references release (id),
  person_id text not null,
  member_id text not null,
  approved_us bigint not null,
  primary key (release_id, person_id)
);

create table idempotency (
  key_hash bytea primary key,
  object text not null,
  created_us bigint not null
);
create index idempotency_age on idempotency (created_us);

-- Keyed by time, so that entries are appended and not strewn over the index.
create table ledger_entry (
  id text not null,
  ledger text not null,
  at_us bigint not null,
  leaf bytea not null,
  act_sealed bytea,
  object_sealed bytea,
  person_sealed bytea,
  idx bigint,
  primary key (ledger, at_us, id)
);
create unique index ledger_index on ledger_entry (ledger, idx) where idx is not null;
create index ledger_unnumbered on ledger_entry (ledger, at_us, id) where idx is null;
