//! PostgreSQL: a few connections, READ COMMITTED, explicit locks. No group commit of ours: the server has one.

mod wire;

use crate::{
    Error,
    dialect::{Conn, PgConn, Statement, from_postgres},
};
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
        Ok(Loan { conn, idle: Arc::clone(&self.idle), permit: Some(permit), in_tx: false })
    }
}

impl Loan {
    /// Begins a transaction with the next statement.
    pub(crate) fn begin(&mut self, read_only: bool) -> Result<(), Error> {
        self.in_tx = true;
        self.pg()?.begin(if read_only { "begin isolation level repeatable read read only" } else { "begin" });
        Ok(())
    }

    /// Runs the last statements of a transaction and commits it: one round trip.
    pub(crate) async fn commit(&mut self, last: &[Statement<'_>]) -> Result<(), Error> {
        self.conn()?.exec_all(last, Some("commit")).await?;
        self.in_tx = false;
        Ok(())
    }

    /// Undoes a transaction.
    pub(crate) async fn abandon(&mut self) -> Result<(), Error> {
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
