//! A running server: a real port of this machine, a real database, and people who are signed in to it.
//!
//! Its jobs do not run by themselves: a test calls the use cases of jobs (`sweep_lapsed`, `compute_consensus`) when it
//! wants them to have run.

use crate::{
    client::Client,
    db::{self, Db},
    world::World,
};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
};
use vouchsafe_app::{
    Asker,
    access::{new_secret, secret_hash},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId, SessionId},
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf, PartName},
};
use vouchsafe_store::{
    access::sessions,
    custody::{clients, ledger},
};

/// A world with a server before it; ends when dropped.
pub struct Server {
    /// What the server serves, for a test to look behind it.
    pub world: World,
    /// Where it listens.
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A server on a fresh database of SQLite, on a disk to break.
pub async fn serve() -> Server {
    Server::on(World::new(Db::sqlite().await)).await
}

/// Runs a test against a server on each engine there is.
pub async fn each<F: Future<Output = ()>>(test: impl Fn(Server) -> F) {
    db::each(|db| async { test(Server::on(World::new(db)).await).await }).await;
}

impl Server {
    /// Serves a world on a free port.
    pub async fn on(world: World) -> Self {
        let listener =
            tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("this machine has a free port");
        let address = listener.local_addr().expect("a bound port has an address");
        let service = vouchsafe_http::router(world.app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            axum::serve(listener, service).await.expect("the server runs until it is dropped");
        });
        Self { world, address, task }
    }

    /// Somebody whom the server does not know.
    pub fn visitor(&self) -> Client {
        Client::new(self.address)
    }

    /// A browser in which this member is signed in.
    pub async fn signed(&self, asker: &Asker) -> Client {
        let (app, secret) = (&self.world.app, new_secret());
        let id = SessionId(app.id());
        let mut tx = self.world.db.store.write("sign_in").await.expect("a transaction begins");
        let until = app.now().plus(12 * Micros::HOUR);
        sessions::insert(&mut tx, id, &secret_hash(&secret), asker.member, app.now(), until)
            .await
            .expect("a session can be inserted");
        let entry = Entry::new(LedgerOf::Installation, Act::SessionStarted, app.now().0);
        tx.commit([entry.by("door", "test")]).await.expect("it commits");
        let asker = Asker { door: format!("session:{id}"), ..asker.clone() };
        self.visitor().with_session(&secret).of(asker)
    }

    /// A new member of this role with confirmed grants into these clients, signed in.
    pub async fn member(&self, role: Role, granted: &[ClientId]) -> Client {
        self.signed(&self.world.member(role, granted).await).await
    }

    /// A new expert who acknowledged this project's guideline, signed in.
    pub async fn expert(&self, project: ProjectId) -> Client {
        self.signed(&self.world.expert(project).await).await
    }

    /// The entries of a client's ledger, or without one of the installation's: each the three parts in one object.
    pub async fn ledger(&self, client: Option<ClientId>) -> Vec<serde_json::Value> {
        let of = client.map_or(LedgerOf::Installation, |id| LedgerOf::Client(id.to_string()));
        let mut tx = self.world.db.store.write("ledger").await.expect("a transaction begins");
        let rows = ledger::list(&mut tx, &of, (-1, ""), 100_000).await.expect("a ledger can be read");
        tx.abandon().await.expect("a transaction can be given up");
        let parts = rows.into_iter().map(|row| row.parts);
        parts
            .map(|parts| {
                let named = PartName::ALL.iter().zip(parts);
                let parsed = named.map(|(name, part)| {
                    let bytes = part.map(|part| part.bytes).unwrap_or_default();
                    (name.word().to_owned(), serde_json::from_slice(&bytes).unwrap_or_default())
                });
                serde_json::Value::Object(parsed.collect())
            })
            .collect()
    }

    /// How many entries each ledger has, by its name.
    pub async fn entries(&self) -> BTreeMap<String, usize> {
        let mut on = self.world.db.store.read().await.expect("a read begins");
        let clients = clients::all(&mut on).await.expect("clients can be read");
        drop(on);
        let mut entries = BTreeMap::from([("installation".to_owned(), self.ledger(None).await.len())]);
        for client in clients {
            entries.insert(client.id.to_string(), self.ledger(Some(client.id)).await.len());
        }
        entries
    }

    /// The acts of a ledger in order, such as `assignment.sent`.
    pub async fn acts(&self, client: Option<ClientId>) -> Vec<String> {
        let entries = self.ledger(client).await;
        entries.iter().map(|entry| entry["act"]["act"].as_str().unwrap_or_default().to_owned()).collect()
    }
}
