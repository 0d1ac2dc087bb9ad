//! The people in a project's reach: who could work on it, what keeps the others out.

use super::eligible::{lacking, pool_of};
use crate::{
    App, Asker, Error,
    page::{Cursor, Page},
    work::projects::gate_for,
};
use serde::Serialize;
use vouchsafe_domain::{access::role::Role, custody::gate::Need, ids::ProjectId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::disclosed::{Going, Object},
    experts::{people, profiles},
};

/// Somebody who could work on a project.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PersonListed {
    /// The account.
    pub member: String,
    /// His name.
    pub name: String,
    /// `expert` or `reviewer`.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// Fields of work, as he says.
    pub domains: Vec<String>,
    /// Languages, as he says.
    pub languages: Vec<String>,
    /// Whether he may work here now.
    pub eligible: bool,
    /// What keeps him out, in words.
    pub missing: Vec<String>,
    /// Whether he was let into the client by name, as reviewers are.
    pub granted: bool,
    /// Whether he acknowledged the newest guideline.
    pub acknowledged: bool,
    /// Tasks he took so far.
    pub taken: i64,
    /// Leases he holds.
    pub open_leases: i64,
    /// When the account was suspended, RFC 3339.
    pub suspended_at: Option<String>,
}

impl App {
    /// Experts and reviewers, oldest account first, each with what he lacks by the project's pool. With `eligible` only
    /// those who may work now: then a page may hold fewer than asked for.
    pub async fn list_people(
        &self,
        asker: &Asker,
        project: ProjectId,
        eligible: bool,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<PersonListed>, Error> {
        let cursor = Cursor::parse(after)?;
        let mut tx = self.store.write("list_people").await?;
        let (gate, clearance) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        let found = people::of_project(&mut tx, gate.client, project, cursor.key(), limit + 1).await?;
        let page = Page::of(found, limit, |p| (p.listed.created_at.0, p.listed.member.to_string()));
        let pool = pool_of(&mut tx, &gate).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for person in page.items {
            let profile = profiles::get(&mut tx, person.listed.person).await?;
            let who = (person.listed.member, person.listed.person);
            let lacks = lacking(&mut tx, &pool, who, &profile, self.now()).await?;
            let mut missing: Vec<String> = lacks.iter().map(ToString::to_string).collect();
            if person.listed.role == Role::Reviewer && !person.granted {
                missing.insert(0, "a grant into the client".into());
            }
            if person.listed.suspended_at.is_some() {
                missing.insert(0, "an account that is not suspended".into());
            }
            if eligible && !missing.is_empty() {
                continue;
            }
            items.push(PersonListed {
                member: person.listed.member.to_string(),
                name: person.listed.name,
                role: person.listed.role.word(),
                domains: profile.domains,
                languages: profile.languages,
                eligible: missing.is_empty(),
                missing,
                granted: person.granted,
                acknowledged: person.acknowledged,
                taken: person.taken,
                open_leases: person.open_leases,
                suspended_at: person.listed.suspended_at.map(|at| at.to_string()),
            });
        }
        // What is missing tells the pool, which is the client's.
        let mut going = Going::of("missing");
        for person in &items {
            let missing = person.missing.join("\n");
            going.known("missing", &clearance.content_hash(missing.as_bytes()), missing.len());
        }
        let object = Object::changing("project", &project);
        let entry = clearance
            .sent(&mut tx, (Act::ListSent, self.now()), "GET /projects/{project}/people", object, going)
            .await?
            .of("members", items.iter().map(|p| p.member.clone()).collect::<Vec<_>>());
        tx.commit([entry]).await?;
        Ok(Page { items, next: page.next })
    }
}
