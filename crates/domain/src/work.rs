//! The labelling line: schema, assignments, queue rules.
