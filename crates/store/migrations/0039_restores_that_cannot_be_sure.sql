-- What a server recorded in its last seconds is not noted beside the database unless it was told to stop. After a restore that
-- follows on one that was not, nobody knows of any ledger that it lacks nothing.

alter table quarantine add column unsure bigint not null default 0;
