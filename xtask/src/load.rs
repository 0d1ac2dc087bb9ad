//! The load generator: starts the real server on an empty folder, and drives it by HTTP alone as browsers and scripts do.
//!
//! `cargo xtask load SERVER [--database URL] [--tasks N] [--loops N] [--experts N]` prints each figure with its sizes. Load and
//! server share this machine, so the server's own processor time is the figure to compare; rates are what is left of it.

mod figures;
mod http;
mod people;
mod server;
mod stages;

use std::{path::PathBuf, process::ExitCode, time::Duration};

/// Longest that one stage may take; then it ends where it is and says so.
const STAGE_TAKES_MAX: Duration = Duration::from_mins(10);

/// What is run.
pub(crate) struct Plan {
    /// The `vouchsafe` executable.
    program: PathBuf,
    /// A fresh database of PostgreSQL; without it SQLite.
    database: Option<String>,
    /// Rows brought in, about 1 KB each.
    tasks: usize,
    /// Loops of claim and submit, all experts together.
    loops: usize,
    /// At once.
    experts: usize,
    /// People on each task.
    overlap: usize,
    /// Whether a release of what was done is built.
    release: bool,
}

/// `cargo xtask load`.
pub(crate) fn command(arguments: &[&str]) -> ExitCode {
    let done = plan(arguments).and_then(|plan| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(stages::run(&plan))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn plan(arguments: &[&str]) -> Result<Plan, String> {
    let (program, mut rest) = arguments.split_first().ok_or("which server? Name the executable")?;
    let program = PathBuf::from(program);
    let mut plan =
        Plan { program, database: None, tasks: 20_000, loops: 20_000, experts: 64, overlap: 1, release: false };
    while let [name, more @ ..] = rest {
        rest = more;
        if *name == "--release" {
            plan.release = true;
            continue;
        }
        let [value, more @ ..] = rest else { return Err(format!("{name} has no value")) };
        rest = more;
        if *name == "--database" {
            plan.database = Some((*value).to_owned());
            continue;
        }
        let number = value.parse().map_err(|_| format!("{name} takes a number"))?;
        match *name {
            "--tasks" => plan.tasks = number,
            "--loops" => plan.loops = number,
            "--experts" => plan.experts = number,
            "--overlap" => plan.overlap = number,
            _ => return Err(format!("{name} is not known")),
        }
    }
    Ok(plan)
}
