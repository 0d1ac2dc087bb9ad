-- Who the other of a pair is: a case that names somebody is not for him either.

alter table watch_case add column pair_id text;
