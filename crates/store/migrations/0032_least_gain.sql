-- What one more answer about a task must be expected to tell, in millionths of a bit, per unit of the currency where the
-- project states a price. Null: however little.

alter table project add column least_gain_millionths bigint;
