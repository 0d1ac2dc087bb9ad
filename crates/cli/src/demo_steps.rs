//! What the example of the demo is made with: a client, a project, its tasks, an answer; by the same use cases as everything else.

use serde_json::{Value, json};
use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};
use vouchsafe_app::{
    App, Asker, Error,
    custody::clients::NewClient,
    store::{
        keys::{self, KeySource},
        seal::Key,
    },
    work::{
        import::{ImportOptions, Report},
        projects::{NewPipeline, NewProject},
        sent::AssignmentSent,
    },
};
use vouchsafe_domain::{
    ids::{AssignmentId, ClientId, ProjectId},
    work::assignment::{Purpose, Step},
};

const GUIDELINE: &str = "# How to judge\n\nRead the whole item before you answer.\n\n- **Correct** comes before **complete**, complete before **well put**.\n- A claim counts as supported only by what stands in the text, such as a rate law $v = \\frac{V_{max}[S]}{K_m + [S]}$ with its conditions.\n- When you cannot tell, say so: *cannot assess* is an answer.\n";

pub(crate) async fn client(
    app: &App,
    admin: &Asker,
    key_dir: &Path,
    code_name: &str,
    colour: u8,
) -> Result<ClientId, Error> {
    let file = format!("{}.key", code_name.to_lowercase());
    let path = key_dir.join(&file);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
        .open(&path)
        .and_then(|mut file| file.write_all(keys::to_hex(&Key::random()).as_bytes()))
        .map_err(|error| vouchsafe_app::store::Error::Io { what: path.display().to_string(), error })?;
    let new = NewClient {
        name: format!("{code_name} Laboratories"),
        code_name: code_name.into(),
        colour,
        key: KeySource::File(file),
        standing_approval: false,
    };
    let id = app.create_client(admin, &new).await?;
    app.load_key(id).await?;
    Ok(id)
}

pub(crate) fn pipeline(overlap: u32, review_rate: f64) -> NewPipeline {
    NewPipeline { overlap: Some(overlap), review_rate: Some(review_rate), ..NewPipeline::default() }
}

pub(crate) async fn project(
    app: &App,
    operator: &Asker,
    client: ClientId,
    name: &str,
    schema: Value,
    domain: &str,
    pipeline: NewPipeline,
) -> Result<ProjectId, Error> {
    let new = NewProject {
        name: name.into(),
        schema,
        guideline: GUIDELINE.into(),
        pipeline,
        pool: json!({"domain": domain}),
        copy_allowed: false,
    };
    app.create_project(operator, client, &new).await
}

pub(crate) async fn fill(
    app: &App,
    operator: &Asker,
    project: ProjectId,
    rows: impl Iterator<Item = Value>,
) -> Result<(), Error> {
    let import = app
        .begin_import(operator, project, ImportOptions { batch: Some("first".into()), ..ImportOptions::default() })
        .await?;
    let chunk = import.prepare((1..).zip(rows));
    app.import_chunk(operator, &import, chunk, &mut Report::default()).await
}

pub(crate) async fn work(
    app: &App,
    expert: &Asker,
    project: ProjectId,
    answer: impl Fn(&AssignmentSent) -> Value,
) -> Result<(), Error> {
    app.acknowledge_guideline(expert, project, 1).await?;
    let Some(sent) = app.claim(expert, project, Step::Label, Purpose::Work).await? else { return Ok(()) };
    let id: AssignmentId = sent.id.parse().map_err(|_| Error::NotFound)?;
    app.submit(expert, id, &answer(&sent), 94_000).await?;
    Ok(())
}

pub(crate) fn clause_schema() -> Value {
    json!({
        "schema_version": "1", "task_type": "classification", "name": "clauses",
        "fields": [{"name": "clause", "type": "text", "source": "/clause", "required": true}],
        "questions": [
            {"name": "kind", "type": "multi_label", "title": "What does the clause do?", "required": true,
             "options": [{"value": "defines_information"}, {"value": "survives_termination"}, {"value": "permits_disclosure"}, {"value": "requires_return"}],
             "aggregation": {"method": "per_label_majority"}},
            {"name": "note", "type": "text", "title": "What should a reader notice?", "aggregation": {"method": "best_of"}},
        ],
        "distribution": {"strategy": "overlap", "min_submitted": 1, "review_rate": 0.5},
    })
}
