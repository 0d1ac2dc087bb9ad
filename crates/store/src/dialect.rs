//! The only place that knows which database it is.
//!
//! One SQL text serves both. What differs is small and named: `?n` for `$n` in SQLite
//! (where `$1` would be a name, numbered by first appearance), and the row locks, written
//! in the text as comments that each engine reads in its own way:
//!
//! | in the text | PostgreSQL | SQLite (one writer at a time) |
//! |---|---|---|
//! | `/*claim t*/` | `for update of t skip locked` | nothing |
//! | `/*lock t*/` | `for update of t` | nothing |
//! | `/*share t*/` | `for share of t` | nothing |
//! | `/*try t*/` | `for share of t skip locked` | nothing |

use crate::{Error, Row, Val};
use futures_util::StreamExt;
use std::collections::HashMap;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut};

/// A connection to either engine.
pub(crate) enum Conn {
    /// Embedded.
    Sqlite(Box<rusqlite::Connection>),
    /// Over the wire, with its prepared statements.
    Postgres(Box<PgConn>),
}

/// A statement and its values.
pub(crate) type Statement<'a> = (&'static str, &'a [Val<'a>]);

/// A PostgreSQL connection and what it has prepared.
pub(crate) struct PgConn {
    pub(crate) client: tokio_postgres::Client,
    prepared: HashMap<(usize, usize), tokio_postgres::Statement>,
    begin: Option<&'static str>,
}

impl PgConn {
    pub(crate) fn new(client: tokio_postgres::Client) -> Self {
        Self { client, prepared: HashMap::new(), begin: None }
    }

    /// Begins a transaction: sent together with its first statement, so that nobody waits for it alone.
    pub(crate) fn begin(&mut self, how: &'static str) {
        self.begin = Some(how);
    }

    /// Forgets a transaction whose beginning was never sent. True when there was one.
    pub(crate) fn unbegin(&mut self) -> bool {
        self.begin.take().is_some()
    }

    async fn prepare(&mut self, sql: &'static str) -> Result<tokio_postgres::Statement, Error> {
        let key = (sql.as_ptr() as usize, sql.len());
        if let Some(statement) = self.prepared.get(&key) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&for_postgres(sql)).await.map_err(from_postgres)?;
        self.prepared.insert(key, statement.clone());
        Ok(statement)
    }

    /// Runs statements in order without waiting between them, and `then` behind them: one round trip. Returns
    /// the rows of each and how many it changed.
    pub(crate) async fn run(
        &mut self,
        statements: &[Statement<'_>],
        then: Option<&'static str>,
    ) -> Result<Vec<(Vec<Row>, u64)>, Error> {
        let mut prepared = Vec::with_capacity(statements.len());
        for (sql, vals) in statements {
            prepared.push((*sql, self.prepare(sql).await?, *vals));
        }
        let (begin, client) = (self.begin.take(), &self.client);
        let batch = async |text: Option<&'static str>| match text {
            Some(text) => client.batch_execute(text).await.map_err(from_postgres),
            None => Ok(()),
        };
        // Polled in order, so sent in order; the server runs them one after the other.
        let sent = prepared.iter().map(async |(sql, statement, vals)| {
            let mut stream = std::pin::pin!(client.query_raw(statement, vals.iter()).await.map_err(from_postgres)?);
            let mut rows = Vec::new();
            while let Some(row) = stream.next().await {
                rows.push(postgres_row(sql, &row.map_err(from_postgres)?)?);
            }
            Ok((rows, stream.rows_affected().unwrap_or(0)))
        });
        let (opened, answers, ended) =
            futures_util::future::join3(batch(begin), futures_util::future::join_all(sent), batch(then)).await;
        opened?;
        let answers = answers.into_iter().collect::<Result<_, Error>>()?;
        ended?;
        Ok(answers)
    }
}

impl PgConn {
    /// Names of a query's columns.
    async fn columns(&mut self, sql: &'static str) -> Result<Vec<String>, Error> {
        let statement = self.prepare(sql).await?;
        Ok(statement.columns().iter().map(|column| column.name().to_owned()).collect())
    }

    async fn each(&mut self, sql: &'static str, vals: &[Val<'_>], f: &mut EachRow<'_>) -> Result<(), Error> {
        let statement = self.prepare(sql).await?;
        if let Some(begin) = self.begin.take() {
            self.client.batch_execute(begin).await.map_err(from_postgres)?;
        }
        let mut stream = std::pin::pin!(self.client.query_raw(&statement, vals.iter()).await.map_err(from_postgres)?);
        while let Some(row) = stream.next().await {
            f(&postgres_row(sql, &row.map_err(from_postgres)?)?.cells)?;
        }
        Ok(())
    }
}

/// Called with the cells of each row.
pub(crate) type EachRow<'f> = dyn FnMut(&[Val<'static>]) -> Result<(), Error> + Send + 'f;

/// Names of a query's columns.
pub(crate) fn sqlite_columns(conn: &rusqlite::Connection, sql: &'static str) -> Result<Vec<String>, Error> {
    let statement = conn.prepare_cached(for_sqlite(sql)).map_err(from_sqlite)?;
    Ok(statement.column_names().map(str::to_owned).collect())
}

impl Conn {
    /// Names of a query's columns.
    pub(crate) async fn columns(&mut self, sql: &'static str) -> Result<Vec<String>, Error> {
        match self {
            Self::Sqlite(conn) => sqlite_columns(conn, sql),
            Self::Postgres(pg) => pg.columns(sql).await,
        }
    }

    /// Hands over every row of a query that may have any number of them: one is in memory at a time.
    pub(crate) async fn each(&mut self, sql: &'static str, vals: &[Val<'_>], f: &mut EachRow<'_>) -> Result<(), Error> {
        match self {
            Self::Sqlite(conn) => sqlite_each(conn, sql, vals, f),
            Self::Postgres(pg) => pg.each(sql, vals, f).await,
        }
    }

    /// Whether the database has no table yet.
    pub(crate) async fn is_empty(&mut self) -> Result<bool, Error> {
        let sql = match self {
            Self::Sqlite(_) => "select count(*) from sqlite_master",
            Self::Postgres(_) => "select count(*) from information_schema.tables where table_schema = current_schema()",
        };
        Ok(self.q(sql, &[]).await?.first().map_or(Ok(0), |row| row.int(0))? == 0)
    }

    /// What PostgreSQL calls its version.
    pub(crate) async fn postgres_version(&mut self) -> Result<String, Error> {
        let rows = self.q("select 'PostgreSQL ' || current_setting('server_version')", &[]).await?;
        Ok(rows.first().map_or(Ok("PostgreSQL"), |row| row.text(0))?.to_owned())
    }

    /// Runs a statement and returns its rows.
    pub(crate) async fn q(&mut self, sql: &'static str, vals: &[Val<'_>]) -> Result<Vec<Row>, Error> {
        match self {
            Self::Sqlite(conn) => sqlite_rows(conn, sql, vals),
            Self::Postgres(pg) => Ok(pg.run(&[(sql, vals)], None).await?.pop().unwrap_or_default().0),
        }
    }

    /// Runs a statement and returns how many rows it changed.
    pub(crate) async fn exec(&mut self, sql: &'static str, vals: &[Val<'_>]) -> Result<u64, Error> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(for_sqlite(sql)).map_err(from_sqlite)?;
                let changed = statement.execute(rusqlite::params_from_iter(vals)).map_err(from_sqlite)?;
                Ok(changed as u64)
            }
            Self::Postgres(pg) => Ok(pg.run(&[(sql, vals)], None).await?.pop().unwrap_or_default().1),
        }
    }

    /// Runs statements that do not need each other's answers, and returns the rows of each.
    pub(crate) async fn q_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<Vec<Row>>, Error> {
        match self {
            Self::Sqlite(conn) => statements.iter().map(|(sql, vals)| sqlite_rows(conn, sql, vals)).collect(),
            Self::Postgres(pg) => Ok(pg.run(statements, None).await?.into_iter().map(|(rows, _)| rows).collect()),
        }
    }

    /// Runs statements that do not need each other's answers, and returns how many rows each changed.
    pub(crate) async fn exec_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, Error> {
        if let Self::Postgres(pg) = self {
            return Ok(pg.run(statements, None).await?.into_iter().map(|(_, changed)| changed).collect());
        }
        let mut changed = Vec::with_capacity(statements.len());
        for (sql, vals) in statements {
            changed.push(self.exec(sql, vals).await?);
        }
        Ok(changed)
    }

    /// Runs statements without values, as migrations are.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<(), Error> {
        match self {
            Self::Sqlite(conn) => conn.execute_batch(sql).map_err(from_sqlite),
            Self::Postgres(pg) => pg.client.batch_execute(sql).await.map_err(from_postgres),
        }
    }
}

/// Runs one statement without values that comes again and again, such as `savepoint s`.
pub(crate) fn sqlite_again(conn: &rusqlite::Connection, sql: &'static str) -> Result<(), Error> {
    conn.prepare_cached(sql).and_then(|mut statement| statement.raw_execute()).map_err(from_sqlite)?;
    Ok(())
}

pub(crate) fn sqlite_rows(conn: &rusqlite::Connection, sql: &'static str, vals: &[Val<'_>]) -> Result<Vec<Row>, Error> {
    let mut out = Vec::new();
    sqlite_cells(conn, sql, vals, &mut |cells| {
        out.push(Row { query: sql, cells });
        Ok(())
    })?;
    Ok(out)
}

pub(crate) fn sqlite_each(
    conn: &rusqlite::Connection,
    sql: &'static str,
    vals: &[Val<'_>],
    f: &mut EachRow<'_>,
) -> Result<(), Error> {
    sqlite_cells(conn, sql, vals, &mut |cells| f(&cells))
}

fn sqlite_cells(
    conn: &rusqlite::Connection,
    sql: &'static str,
    vals: &[Val<'_>],
    f: &mut dyn FnMut(Vec<Val<'static>>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = conn.prepare_cached(for_sqlite(sql)).map_err(from_sqlite)?;
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(vals)).map_err(from_sqlite)?;
    while let Some(row) = rows.next().map_err(from_sqlite)? {
        let mut cells = Vec::with_capacity(columns);
        for i in 0..columns {
            use rusqlite::types::ValueRef;
            cells.push(match row.get_ref(i).map_err(from_sqlite)? {
                ValueRef::Null => Val::Null,
                ValueRef::Integer(n) => Val::Int(n),
                ValueRef::Text(text) => Val::Text(String::from_utf8_lossy(text).into_owned().into()),
                ValueRef::Blob(bytes) => Val::Bytes(bytes.to_vec().into()),
                ValueRef::Real(_) => return Err(Error::Corrupt { query: sql.chars().take(40).collect(), column: i }),
            });
        }
        f(cells)?;
    }
    Ok(())
}

fn postgres_row(sql: &'static str, row: &tokio_postgres::Row) -> Result<Row, Error> {
    let mut cells = Vec::with_capacity(row.len());
    for (i, column) in row.columns().iter().enumerate() {
        let cell = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(i).map(|v| v.map_or(Val::Null, Val::Int)),
            Type::INT4 => row.try_get::<_, Option<i32>>(i).map(|v| v.map_or(Val::Null, |n| Val::Int(n.into()))),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i).map(|v| v.map_or(Val::Null, |b| Val::Bytes(b.into()))),
            _ => row.try_get::<_, Option<String>>(i).map(|v| v.map_or(Val::Null, |t| Val::Text(t.into()))),
        };
        cells.push(cell.map_err(from_postgres)?);
    }
    Ok(Row { query: sql, cells })
}

impl rusqlite::ToSql for Val<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value, ValueRef};
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Int(n) => ToSqlOutput::Owned(Value::Integer(*n)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

impl ToSql for Val<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(n) if *ty == Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Self::Int(n) => n.to_sql(ty, out),
            Self::Text(text) => text.as_ref().to_sql(ty, out),
            Self::Bytes(bytes) => bytes.as_ref().to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

thread_local! {
    static SQLITE_TEXTS: std::cell::RefCell<HashMap<(usize, usize), &'static str>> = std::cell::RefCell::default();
}

/// The text as SQLite reads it. Texts are `&'static str`, so each is rewritten once a thread and kept for good.
fn for_sqlite(sql: &'static str) -> &'static str {
    SQLITE_TEXTS.with_borrow_mut(|texts| {
        *texts
            .entry((sql.as_ptr() as usize, sql.len()))
            .or_insert_with(|| if sql.contains('$') { Box::leak(sql.replace('$', "?").into_boxed_str()) } else { sql })
    })
}

/// The text as PostgreSQL reads it: lock comments become locks.
fn for_postgres(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 32);
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once("/*") {
        let (words, after) = after.split_once("*/").unwrap_or((after, ""));
        out.push_str(before);
        let (kind, table) = words.split_once(' ').unwrap_or_default();
        match kind {
            "claim" => out.extend(["for update of ", table, " skip locked"]),
            "lock" => out.extend(["for update of ", table]),
            "share" => out.extend(["for share of ", table]),
            "try" => out.extend(["for share of ", table, " skip locked"]),
            _ => {}
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[expect(clippy::needless_pass_by_value, reason = "goes into `map_err`")]
pub(crate) fn from_sqlite(error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => Error::Constraint,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Conflict,
        Some(ErrorCode::DiskFull) => Error::DiskFull,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Damaged(error.to_string()),
        _ => Error::Database(error.to_string()),
    }
}

/// By class of SQLSTATE: 23 is a broken constraint, 40 a conflict, 53100 a full disk.
#[expect(clippy::needless_pass_by_value, reason = "goes into `map_err`")]
pub(crate) fn from_postgres(error: tokio_postgres::Error) -> Error {
    match error.code().map(tokio_postgres::error::SqlState::code) {
        Some(code) if code.starts_with("23") => Error::Constraint,
        Some(code) if code.starts_with("40") || code == "55P03" => Error::Conflict,
        Some("53100") => Error::DiskFull,
        Some(code) => Error::Database(format!("{} ({code})", error.as_db_error().map_or("", |e| e.message()))),
        None => Error::Database(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_becomes_two() {
        let sql = "select t.id from task t where t.id = $1 and t.pos > $2 limit 1 /*claim t*/";
        assert_eq!(for_sqlite(sql), "select t.id from task t where t.id = ?1 and t.pos > ?2 limit 1 /*claim t*/");
        assert_eq!(
            for_postgres(sql),
            "select t.id from task t where t.id = $1 and t.pos > $2 limit 1 for update of t skip locked"
        );
    }
}
