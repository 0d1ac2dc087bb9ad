-- What a project says an answer costs, in 1/10,000 of the unit of a currency.

alter table project add column price_per_10000 bigint;
alter table project add column price_currency text;
