//! What of a client's goes with it: one file a table, one line a row, read from one snapshot.
//!
//! [`OF_CLIENT`] is read table by table, row by row; [`OF_TASKS`] a range of tasks at a time, since an index leads from a task
//! to all that hangs on it. A row becomes a JSON object: people by their pseudonym toward the client, times as RFC
//! 3339, what lies sealed opened. A null is left out.
//!
//! A new table with something of a client in it has its place here, or a reason in [`STAYS`]; a test looks.

use crate::{Error, Val, custody::opener::Opener, seal::Sealed, tx::Read, vals};
use serde_json::{Map, Value};
use std::collections::HashMap;
use vouchsafe_domain::{
    ids::{ClientId, PersonId, ProjectId},
    time::Micros,
};

/// What a column holds, and how it is written.
#[derive(Debug, Clone, Copy)]
enum As {
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
    sql: &'static str,
    columns: &'static [(&'static str, As)],
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

/// Pseudonyms that are remembered; then all are forgotten.
const REMEMBERED_MAX: usize = 10_000;
/// A range holds about so many bytes of rows and at most so many tasks.
const RANGE_BYTES: i64 = 1 << 20;
const RANGE_TASKS_MAX: i64 = 400;

/// Turns rows into lines.
pub struct Lines {
    opener: Opener,
    pseudonyms: HashMap<PersonId, String>,
}

impl Lines {
    /// With the right to open.
    pub fn new(opener: Opener) -> Self {
        Self { opener, pseudonyms: HashMap::new() }
    }

    /// The line of a row of `table`.
    pub fn line(&mut self, table: &Table, cells: &[Val<'_>]) -> Result<Map<String, Value>, Error> {
        let mut line = Map::new();
        for (n, ((name, kind), cell)) in table.columns.iter().zip(cells).enumerate() {
            let corrupt = || Error::Corrupt { query: table.name.into(), column: n };
            let said = match (kind, cell) {
                (_, Val::Null) => continue,
                (Plain, Val::Text(text)) => Value::from(text.as_ref()),
                (Plain, Val::Int(n)) => Value::from(*n),
                (Time, Val::Int(us)) => Micros(*us).to_string().into(),
                (Person, Val::Text(id)) => self.pseudonym(id.parse().map_err(|_| corrupt())?)?.into(),
                (Json(sealed_as, id) | Words(sealed_as, id), Val::Bytes(sealed)) => {
                    let Some(Val::Text(row)) = cells.get(*id) else { return Err(corrupt()) };
                    let body = self.opener.open(sealed_as, row, &Sealed(sealed.to_vec()))?;
                    match kind {
                        Words(..) => String::from_utf8_lossy(&body).into_owned().into(),
                        _ => serde_json::from_slice(&body).map_err(|_| Error::Unsealable { table: sealed_as })?,
                    }
                }
                _ => return Err(corrupt()),
            };
            line.insert((*name).into(), said);
        }
        Ok(line)
    }

    fn pseudonym(&mut self, person: PersonId) -> Result<String, Error> {
        if let Some(known) = self.pseudonyms.get(&person) {
            return Ok(known.clone());
        }
        if self.pseudonyms.len() >= REMEMBERED_MAX {
            self.pseudonyms.clear();
        }
        let made = self.opener.pseudonym(person)?;
        self.pseudonyms.insert(person, made.clone());
        Ok(made)
    }
}

/// Hands over the cells of every row of a table of [`OF_CLIENT`]; one is in memory at a time.
pub async fn each(
    on: &mut Read,
    table: &Table,
    client: ClientId,
    f: &mut (dyn FnMut(&[Val<'static>]) -> Result<(), Error> + Send),
) -> Result<(), Error> {
    on.each(table.sql, vals![client], f).await
}

/// The projects of a client, oldest first, at most 100,000.
pub async fn projects(on: &mut Read, client: ClientId) -> Result<Vec<ProjectId>, Error> {
    let sql = "select id from project where client_id = $1 order by created_us, id limit 100000";
    on.q(sql, vals![client]).await?.iter().map(|row| row.id(0)).collect()
}

/// How many tasks a client has, and the bytes of their rows as they came.
pub async fn extent(on: &mut Read, client: ClientId) -> Result<(i64, i64), Error> {
    let row = on
        .one(
            "select count(*), cast(coalesce(sum(t.bytes), 0) as bigint)
               from project p join task t on t.project_id = p.id
              where p.client_id = $1",
            vals![client],
        )
        .await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))
}

/// The number of the last task of the range after number `after`, and how many tasks it holds. `None` at the end.
pub async fn range_end(on: &mut Read, project: ProjectId, after: i64) -> Result<Option<(i64, u64)>, Error> {
    let sql = "select no, bytes from task where project_id = $1 and no > $2 order by no limit $3";
    let (mut end, mut bytes) = (None, 0);
    for (n, row) in (1..).zip(on.q(sql, vals![project, after, RANGE_TASKS_MAX]).await?) {
        bytes += row.int(1)?;
        if end.is_some() && bytes > RANGE_BYTES {
            break;
        }
        end = Some((row.int(0)?, n));
    }
    Ok(end)
}

/// The rows of a table of [`OF_TASKS`] that belong to the tasks of a range, as cells.
pub async fn range(
    on: &mut Read,
    table: &Table,
    project: ProjectId,
    (after, until): (i64, i64),
) -> Result<Vec<Vec<Val<'static>>>, Error> {
    let rows = on.q(table.sql, vals![project, after, until]).await?;
    Ok(rows.into_iter().map(|row| row.cells).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Every table and the words of its columns, as the migrations make them.
    fn made() -> BTreeMap<String, String> {
        let mut made: BTreeMap<String, String> = BTreeMap::new();
        for (_, sql) in crate::migrate::ALL {
            let sql = sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
            for body in sql.split(';') {
                let mut words = body.split_whitespace();
                let name = match (words.next(), words.next()) {
                    (Some("create" | "alter"), Some("table")) => words.next(),
                    _ => None,
                };
                if let Some(name) = name {
                    made.entry(name.to_owned()).or_default().push_str(body);
                }
            }
        }
        made
    }

    #[test]
    fn what_belongs_to_a_client_goes_with_it_or_has_a_reason_to_stay() {
        let taken = OF_CLIENT.iter().chain(OF_TASKS).map(|table| table.sql).collect::<Vec<_>>();
        let goes = |name: &str| {
            let from = [format!("from {name} "), format!("join {name} ")];
            taken.iter().any(|sql| from.iter().any(|from| sql.contains(from.as_str())))
        };
        let of_clients = made().into_iter().filter(|(_, columns)| columns.contains("client_id "));
        let mut seen = 0;
        for (name, _) in of_clients {
            seen += 1;
            let stays = STAYS.iter().any(|(table, _)| *table == name);
            assert!(goes(&name) || stays, "`{name}` holds something of a client, and no departure takes it along");
        }
        assert!(seen > 20, "{seen} tables were looked at");
        for (name, _) in STAYS {
            assert!(made().contains_key(*name), "there is no table `{name}`");
        }
    }

    #[test]
    fn no_two_tables_share_a_file_and_each_column_has_its_name() {
        let names: std::collections::BTreeSet<_> = OF_CLIENT.iter().chain(OF_TASKS).map(|table| table.name).collect();
        assert_eq!(names.len(), OF_CLIENT.len() + OF_TASKS.len());
        for table in OF_CLIENT.iter().chain(OF_TASKS) {
            let selected = table.sql.split("from").next().unwrap_or_default().matches(',').count() + 1;
            assert_eq!(selected, table.columns.len(), "{}", table.name);
        }
    }
}
