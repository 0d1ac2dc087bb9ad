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

mod tables;

use tables::As::{Json, Person, Plain, Time, Words};
pub use tables::{OF_CLIENT, OF_TASKS, STAYS, Table};

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
