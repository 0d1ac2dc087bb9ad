//! The demo's walk-through of walls: an expert works for two clients, they turn out to be rivals, a wall goes up in
//! mid-work, and one side keeps him for good.

use crate::demo_steps::{clause_schema, client, fill, pipeline, project, work};
use serde_json::json;
use std::path::Path;
use vouchsafe_app::{
    App, Asker, Error,
    custody::{
        conflicts::NewConflict, interests::NewInterest, ordered_walls::NewWall, organisations::NewOrganisation,
        requests::NewRequest,
    },
};
use vouchsafe_domain::{
    ids::{ClientId, ProjectId},
    work::assignment::{Purpose, Step},
};

/// The people of the walk-through, and the client and project it begins at.
pub(crate) struct Cast<'a> {
    pub(crate) admin: &'a Asker,
    pub(crate) custodian: &'a Asker,
    /// Operates for the second client alone.
    pub(crate) operator: &'a Asker,
    /// Works for both.
    pub(crate) expert: &'a Asker,
    pub(crate) lark: ClientId,
    pub(crate) clauses: ProjectId,
}

const CLAUSES: [&str; 3] = [
    "Neither party shall be liable for loss of profit, except where the law does not allow it to be excluded.",
    "This agreement is governed by the law of the place in which the supplier has its seat.",
    "Each party bears its own costs of this agreement, whatever becomes of it.",
];

/// Plays it.
pub(crate) async fn play(app: &App, key_dir: &Path, cast: &Cast<'_>) -> Result<(), Error> {
    let Cast { admin, custodian, operator, expert, lark, clauses } = *cast;
    let swift = client(app, admin, key_dir, "SWIFT", 6).await?;
    let grant = app.propose_grant(admin, swift, operator.member).await?;
    app.confirm_grant(custodian, grant).await?;
    let terms = project(app, operator, swift, "Terms, liability", clause_schema(), "law", pipeline(2, 0.0)).await?;
    fill(app, operator, terms, CLAUSES.iter().map(|c| json!({"data": {"clause": c}}))).await?;

    // He answers one of each, and holds a second of LARK's when the two turn out to be rivals.
    let answer =
        json!({"kind": {"value": ["permits_disclosure"]}, "note": {"value": "Read with the clause before it."}});
    work(app, expert, clauses, |_| answer.clone()).await?;
    work(app, expert, terms, |_| answer.clone()).await?;
    app.claim(expert, clauses, Step::Label, Purpose::Work).await?;
    let rivals = NewConflict {
        a: lark.into(),
        b: Some(swift.into()),
        class: None,
        share: None,
        reason: "SWIFT announced a model for contracts, LARK's own field.".into(),
    };
    app.declare_conflict(custodian, &rivals).await?;

    // SWIFT's side is shut for good; whether LARK's opens again is asked, and waits for a second person.
    let wall =
        NewWall { person: expert.member.to_string(), reason: "He goes on with LARK, if its custodian agrees.".into() };
    app.order_wall(custodian, swift, &wall).await?;
    let waiver = NewRequest {
        kind: "waiver".into(),
        member: Some(expert.member),
        person: None,
        client: Some(lark),
        other: Some(swift.into()),
        amount: None,
        until: Some(app.now().plus(90 * vouchsafe_domain::time::Micros::DAY).to_string()),
        reason: "He was sent one item of SWIFT and two of LARK; the wall around SWIFT stays.".into(),
    };
    app.create_request(custodian, &waiver).await?;

    let vendor = NewOrganisation { name: "A vendor of annotations".into(), kind: "vendor".into() };
    let vendor = app.create_organisation(custodian, &vendor).await?;
    let tie = NewInterest {
        organisation: Some(vendor),
        name: None,
        kind: "commission".into(),
        reason: "Paid by the hour until last spring.".into(),
        until: None,
    };
    app.declare_interest(expert, &tie).await?;
    Ok(())
}
