//! A small installation in which most routes have something to do.

use super::operations::Operation;
use serde_json::{Value, json};
use std::ops::Deref;
use vouchsafe_app::{
    access::invitations::Invite,
    work::{
        change_project::ProjectChange,
        projects::{Adjudicate, NewPipeline},
    },
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, MemberId, ProjectId},
};
use vouchsafe_testkit::{
    client::Client,
    serve::{self, Server},
    world::{questions, yes_no},
};

/// A server, and what it serves.
pub(crate) struct Scene {
    pub(crate) server: Server,
    things: Things,
}

impl Deref for Scene {
    type Target = Things;

    fn deref(&self) -> &Things {
        &self.things
    }
}

/// HERON with a project, work at every stage, and one member of every role; LARK, whose people know nothing of it.
#[derive(Clone)]
pub(crate) struct Things {
    pub(crate) client: ClientId,
    pub(crate) other: ClientId,
    pub(crate) project: ProjectId,
    pub(crate) task: String,
    pub(crate) annotation: String,
    pub(crate) submitted: String,
    pub(crate) held: String,
    pub(crate) ahead: String,
    pub(crate) to_review: String,
    pub(crate) to_decide: String,
    pub(crate) decided: String,
    pub(crate) flag: String,
    pub(crate) release: String,
    pub(crate) departure: String,
    pub(crate) grant: String,
    pub(crate) hold: String,
    pub(crate) credential: String,
    pub(crate) invitation: String,
    pub(crate) secret: String,
    pub(crate) newcomer: MemberId,
    pub(crate) expert: Client,
    pub(crate) reviewer: Client,
    pub(crate) operator: Client,
    pub(crate) observer: Client,
    pub(crate) custodian: Client,
    pub(crate) admin: Client,
}

/// What HERON and its workers wrote. Sent to nobody without an entry in HERON's ledger.
pub(crate) const PHRASES: [&str; 5] = ["a round number?", "Read with care.", "A project", "Too vague", "row-of-heron"];

fn id(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}")).to_owned()
}

/// A project in which two disagreed about two tasks: the reviewer decided one, and holds the other to decide it.
async fn contested(server: &Server, client: ClientId, operator: &Client, reviewer: &Client) -> (String, String) {
    let pipeline = NewPipeline { adjudicate: Some(Adjudicate { below: 0.8 }), ..NewPipeline::default() };
    let project = server.world.project(operator.asker(), client, yes_no(2), pipeline).await;
    server.world.import(operator.asker(), project, questions(2)).await;
    let take = format!("/projects/{project}/assignments");
    for said in ["yes", "no"] {
        let expert = server.expert(project).await;
        for _ in 0..2 {
            let sent = expert.post(&take, json!({})).await.expect(201);
            let path = format!("/assignments/{}/annotation", id(&sent, "id"));
            expert.post(&path, json!({"answers": {"verdict": {"value": said}}, "active_ms": 9})).await.expect(201);
        }
    }
    while server.world.app.compute_consensus(10).await.unwrap() > 0 {}
    server.world.app.compute_quality_for(project).await.unwrap();
    let held = reviewer.post(&take, json!({"step": "adjudicate"})).await.expect(201);
    let decision = json!({"answers": {"verdict": {"value": "yes"}}, "comment": "Read with care."});
    reviewer.post(&format!("/assignments/{}/decision", id(&held, "id")), decision).await.expect(201);
    let to_decide = reviewer.post(&take, json!({"step": "adjudicate"})).await.expect(201);
    // Whoever labels knows of HERON by the other project alone.
    let nobody = ProjectChange { pool: Some(json!({"credential": "none has it"})), ..ProjectChange::default() };
    server.world.app.change_project(operator.asker(), project, &nobody).await.unwrap();
    (id(&to_decide, "id"), id(&held, "task"))
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let server = serve::serve().await;
        let (client, other) = (server.world.client("HERON").await, server.world.client("LARK").await);
        std::fs::write(server.world.db.dir.path().join("keys/otter"), "5a".repeat(32)).unwrap();
        let operator = server.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
        let project = server.world.project(operator.asker(), client, yes_no(1), pipeline).await;
        server.world.import(operator.asker(), project, questions(8)).await;
        let (expert, reviewer) = (server.expert(project).await, server.member(Role::Reviewer, &[client]).await);
        let observer = server.member(Role::Observer, &[client]).await;
        let custodian = server.member(Role::Custodian, &[client]).await;
        let admin = server.member(Role::Admin, &[]).await;

        let take = format!("/projects/{project}/assignments");
        let answer = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 9});
        let mut done = Vec::new();
        for _ in 0..3 {
            let sent = expert.post(&take, json!({})).await.expect(201);
            let path = format!("/assignments/{}/annotation", id(&sent, "id"));
            let annotation = id(&expert.post(&path, answer.clone()).await.expect(201), "annotation");
            done.push((id(&sent, "task"), annotation, id(&sent, "id")));
        }
        let decided = reviewer.post(&take, json!({"step": "review"})).await.expect(201);
        let verdict = json!({"verdict": "accept"});
        reviewer.post(&format!("/assignments/{}/review", id(&decided, "id")), verdict).await.expect(201);
        let to_review = id(&reviewer.post(&take, json!({"step": "review"})).await.expect(201), "id");
        let held = id(&expert.post(&take, json!({})).await.expect(201), "id");
        let ahead = id(&expert.post(&take, json!({"purpose": "prefetch"})).await.expect(201), "id");
        let flagged = json!({"reason": "unclear_task", "comment": "Too vague"});
        expert.post(&format!("/assignments/{held}/flag"), flagged).await.expect(204);
        let flags = operator.get(&format!("/projects/{project}/flags")).await.expect(200);
        while server.world.app.compute_consensus(10).await.unwrap() > 0 {}
        let (to_decide, decided_task) = contested(&server, client, &operator, &reviewer).await;

        let release = json!({"formats": ["full"]});
        let release = id(&operator.post(&format!("/projects/{project}/releases"), release).await.expect(201), "id");
        while operator.get(&format!("/releases/{release}")).await.expect(200)["state"] == "building" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        for who in [&operator, &observer] {
            who.post(&format!("/releases/{release}/approve"), json!({})).await.expect(200);
        }
        operator.post(&format!("/releases/{release}/deliver"), json!({})).await.expect(200);
        let departure = id(&observer.post(&format!("/clients/{client}/departures"), json!({})).await.expect(201), "id");
        while observer.get(&format!("/departures/{departure}")).await.expect(200)["state"] == "building" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        for who in [&custodian, &observer] {
            who.post(&format!("/departures/{departure}/approve"), json!({})).await.expect(200);
        }
        let newcomer = server.world.member(Role::Operator, &[]).await;
        let proposed = server.world.member(Role::Operator, &[]).await;
        let grant =
            admin.post(&format!("/clients/{client}/grants"), json!({"member": proposed.member})).await.expect(201);
        let kept = custodian.post(&format!("/clients/{client}/holds"), json!({"reason": "A case."})).await.expect(201);
        let verified = json!({"kind": "md", "title": "MD", "evidence": "Register"});
        let path = format!("/members/{}/credentials", expert.asker().member);
        let credential = id(&operator.post(&path, verified).await.expect(201), "id");
        let invite = Invite { role: "expert".into(), email: "e@example.org".into() };
        let invited = server.world.app.invite(Some(admin.asker()), &invite).await.unwrap();
        while server.world.app.number_entries().await.unwrap() > 0 {}
        let things = Things {
            client,
            other,
            project,
            task: done[0].0.clone(),
            annotation: done[0].1.clone(),
            submitted: done[0].2.clone(),
            held,
            ahead,
            to_review,
            to_decide,
            decided: decided_task,
            flag: id(&flags["items"][0], "id"),
            release,
            departure,
            grant: id(&grant, "id"),
            hold: id(&kept, "id"),
            credential,
            invitation: invited.id,
            secret: invited.secret,
            newcomer: newcomer.member,
            expert,
            reviewer,
            operator,
            observer,
            custodian,
            admin,
        };
        Self { server, things }
    }

    /// The same on a copy of its database, behind a server of its own.
    pub(crate) async fn copy(&self) -> Self {
        let server = Server::on(self.server.world.copy().await).await;
        let mut things = self.things.clone();
        let Things { expert, reviewer, operator, observer, custodian, admin, .. } = &mut things;
        for who in [expert, reviewer, operator, observer, custodian, admin] {
            *who = who.at(server.address);
        }
        Self { server, things }
    }

    /// The path of an operation on what this scene has for it, as `who` would fill it in.
    pub(crate) fn path(&self, operation: &Operation, who: &Client) -> String {
        operation.with(|name| match name {
            "assignment" if operation.path.ends_with("/opened") => self.ahead.clone(),
            "assignment" if operation.path.ends_with("/submitted") => self.submitted.clone(),
            "assignment" if operation.path.ends_with("/decision") => self.to_decide.clone(),
            "task" if operation.path.ends_with("/decision/reopen") => self.decided.clone(),
            other => self.id(other, who),
        })
    }

    /// The ids of this scene, as `who` would fill them in.
    pub(crate) fn id(&self, name: &str, who: &Client) -> String {
        match name {
            "client" | "ledger" => self.client.to_string(),
            "project" => self.project.to_string(),
            "task" => self.task.clone(),
            "annotation" => self.annotation.clone(),
            "assignment" if who.asker().role == Role::Reviewer => self.to_review.clone(),
            "assignment" => self.held.clone(),
            "flag" => self.flag.clone(),
            "release" => self.release.clone(),
            "departure" => self.departure.clone(),
            "name" => "manifest.json".into(),
            "grant" => self.grant.clone(),
            "hold" => self.hold.clone(),
            "member" => self.expert.asker().member.to_string(),
            "credential" => self.credential.clone(),
            "invitation" => self.invitation.clone(),
            "secret" => self.secret.clone(),
            _ => self.server.world.app.id().to_string(),
        }
    }

    /// One member of every role, each let into HERON.
    pub(crate) fn inside(&self) -> [&Client; 6] {
        [&self.expert, &self.reviewer, &self.operator, &self.observer, &self.custodian, &self.admin]
    }
}
