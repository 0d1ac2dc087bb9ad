//! A small world to test in: one client with its key, people by role, a project with tasks.

use crate::{clock::TestClock, db::Db};
use serde_json::{Value, json};
use std::sync::Arc;
use vouchsafe_app::{
    App, Asker,
    work::{
        import::{ImportOptions, Report},
        projects::{NewPipeline, NewProject},
    },
};
use vouchsafe_domain::{
    access::{device::Device, role::Role},
    ids::{ClientId, GrantId, MemberId, PersonId, ProjectId},
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    access::{grants, members},
    custody::{clients, face::Face},
    keys::{self, KeySource},
    seal::Key,
};

/// An application on a fresh database, with a clock to move.
pub struct World {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<TestClock>,
    /// The application.
    pub app: App,
}

impl World {
    /// A world on this database.
    pub fn new(db: Db) -> Self {
        let clock = Arc::new(TestClock::new(u64::from(std::process::id())));
        let app = App::new(db.store.clone(), clock.clone()).with_data(db.dir.path().join("data"));
        Self { db, clock, app }
    }

    /// The same world on a copy of its database of SQLite, under the same clock.
    pub async fn copy(&self) -> Self {
        let (db, clock) = (self.db.copy().await, self.clock.clone());
        let app = App::new(db.store.clone(), clock.clone()).with_data(db.dir.path().join("data"));
        Self { db, clock, app }
    }

    /// The application as another process on the same database and key files would run it.
    pub async fn other_process(&self) -> App {
        App::new(self.db.again().await, self.clock.clone()).with_data(self.db.dir.path().join("data"))
    }

    /// A client whose key lies in a file.
    pub async fn client(&self, code_name: &str) -> ClientId {
        let id = ClientId(self.app.id());
        let file = code_name.to_lowercase();
        std::fs::write(self.db.dir.path().join("keys").join(&file), keys::to_hex(&Key::random()))
            .expect("a key file can be written");
        let wrapped = self.db.store.keys().make(id, KeySource::File(file)).await.expect("the source gives its key");
        let mut tx = self.db.store.write("client").await.expect("a transaction begins");
        let face = Face { name: format!("{code_name} Limited"), code_name: code_name.into(), colour: 1 };
        clients::insert(&mut tx, id, &face, &wrapped, None, self.app.now()).await.expect("a client can be inserted");
        tx.commit([Entry::new(LedgerOf::Client(id.to_string()), Act::ClientCreated, self.app.now().0)])
            .await
            .expect("it commits");
        self.app.load_key(id).await.expect("its key is there");
        id
    }

    /// A member of this role with confirmed grants into these clients.
    pub async fn member(&self, role: Role, granted: &[ClientId]) -> Asker {
        let (person, member) = (PersonId(self.app.id()), MemberId(self.app.id()));
        let mut tx = self.db.store.write("member").await.expect("a transaction begins");
        let email = format!("{}@example.org", person.0.simple());
        let new = members::NewPerson {
            id: person,
            name: role.word(),
            email: &email,
            password_hash: None,
            totp: None,
            at: self.app.now(),
        };
        members::insert_person(&mut tx, &new).await.expect("a person can be inserted");
        members::insert(&mut tx, member, person, role, self.app.now()).await.expect("a member can be inserted");
        for client in granted {
            let grant = GrantId(self.app.id());
            grants::propose(&mut tx, grant, *client, member, member, self.app.now())
                .await
                .expect("a grant can be proposed");
            grants::confirm(&mut tx, grant, member, self.app.now()).await.expect("a grant can be confirmed");
        }
        tx.commit([Entry::new(LedgerOf::Installation, Act::MemberJoined, self.app.now().0)]).await.expect("it commits");
        Asker { person, member, role, door: "session:test".into(), only_client: None, device: Device::Desktop }
    }

    /// A project made by this operator.
    pub async fn project(&self, operator: &Asker, client: ClientId, schema: Value, pipeline: NewPipeline) -> ProjectId {
        let new = NewProject {
            name: "A project".into(),
            schema,
            guideline: "Read with care.".into(),
            pipeline,
            pool: json!({}),
            copy_allowed: false,
        };
        self.app.retry(|| self.app.create_project(operator, client, &new)).await.expect("a project can be made")
    }

    /// Brings rows in, numbered from line 1.
    pub async fn import(&self, operator: &Asker, project: ProjectId, rows: impl IntoIterator<Item = Value>) -> Report {
        let import =
            self.app.begin_import(operator, project, ImportOptions::default()).await.expect("an import begins");
        let chunk = import.prepare(rows.into_iter().enumerate().map(|(i, row)| (i as u64 + 1, row)));
        let mut report = Report::default();
        self.app.import_chunk(operator, &import, chunk, &mut report).await.expect("a chunk goes in");
        report
    }

    /// An expert who acknowledged the guideline of this project.
    pub async fn expert(&self, project: ProjectId) -> Asker {
        let expert = self.member(Role::Expert, &[]).await;
        self.app.acknowledge_guideline(&expert, project, 1).await.expect("a guideline can be acknowledged");
        expert
    }
}

/// A schema with one label question over one text field.
pub fn yes_no(overlap: u32) -> Value {
    json!({
        "schema_version": "1", "task_type": "classification", "name": "yes_no",
        "fields": [{"name": "question", "type": "text", "source": "/question", "required": true}],
        "questions": [{"name": "verdict", "type": "label", "required": true, "options": [{"value": "yes"}, {"value": "no"}],
                       "aggregation": {"method": "majority_vote"}}],
        "distribution": {"strategy": "overlap", "min_submitted": overlap},
    })
}

/// Rows for [`yes_no`].
pub fn questions(n: usize) -> impl Iterator<Item = Value> {
    (0..n).map(|i| json!({"external_id": format!("q{i}"), "data": {"question": format!("Is {i} a round number?")}}))
}
