//! PostgreSQL: a few connections, READ COMMITTED, explicit locks. No group commit of ours: the server has one.

mod fold;
mod wire;

use crate::{
    Error, Row, Val,
    dialect::{Conn, PgConn, Statement, from_postgres},
};
use fold::Group;
use std::sync::{Arc, Mutex};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wire::Wire;

/// Connections a process keeps at most, unless told otherwise.
pub(crate) const CONNECTIONS: usize = 16;

/// Connections that wait for work.
pub(crate) struct Pool {
    wire: Wire,
    idle: Arc<Mutex<Vec<Conn>>>,
    permits: Arc<Semaphore>,
}

/// A connection on loan. Comes back on drop unless it is in a transaction that nobody ended.
pub(crate) struct Loan {
    conn: Option<Conn>,
    idle: Arc<Mutex<Vec<Conn>>>,
    permit: Option<OwnedSemaphorePermit>,
    in_tx: bool,
    later: Vec<Later>,
}

/// A statement whose answer nobody waits for: it is sent together with the next one.
struct Later {
    sql: &'static str,
    vals: Vec<Val<'static>>,
    /// What went wrong unless it changed one row.
    must: Option<fn() -> Error>,
}

impl Pool {
    pub(crate) fn new(url: &str, connections: usize) -> Result<Self, Error> {
        Ok(Self { wire: Wire::new(url)?, idle: Arc::default(), permits: Arc::new(Semaphore::new(connections)) })
    }

    /// A new connection outside the pool's count.
    pub(crate) async fn connect(&self) -> Result<Conn, Error> {
        let client = self.wire.connect().await.map_err(from_postgres)?;
        Ok(Conn::Postgres(Box::new(PgConn::new(client))))
    }

    pub(crate) async fn loan(&self) -> Result<Loan, Error> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| Error::Database("the store is closed".into()))?;
        let mut conn = loop {
            let popped = self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
            match popped {
                Some(Conn::Postgres(pg)) if pg.client.is_closed() => {}
                other => break other,
            }
        };
        if conn.is_none() {
            conn = Some(self.connect().await?);
        }
        Ok(Loan { conn, idle: Arc::clone(&self.idle), permit: Some(permit), in_tx: false, later: Vec::new() })
    }
}

impl Loan {
    /// Begins a transaction with the next statement.
    pub(crate) fn begin(&mut self, read_only: bool) -> Result<(), Error> {
        self.in_tx = true;
        self.pg()?.begin(if read_only { "begin isolation level repeatable read read only" } else { "begin" });
        Ok(())
    }

    /// Makes the last changes of a transaction and commits it: one round trip, or two if a statement put off had to
    /// change a row, for that is seen to before the commit is sent.
    pub(crate) async fn commit(&mut self, mut last: &[Statement<'_>]) -> Result<(), Error> {
        if self.later.iter().any(|later| later.must.is_some()) {
            self.change(last).await?;
            last = &[];
        }
        self.change_then(last, Some("commit")).await?;
        self.in_tx = false;
        Ok(())
    }

    /// Puts a statement off until the next one is sent. With `must` it has to change one row, or else the transaction
    /// fails with that.
    pub(crate) fn later(&mut self, (sql, vals): Statement<'_>, must: Option<fn() -> Error>) {
        self.later.push(Later { sql, vals: vals.iter().map(Val::owned).collect(), must });
    }

    /// Runs what was put off and then these: one round trip. Returns the rows of each of these.
    pub(crate) async fn ask(&mut self, statements: &[Statement<'_>]) -> Result<Vec<Vec<Row>>, Error> {
        let later = std::mem::take(&mut self.later);
        let put_off: Vec<Statement<'_>> = later.iter().map(Later::statement).collect();
        let groups = Group::all(&put_off);
        let all: Vec<Statement<'_>> = groups.iter().map(Group::statement).chain(statements.iter().copied()).collect();
        let mut answers = self.pg()?.run(&all, None).await?;
        let of_these = answers.split_off(groups.len());
        seen_to(&later, &changes(&groups, &answers)?)?;
        Ok(of_these.into_iter().map(|(rows, _)| rows).collect())
    }

    /// Runs what was put off and then these changes: one round trip. Returns how many rows each of these changed.
    pub(crate) async fn change(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, Error> {
        self.change_then(statements, None).await
    }

    /// Runs what was put off and then the same change of different rows. Returns how many rows each changed.
    pub(crate) async fn change_each(&mut self, sql: &'static str, rows: &[&[Val<'_>]]) -> Result<Vec<u64>, Error> {
        if !self.later.is_empty() {
            self.ask(&[]).await?;
        }
        self.pg()?.run_groups(&Group::each(sql, rows), None).await
    }

    async fn change_then(
        &mut self,
        statements: &[Statement<'_>],
        then: Option<&'static str>,
    ) -> Result<Vec<u64>, Error> {
        let later = std::mem::take(&mut self.later);
        let all: Vec<Statement<'_>> = later.iter().map(Later::statement).chain(statements.iter().copied()).collect();
        let groups = Group::all(&all);
        let mut changed = self.pg()?.run_groups(&groups, then).await?;
        let of_these = changed.split_off(later.len());
        seen_to(&later, &changed)?;
        Ok(of_these)
    }

    /// Undoes a transaction.
    pub(crate) async fn abandon(&mut self) -> Result<(), Error> {
        self.later.clear();
        if !self.pg()?.unbegin() {
            self.conn()?.batch("rollback").await?;
        }
        self.in_tx = false;
        Ok(())
    }

    fn pg(&mut self) -> Result<&mut PgConn, Error> {
        match self.conn()? {
            Conn::Postgres(pg) => Ok(pg),
            Conn::Sqlite(_) => Err(Error::Database("the pool lends connections to PostgreSQL only".into())),
        }
    }

    pub(crate) fn conn(&mut self) -> Result<&mut Conn, Error> {
        self.conn.as_mut().ok_or_else(|| Error::Database("the transaction has ended".into()))
    }
}

impl Later {
    fn statement(&self) -> Statement<'_> {
        (self.sql, &self.vals)
    }
}

impl PgConn {
    async fn run_groups(&mut self, groups: &[Group<'_>], then: Option<&'static str>) -> Result<Vec<u64>, Error> {
        let sent: Vec<Statement<'_>> = groups.iter().map(Group::statement).collect();
        changes(groups, &self.run(&sent, then).await?)
    }
}

fn changes(groups: &[Group<'_>], answers: &[(Vec<Row>, u64)]) -> Result<Vec<u64>, Error> {
    let counts: Result<Vec<_>, _> = groups.iter().zip(answers).map(|(group, answer)| group.changed(answer)).collect();
    Ok(counts?.concat())
}

/// Whether what had to change a row did.
fn seen_to(later: &[Later], changed: &[u64]) -> Result<(), Error> {
    let failed = later.iter().zip(changed).find_map(|(later, changed)| later.must.filter(|_| *changed != 1));
    failed.map_or(Ok(()), |fault| Err(fault()))
}

impl Drop for Loan {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        let (idle, permit, in_tx) = (Arc::clone(&self.idle), self.permit.take(), self.in_tx);
        let never_sent = if let Conn::Postgres(pg) = &mut conn { pg.unbegin() } else { false };
        if !in_tx || never_sent {
            return idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(conn);
        }
        // Undone before it is lent again; without a runtime the connection is simply closed.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if conn.batch("rollback").await.is_ok() {
                    idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(conn);
                }
                drop(permit);
            });
        }
    }
}
