//! An installation to run the command on: made by use cases, opened by real processes.

use crate::process::{Server, vouchsafe};
use serde_json::json;
use std::{path::Path, process::Command, sync::Arc};
use vouchsafe_app::{App, Asker, access::tokens::MakeToken, clock::SystemClock, work::projects::NewPipeline};
use vouchsafe_domain::{
    access::role::Role,
    ids::{AssignmentId, ClientId, ProjectId},
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db::Db,
    world::{World, questions, yes_no},
};

/// The installation key of all tests.
pub(crate) const KEY: &str = "2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a";

/// The command on an installation whose data lies in `data`.
pub(crate) fn on<'a>(args: impl IntoIterator<Item = &'a str>, data: &Path, database: &str) -> Command {
    let mut command = vouchsafe(args);
    command.env("VOUCHSAFE_INSTALLATION_KEY", KEY).env("VOUCHSAFE_DATA", data).env("VOUCHSAFE_DATABASE", database);
    command
}

/// One client with a project of questions, and people.
pub(crate) struct Scene {
    pub(crate) world: World,
    /// On the machine's own clock and with the folder that processes are given.
    pub(crate) app: App,
    pub(crate) client: ClientId,
    pub(crate) operator: Asker,
    pub(crate) project: ProjectId,
}

impl Scene {
    /// With so many questions, each to be answered by so many people.
    pub(crate) async fn new(db: Db, tasks: usize, overlap: u32) -> Self {
        let world = World::new(db);
        let app = App::new(world.db.store.clone(), Arc::new(SystemClock)).with_data(world.db.dir.path().to_owned());
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(overlap), per_hour: Some(100_000), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(overlap), pipeline).await;
        if tasks > 0 {
            world.import(&operator, project, questions(tasks)).await;
        }
        Self { world, app, client, operator, project }
    }

    pub(crate) fn data(&self) -> &Path {
        self.world.db.dir.path()
    }

    pub(crate) fn url(&self) -> &str {
        &self.world.db.url
    }

    /// The command on this installation.
    pub(crate) fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        on(args, self.data(), self.url())
    }

    /// A token of this member's.
    pub(crate) async fn token(&self, member: &Asker) -> String {
        let make = MakeToken { name: "test".into(), client: None, scopes: vec!["all".into()], days: 1 };
        self.app.make_token(member, &make).await.expect("a token can be made").secret
    }

    /// A server on this installation.
    pub(crate) fn serve(&self) -> Server {
        self.serve_on("127.0.0.1:0")
    }

    /// The same with more arguments.
    pub(crate) fn serve_with(&self, more: &[&str]) -> Server {
        let mut command = self.command(["serve", "--listen", "127.0.0.1:0"]);
        command.args(more);
        Server::of(command)
    }

    /// A server on this installation, at this address.
    pub(crate) fn serve_on(&self, address: &str) -> Server {
        Server::of(self.command(["serve", "--listen", address]))
    }

    /// Answers so many tasks as a new expert.
    pub(crate) async fn answer(&self, tasks: usize) -> Asker {
        let expert = self.world.expert(self.project).await;
        for _ in 0..tasks {
            let sent = self.app.retry(|| self.app.claim(&expert, self.project, Step::Label, Purpose::Work)).await;
            let sent = sent.expect("a claim is answered").expect("there is work");
            let id: AssignmentId = sent.id.parse().expect("an id");
            let answers = json!({"verdict": {"value": "yes"}});
            self.app.retry(|| self.app.submit(&expert, id, &answers, 900)).await.expect("an answer is taken");
        }
        expert
    }
}
