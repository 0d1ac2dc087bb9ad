-- When the installation's own ledger lost entries, who its members are is as of the backup: nobody enters a client before two
-- persons, an admin and a custodian, looked at the list.

alter table installation add column gap_us bigint;
