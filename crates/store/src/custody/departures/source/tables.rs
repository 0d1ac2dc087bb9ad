//! Which tables go with a client, by which statement, and what each column holds.

/// What a column holds, and how it is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum As {
    /// Text or a whole number, as it is.
    Plain,
    /// Microseconds.
    Time,
    /// A person's id.
    Person,
    /// Sealed JSON, under this table's name and the row id in that column.
    Json(&'static str, usize),
    /// Sealed words.
    Words(&'static str, usize),
}

/// A table on its way out.
#[derive(Debug)]
pub struct Table {
    /// Its file is `<name>.jsonl`.
    pub name: &'static str,
    pub(super) sql: &'static str,
    pub(super) columns: &'static [(&'static str, As)],
}

use As::{Json, Person, Plain, Time, Words};

/// Read whole; `$1` is the client.
pub const OF_CLIENT: &[Table] = &[
    Table {
        name: "projects",
        sql: "select id, name_sealed, state, overlap, review_per_10000, gold_per_10000, lease_us, open_leases_max,
                     per_hour_max, pool_sealed, created_us
                from project where client_id = $1 order by created_us, id",
        columns: &[
            ("id", Plain),
            ("name", Words("project.name", 0)),
            ("state", Plain),
            ("overlap", Plain),
            ("review_per_10000", Plain),
            ("gold_per_10000", Plain),
            ("lease_us", Plain),
            ("open_leases_max", Plain),
            ("per_hour_max", Plain),
            ("pool", Json("project.pool", 0)),
            ("created_at", Time),
        ],
    },
    Table {
        name: "schemas",
        sql: "select id, project_id, version, body_sealed, created_us
                from schema where client_id = $1 order by project_id, version",
        columns: &[
            ("id", Plain),
            ("project", Plain),
            ("version", Plain),
            ("schema", Json("schema", 0)),
            ("created_at", Time),
        ],
    },
    Table {
        name: "guidelines",
        sql: "select id, project_id, version, body_sealed, created_us
                from guideline where client_id = $1 order by project_id, version",
        columns: &[
            ("id", Plain),
            ("project", Plain),
            ("version", Plain),
            ("text", Words("guideline", 0)),
            ("created_at", Time),
        ],
    },
    Table {
        name: "batches",
        sql: "select id, project_id, name_sealed, accepted, refused, created_us
                from batch where client_id = $1 order by created_us, id",
        columns: &[
            ("id", Plain),
            ("project", Plain),
            ("name", Words("batch", 0)),
            ("accepted", Plain),
            ("refused", Plain),
            ("created_at", Time),
        ],
    },
    Table {
        name: "agreements",
        sql: "select id, version, body_sealed, created_us from agreement where client_id = $1 order by version",
        columns: &[
            ("id", Plain),
            ("version", Plain),
            ("text", Words("agreement", 0)),
            ("created_at", Time),
        ],
    },
    Table {
        name: "signatures",
        sql: "select s.agreement_id, s.person_id, s.signed_us
                from agreement a join agreement_signature s on s.agreement_id = a.id
               where a.client_id = $1 order by a.version, s.signed_us, s.person_id",
        columns: &[("agreement", Plain), ("person", Person), ("signed_at", Time)],
    },
    Table {
        name: "flags",
        sql: "select id, task_id, assignment_id, project_id, kind, reason, comment_sealed, created_us, resolved_us
                from flag where client_id = $1 order by created_us, id",
        columns: &[
            ("id", Plain),
            ("task", Plain),
            ("assignment", Plain),
            ("project", Plain),
            ("kind", Plain),
            ("reason", Plain),
            ("comment", Words("flag", 0)),
            ("created_at", Time),
            ("resolved_at", Time),
        ],
    },
    Table {
        name: "quality",
        sql: "select project_id, body_sealed, newest_us, computed_us
                from quality_report where client_id = $1 order by project_id",
        columns: &[
            ("project", Plain),
            ("report", Json("quality_report", 0)),
            ("newest_at", Time),
            ("computed_at", Time),
        ],
    },
    Table {
        name: "standings",
        sql: "select project_id, person_id, state, since_us, counted_us, until_us, reasons
                from expert_standing where client_id = $1 order by project_id, person_id",
        columns: &[
            ("project", Plain),
            ("person", Person),
            ("state", Plain),
            ("since", Time),
            ("counted_from", Time),
            ("until", Time),
            ("reasons", Plain),
        ],
    },
    Table {
        name: "bars",
        sql: "select project_id, gold_probation, gold_pause, review_probation, review_pause, at_least, pause_us, set_by, set_us
                from expert_bars where client_id = $1 order by project_id",
        columns: &[
            ("project", Plain),
            ("gold_probation_per_10000", Plain),
            ("gold_pause_per_10000", Plain),
            ("review_probation_per_10000", Plain),
            ("review_pause_per_10000", Plain),
            ("at_least", Plain),
            ("pause_us", Plain),
            ("set_by", Person),
            ("set_at", Time),
        ],
    },
    Table {
        name: "second_looks",
        sql: "select id, project_id, person_id, about_us, words_sealed, asked_us, decided_by, decided_us, verdict, answer_sealed
                from second_look where client_id = $1 order by asked_us, id",
        columns: &[
            ("id", Plain),
            ("project", Plain),
            ("person", Person),
            ("about", Time),
            ("words", Words("second_look", 0)),
            ("asked_at", Time),
            ("decided_by", Person),
            ("decided_at", Time),
            ("verdict", Plain),
            ("answer", Words("second_look.answer", 0)),
        ],
    },
    Table {
        name: "course_attempts",
        sql: "select project_id, person_id, attempt, right_per_10000, passed_us, graded_us, expires_us
                from course_attempt where client_id = $1 order by project_id, person_id, attempt",
        columns: &[
            ("course", Plain),
            ("person", Person),
            ("attempt", Plain),
            ("right_per_10000", Plain),
            ("passed_at", Time),
            ("graded_at", Time),
            ("expires_at", Time),
        ],
    },
    Table {
        name: "measuring_reviews",
        sql: "select assignment_id, annotation_id, task_id, project_id, person_id, measures, verdict, body_sealed, active_ms, created_us
                from review_measure where client_id = $1 order by created_us, assignment_id",
        columns: &[
            ("assignment", Plain),
            ("annotation", Plain),
            ("task", Plain),
            ("project", Plain),
            ("by", Person),
            ("measures", Plain),
            ("verdict", Plain),
            ("said", Json("review_measure", 0)),
            ("active_ms", Plain),
            ("created_at", Time),
        ],
    },
    Table {
        name: "adjudications",
        sql: "select assignment_id, task_id, project_id, person_id, body_sealed, active_ms, created_us, reopened_us, reopened_by,
                     reopened_sealed, superseded_us
                from adjudication where client_id = $1 order by created_us, task_no",
        columns: &[
            ("assignment", Plain),
            ("task", Plain),
            ("project", Plain),
            ("by", Person),
            ("decided", Json("adjudication", 0)),
            ("active_ms", Plain),
            ("created_at", Time),
            ("reopened_at", Time),
            ("reopened_by", Person),
            ("reason", Words("adjudication.reopened", 0)),
            ("superseded_at", Time),
        ],
    },
    Table {
        name: "releases",
        sql: "select id, project_id, version, state, body_sealed, row_count, bytes, ordered_us, built_us, delivered_us, failure
                from release where client_id = $1 order by ordered_us, id",
        columns: &[
            ("id", Plain),
            ("project", Plain),
            ("version", Plain),
            ("state", Plain),
            ("release", Json("release", 0)),
            ("tasks", Plain),
            ("bytes", Plain),
            ("ordered_at", Time),
            ("built_at", Time),
            ("delivered_at", Time),
            ("failure", Plain),
        ],
    },
    Table {
        name: "sent",
        sql: "select person_id, first_us, seen_us from exposure where client_id = $1 order by person_id",
        columns: &[("person", Person), ("first_at", Time), ("last_hour", Time)],
    },
];

/// Read a range at a time; `$1` is the project, the tasks are those after number `$2` up to `$3`.
pub const OF_TASKS: &[Table] = &[
    Table {
        name: "tasks",
        sql: "select t.id, t.project_id, t.batch_id, t.state, t.overlap, t.created_us, t.done_us, c.body_sealed, g.answers_sealed,
                     k.body_sealed
                from task t
                join task_content c on c.task_no = t.no
                left join gold g on g.task_id = t.id
                left join consensus k on k.task_no = t.no
               where t.project_id = $1 and t.no > $2 and t.no <= $3
               order by t.no",
        columns: &[
            ("id", Plain),
            ("project", Plain),
            ("batch", Plain),
            ("state", Plain),
            ("overlap", Plain),
            ("created_at", Time),
            ("done_at", Time),
            ("row", Json(crate::work::tasks::CONTENT, 0)),
            ("gold", Json(crate::work::tasks::GOLD, 0)),
            ("consensus", Json(crate::work::consensus::TABLE, 0)),
        ],
    },
    Table {
        name: "annotations",
        sql: "select n.id, n.task_id, n.assignment_id, n.person_id, n.revision, n.state, n.schema_id, n.answers_sealed, n.active_ms,
                     n.submitted_us, n.decided_us
                from task t cross join annotation n
               where t.project_id = $1 and t.no > $2 and t.no <= $3 and n.task_no = t.no
               order by t.no, n.submitted_us, n.id",
        columns: &[
            ("id", Plain),
            ("task", Plain),
            ("assignment", Plain),
            ("by", Person),
            ("revision", Plain),
            ("state", Plain),
            ("schema", Plain),
            ("answered", Json("annotation", 0)),
            ("active_ms", Plain),
            ("submitted_at", Time),
            ("decided_at", Time),
        ],
    },
    Table {
        name: "reviews",
        sql: "select r.id, r.annotation_id, r.task_id, r.person_id, r.verdict, r.body_sealed, r.active_ms, r.created_us
                from task t cross join annotation n cross join review r
               where t.project_id = $1 and t.no > $2 and t.no <= $3 and n.task_no = t.no and r.annotation_id = n.id
               order by t.no, r.created_us, r.id",
        columns: &[
            ("id", Plain),
            ("annotation", Plain),
            ("task", Plain),
            ("by", Person),
            ("verdict", Plain),
            ("said", Json("review", 0)),
            ("active_ms", Plain),
            ("created_at", Time),
        ],
    },
];

/// Tables with a client's id in them that do not go along, and why.
pub const STAYS: &[(&str, &str)] = &[
    ("token", "the installation's own doors"),
    ("client_grant", "accounts of the installation; the ledger says who was let in"),
    ("hold", "a custodian's; the ledger says when"),
    ("task_content", "in tasks"),
    ("gold", "in tasks"),
    ("consensus", "in tasks"),
    ("assignment", "leases; the ledger holds each"),
    ("draft", "not handed in: it is its author's until it is"),
    ("key_destruction", "an order that waits"),
    ("exposure", "in sent"),
    ("wall", "a custodian's; the ledger says who and when"),
    ("custody_request", "a custodian's; the ledger says who and when"),
    ("sent_mark", "an index over the ledger"),
    ("departure", "this itself"),
];
