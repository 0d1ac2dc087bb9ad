-- A database that may lack what was already recorded takes nothing new until an operator says so.

create table quarantine (
  id text primary key,
  reason text not null,
  began_us bigint not null,
  lifted_us bigint
);
