-- When a person was erased, and when what erasure keeps had its end.

alter table person add column erased_us bigint;
alter table person add column forgotten_us bigint;
create index person_to_forget on person (erased_us) where erased_us is not null and forgotten_us is null;
