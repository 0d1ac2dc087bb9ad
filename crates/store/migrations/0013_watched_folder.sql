-- Files of the watched folder that were read, by a keyed digest of their bytes: none is read twice.

create table watch_file (
  mac bytea primary key,
  read_us bigint not null
);
