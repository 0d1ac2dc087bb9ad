-- What whoever decided a request said, apart from what was asked. Decided ones of before keep both in one.

alter table custody_request add column answer_sealed bytea;
