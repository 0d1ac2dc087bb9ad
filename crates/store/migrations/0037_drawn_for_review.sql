-- Since when a review stands in the queue that was not drawn: the annotation was sent back before, or its author is on probation.
-- Null where it was drawn at the project's rate: only these are a sample.

alter table review_slot add column forced_us bigint;
