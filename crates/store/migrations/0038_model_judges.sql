-- Since when tasks of a project come with answers of models. Null: none did, and nobody looks for them in the rows.

alter table project add column judged_us bigint;
