//! `vouchsafe project`: bodies of work, and where they stand.

use crate::{
    exit::{DONE, Failure, USAGE},
    remote::{At, escaped},
    say,
};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use std::{fs, path::PathBuf};

/// What to do with projects.
#[derive(Args)]
pub(crate) struct Project {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The projects you may see.
    List,
    /// One project with its settings.
    Show(Which),
    /// What is done, how fast, and when it may be through.
    Progress(Which),
    /// Make a project from a template.
    Create(Box<Create>),
    /// Give out no more work; what is held may be finished.
    Pause(Which),
    /// Give out work again.
    Open(Which),
    /// End it for good.
    Close(Which),
    /// What each import brought.
    Batches(Which),
    /// Make a guideline the newest one: everybody reads it before the next task.
    Guideline {
        /// The project's id.
        project: String,
        /// Markdown.
        file: PathBuf,
    },
    /// Make a schema the newest one.
    Schema {
        /// The project's id.
        project: String,
        /// A template, JSON.
        file: PathBuf,
    },
}

#[derive(Args)]
struct Which {
    /// The project's id.
    project: String,
}

#[derive(Args)]
struct Create {
    /// Its name.
    name: String,
    /// Of which client.
    #[arg(long)]
    client: String,
    /// A template, JSON: fields, questions, distribution, export.
    #[arg(long, value_name = "FILE")]
    template: PathBuf,
    /// The guideline, Markdown.
    #[arg(long, value_name = "FILE")]
    guideline: PathBuf,
    /// Who may work, JSON: an eligibility rule. Without it every expert may.
    #[arg(long, value_name = "FILE")]
    pool: Option<PathBuf>,
    /// People on each task.
    #[arg(long)]
    overlap: Option<u32>,
    /// Share of annotations reviewed, 0 to 1.
    #[arg(long)]
    review_rate: Option<f64>,
    /// Share of assignments that are gold, 0 to 1.
    #[arg(long)]
    gold_rate: Option<f64>,
    /// Length of a lease in minutes.
    #[arg(long)]
    lease_minutes: Option<u32>,
    /// To whom returned work goes: `author` or `another`.
    #[arg(long)]
    return_to: Option<String>,
    /// Leases one member may hold at once.
    #[arg(long)]
    open_leases: Option<u32>,
    /// Assignments one member may take an hour.
    #[arg(long)]
    per_hour: Option<u32>,
    /// Content may be copied out of the browser.
    #[arg(long)]
    copy_allowed: bool,
}

impl Create {
    fn body(&self) -> Result<Value, Failure> {
        let figures = [
            ("overlap", self.overlap.map(Value::from)),
            ("review_rate", self.review_rate.map(Value::from)),
            ("gold_rate", self.gold_rate.map(Value::from)),
            ("lease_minutes", self.lease_minutes.map(Value::from)),
            ("return_to", self.return_to.clone().map(Value::from)),
            ("open_leases", self.open_leases.map(Value::from)),
            ("per_hour", self.per_hour.map(Value::from)),
        ];
        let pipeline: Map<String, Value> =
            figures.into_iter().filter_map(|(name, figure)| Some((name.to_owned(), figure?))).collect();
        let pool = self.pool.as_ref().map_or(Ok(json!({})), json_of)?;
        Ok(json!({"name": self.name, "schema": json_of(&self.template)?, "guideline": text_of(&self.guideline)?,
                  "pipeline": pipeline, "pool": pool, "copy_allowed": self.copy_allowed}))
    }
}

impl Project {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let (remote, json) = (self.at.open()?, self.at.json);
        let state = |which: &Which, state: &str, sentence: &str| {
            let path = format!("/projects/{}", escaped(&which.project));
            let answer = remote.ask("PATCH", &path, Some(&json!({"state": state})))?;
            say::done(json, &answer, sentence);
            Ok::<_, Failure>(())
        };
        match self.what {
            What::List => {
                let columns = [
                    ("id", "/id"),
                    ("client", "/client/code_name"),
                    ("state", "/state"),
                    ("tasks", "/tasks"),
                    ("name", "/name"),
                ];
                say::list(json, &remote.list("/projects")?, &columns);
            }
            What::Show(which) => {
                let found = remote.get(&format!("/projects/{}", escaped(&which.project)))?;
                let names = [
                    ("name", "/name"),
                    ("client", "/client/code_name"),
                    ("state", "/state"),
                    ("schema", "/schema_version"),
                    ("guideline", "/guideline_version"),
                    ("pipeline", "/pipeline"),
                    ("pool", "/pool"),
                    ("copying", "/copy_allowed"),
                ];
                say::one(json, &found, &names);
            }
            What::Progress(which) => {
                let found = remote.get(&format!("/projects/{}/progress", escaped(&which.project)))?;
                let names = [
                    ("tasks", "/by_state"),
                    ("annotations", "/annotations"),
                    ("still wanted", "/wanted"),
                    ("people", "/people"),
                    ("an hour", "/per_hour"),
                    ("hours left", "/eta_hours"),
                    ("agreement", "/agreement"),
                    ("open flags", "/flags"),
                    ("skips", "/skips"),
                ];
                say::one(json, &found, &names);
            }
            What::Create(new) => {
                let made = remote.post(&format!("/clients/{}/projects", escaped(&new.client)), &new.body()?)?;
                let sentence = format!("project {} was made", made["id"].as_str().unwrap_or_default());
                say::done(json, &made, &sentence);
            }
            What::Pause(which) => state(&which, "paused", "the project is paused")?,
            What::Open(which) => state(&which, "open", "the project is open")?,
            What::Close(which) => state(&which, "closed", "the project is closed")?,
            What::Batches(which) => {
                let columns = [
                    ("id", "/id"),
                    ("at", "/at"),
                    ("accepted", "/accepted"),
                    ("refused", "/refused"),
                    ("name", "/name"),
                ];
                let found = remote.list(&format!("/projects/{}/batches", escaped(&which.project)))?;
                say::list(json, &found, &columns);
            }
            What::Guideline { project, file } => {
                let body = json!({"text": text_of(&file)?});
                let made = remote.post(&format!("/projects/{}/guidelines", escaped(&project)), &body)?;
                say::done(json, &made, &format!("version {} of the guideline is in force", made["version"]));
            }
            What::Schema { project, file } => {
                let body = json!({"schema": json_of(&file)?});
                let made = remote.post(&format!("/projects/{}/schemas", escaped(&project)), &body)?;
                say::done(json, &made, &format!("version {} of the schema is in force", made["version"]));
            }
        }
        Ok(DONE)
    }
}

fn text_of(file: &PathBuf) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|e| Failure::new(USAGE, format!("{}: {e}", file.display())))
}

fn json_of(file: &PathBuf) -> Result<Value, Failure> {
    serde_json::from_str(&text_of(file)?).map_err(|e| Failure::new(USAGE, format!("{}: {e}", file.display())))
}
