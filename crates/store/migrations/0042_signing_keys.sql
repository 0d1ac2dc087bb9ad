-- Which key signs for each purpose. The keys lie outside the database; one that is not there any more is known to be lost.

create table signing_key (
  purpose text primary key,
  public_key text not null,
  made_us bigint not null
);
