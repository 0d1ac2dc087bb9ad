//! The example of the demo: two clients, three projects, people by role, work half done. Made by the same use
//! cases as everything else, so every page has something true to show.

use crate::{
    demo_steps::{clause_schema, client, fill, pipeline, project, work},
    demo_walls::{self, Cast},
};
use serde_json::{Value, json};
use std::path::Path;
use vouchsafe_app::{
    App, Asker, Error,
    store::experts::profiles::{Degree, Profile},
    work::{review::Verdict, sent::AssignmentSent},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{AssignmentId, ProjectId},
    work::assignment::{Purpose, Step},
};

const DOOR: &str = "demo";

/// Makes the example in a fresh installation.
pub(crate) async fn make(app: &App, key_dir: &Path) -> Result<(), String> {
    build(app, key_dir).await.map_err(|e| format!("the example could not be made: {e}"))
}

async fn build(app: &App, key_dir: &Path) -> Result<(), Error> {
    let person = |role, name: &'static str, email: &'static str, domain: &'static str| async move {
        let profile = Profile {
            domains: if domain.is_empty() { Vec::new() } else { vec![domain.into()] },
            degrees: if domain.is_empty() {
                Vec::new()
            } else {
                vec![Degree {
                    title: format!("Doctorate, {domain}"),
                    institution: "A university".into(),
                    year: Some(2016),
                }]
            },
            languages: vec!["en".into()],
        };
        app.found_member(role, name, email, &profile, DOOR).await
    };
    let admin = person(Role::Admin, "Administrator", "admin@demo.invalid", "").await?;
    let custodian = person(Role::Custodian, "Custodian", "custodian@demo.invalid", "").await?;
    let operator = person(Role::Operator, "Operator", "operator@demo.invalid", "").await?;
    let reviewer = person(Role::Reviewer, "Reviewer", "reviewer@demo.invalid", "").await?;
    let observer = person(Role::Observer, "Observer of HERON", "observer@demo.invalid", "").await?;
    let biologist = person(Role::Expert, "Expert in biology", "biology@demo.invalid", "biology").await?;
    let second = person(Role::Expert, "Second expert in biology", "biology2@demo.invalid", "biology").await?;
    let lawyer = person(Role::Expert, "Expert in law", "law@demo.invalid", "law").await?;

    let heron = client(app, &admin, key_dir, "HERON", 1).await?;
    let lark = client(app, &admin, key_dir, "LARK", 4).await?;
    for client in [heron, lark] {
        for member in [&operator, &reviewer] {
            let grant = app.propose_grant(&admin, client, member.member).await?;
            app.confirm_grant(&custodian, grant).await?;
        }
    }
    let grant = app.propose_grant(&admin, heron, observer.member).await?;
    app.confirm_grant(&custodian, grant).await?;

    let preference =
        project(app, &operator, heron, "Preference, enzymes", preference_schema(), "biology", pipeline(1, 1.0)).await?;
    fill(
        app,
        &operator,
        preference,
        (1..).zip(PAIRS).map(|(n, (p, a, b))| {
            json!({"external_id": format!("enzymes-{n}"), "data": {"prompt": p, "first": a, "second": b}})
        }),
    )
    .await?;
    let claims =
        project(app, &operator, heron, "Claims in abstracts", claim_schema(), "biology", pipeline(2, 0.0)).await?;
    fill(app, &operator, claims, CLAIMS.iter().map(|c| json!({"data": {"abstract": c}}))).await?;
    let clauses =
        project(app, &operator, lark, "Clauses, confidentiality", clause_schema(), "law", pipeline(1, 0.5)).await?;
    fill(app, &operator, clauses, CLAUSES.iter().map(|c| json!({"data": {"clause": c}}))).await?;

    let why = "It names the mechanism and the condition under which it holds; the other states a rule of thumb.";
    for strength in [2, 1, 3] {
        let answer = |sent: &AssignmentSent| {
            let shown = better(sent);
            json!({"preferred": {"value": {"preferred": shown, "strength": strength}}, "reason": {"value": why}})
        };
        work(app, &biologist, preference, answer).await?;
    }
    // Two people on each claim: they agree on two of three.
    for (expert, verdicts) in [
        (&biologist, ["not_supported", "supported", "overstated"]),
        (&second, ["not_supported", "supported", "not_supported"]),
    ] {
        for verdict in verdicts {
            let answer = |_: &AssignmentSent| json!({"verdict": {"value": verdict}, "confidence": {"value": 4}});
            work(app, expert, claims, answer).await?;
        }
    }
    work(app, &lawyer, clauses, |_| json!({"kind": {"value": ["survives_termination"]}, "note": {"value": "Five years after the end; no carve-out for compelled disclosure."}})).await?;

    review(app, &reviewer, preference, json!({"verdict": "accept"})).await?;
    review(app, &reviewer, preference, json!({"verdict": "return", "reasons": ["insufficient_justification"], "comment": "Say which step of the reaction the other answer gets wrong.", "to": "author"})).await?;

    let cast = Cast {
        admin: &admin,
        custodian: &custodian,
        operator: &person(Role::Operator, "Operator of SWIFT", "swift@demo.invalid", "").await?,
        expert: &person(Role::Expert, "Expert in law, walled", "walled@demo.invalid", "law").await?,
        lark,
        clauses,
    };
    demo_walls::play(app, key_dir, &cast).await
}

async fn review(app: &App, reviewer: &Asker, project: ProjectId, verdict: Value) -> Result<(), Error> {
    let Some(sent) = app.claim(reviewer, project, Step::Review, Purpose::Work).await? else { return Ok(()) };
    let id: AssignmentId = sent.id.parse().map_err(|_| Error::NotFound)?;
    let verdict: Verdict = serde_json::from_value(verdict).map_err(|e| Error::invalid("", e.to_string()))?;
    app.review(reviewer, id, &verdict).await?;
    Ok(())
}

/// The first answer of its pair, which is the right one, by the id under which it was sent.
fn better(sent: &AssignmentSent) -> Option<&Value> {
    let items = sent.content["responses"]["items"].as_array()?;
    let right = |item: &&Value| PAIRS.iter().any(|(_, first, _)| item["content"] == *first);
    items.iter().find(right).map(|item| &item["id"])
}

fn preference_schema() -> Value {
    json!({
        "schema_version": "1", "task_type": "pairwise_preference", "name": "preference_enzymes",
        "fields": [
            {"name": "prompt", "type": "markdown", "source": "/prompt", "required": true},
            {"name": "responses", "type": "candidates", "blind": true, "shuffle": true,
             "source": {"fixed": [{"id": "first", "content": "/first"}, {"id": "second", "content": "/second"}]}},
        ],
        "questions": [
            {"name": "preferred", "type": "pairwise", "title": "Which answer is better?", "on": "responses", "required": true, "allow_tie": true, "strength": 3,
             "aggregation": {"method": "majority_vote"}},
            {"name": "reason", "type": "text", "title": "Why?", "required": true, "validation": {"min_length": 30}, "aggregation": {"method": "best_of"}},
        ],
        "distribution": {"strategy": "overlap", "min_submitted": 1, "review_rate": 1.0},
        "export": {"trl": "preference", "drop_ties": true},
    })
}

fn claim_schema() -> Value {
    json!({
        "schema_version": "1", "task_type": "classification", "name": "claims",
        "fields": [{"name": "text", "type": "text", "source": "/abstract", "required": true}],
        "questions": [
            {"name": "verdict", "type": "label", "title": "Is the last sentence supported by the others?", "required": true,
             "options": [{"value": "supported"}, {"value": "not_supported"}, {"value": "overstated"}], "aggregation": {"method": "majority_vote"}},
            {"name": "confidence", "type": "rating", "title": "How sure are you?", "options": [{"value": 1}, {"value": 2}, {"value": 3}, {"value": 4}, {"value": 5}],
             "aggregation": {"method": "mean"}},
        ],
        "distribution": {"strategy": "overlap", "min_submitted": 2},
    })
}

const PAIRS: [(&str, &str, &str); 6] = [
    (
        "Why does a competitive inhibitor leave $V_{max}$ unchanged?",
        "At saturating substrate the inhibitor is outcompeted for the active site, so every enzyme can turn over; only the substrate needed to get there rises, which is why the apparent $K_m$ grows.",
        "Because inhibitors slow reactions down, but the maximum is a constant of the enzyme and constants do not change.",
    ),
    (
        "What does a Hill coefficient above 1 tell about haemoglobin?",
        "That binding is cooperative: oxygen on one site raises the affinity of the others. It bounds the number of interacting sites from below; it is not their count.",
        "That haemoglobin has more than one binding site; the coefficient is the number of sites.",
    ),
    (
        "How would you tell a transition-state analogue from an ordinary substrate analogue?",
        "Measure binding: the transition-state analogue binds orders of magnitude more tightly than the substrate, and its affinity tracks $k_{cat}/K_m$ across mutants.",
        "Transition-state analogues look like the substrate but have a different charge.",
    ),
    (
        "Why are enzyme assays run at less than ten per cent conversion?",
        "So that substrate is nearly constant, product neither inhibits nor runs the reaction back, and the slope is the initial rate the model is about.",
        "Because enzymes get tired and lose activity once too much product was made.",
    ),
    (
        "Does a catalyst change the equilibrium constant?",
        "No. It lowers the barrier for both directions by the same amount, so both rate constants rise by one factor and their ratio stays.",
        "Yes, slightly: a faster forward reaction shifts the equilibrium toward products.",
    ),
    (
        "What limits $k_{cat}/K_m$ from above?",
        "The rate at which enzyme and substrate meet by diffusion, about $10^8$ to $10^9\\ \\mathrm{M^{-1}s^{-1}}$ in water.",
        "The temperature at which the enzyme denatures.",
    ),
];

const CLAIMS: [&str; 4] = [
    "Forty mice were kept on two diets for twelve weeks. Those on the second gained 3 g more (95 % interval 1 to 5). Body fat was not measured. The second diet increases body fat in mice.",
    "The enzyme was assayed at five pH values in triplicate. Activity peaked at pH 7.4 and fell to a tenth at pH 5. The enzyme is most active near neutral pH.",
    "We sequenced 212 isolates from one hospital. The resistance gene was found in 31. No isolate from outside was sequenced. The gene is spreading nationwide.",
    "Cells were treated with the compound at three doses. Viability fell at the highest dose alone. Controls received solvent. The compound is toxic to these cells at high dose.",
];

const CLAUSES: [&str; 4] = [
    "The obligations of this section shall continue for five years after this agreement ends, whatever the reason for its end.",
    "\"Confidential information\" means information in any form that is marked as confidential or that a reasonable person would understand to be so.",
    "The recipient may disclose what a court orders it to disclose, after giving prompt notice where the law allows it.",
    "On request the recipient shall return or destroy all copies and confirm in writing that it has done so.",
];
