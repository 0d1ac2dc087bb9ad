-- Whose approval in advance a standing rule is: it approves nothing that he himself orders. A rule of which that is not known
-- approves nothing until it is set again.

alter table client add column standing_person_id text;
