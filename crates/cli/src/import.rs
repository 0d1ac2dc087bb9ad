//! `vouchsafe import`: a file goes into a project as it is; the server reads, checks and seals its rows.
//!
//! A row that is there already is counted and not repeated, so an import that broke off is simply sent again: this
//! command does so by itself while the server cannot be reached.

use crate::{
    exit::{DONE, FAILED, Failure, PARTLY},
    progress,
    remote::{At, Remote, Unanswered, escaped},
};
use clap::Args;
use indicatif::ProgressBar;
use serde_json::Value;
use std::{
    fmt::Write as _,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Pause before a file is sent again.
const PAUSE: Duration = Duration::from_millis(500);
/// Refused lines that are shown to a person; `--json` has up to 1,000.
const REFUSED_SHOWN_MAX: usize = 20;

/// What to bring in, and where.
#[derive(Args)]
#[command(after_help = "Exit codes: 0 every row is there, 2 some lines were refused and the others are kept, \
                        3 the file or the request was refused, 69 the server stayed away.")]
pub(crate) struct Import {
    /// JSON Lines, plain, .gz or .zst; `-` is standard input.
    file: PathBuf,
    /// Into which project.
    #[arg(long)]
    project: String,
    /// Name of the batch; without it the file's. Rows without an id of their own are known by batch and line.
    #[arg(long)]
    batch: Option<String>,
    /// Priority of rows that name none, 0 to 9.
    #[arg(long, default_value_t = 0)]
    priority: u8,
    /// Name or JSON Pointer of the external id in bare rows: `id`, `/meta/id`.
    #[arg(long, value_name = "FIELD")]
    external_id: Option<String>,
    /// Seconds to go on trying after the connection broke.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    patience: u64,
    #[command(flatten)]
    at: At,
}

impl Import {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let remote = self.at.open()?;
        let (report, broke) = self.send(&remote)?;
        if self.at.json {
            println!("{report}");
        } else {
            print!("{}", told(&report, broke));
        }
        Ok(if report["refused_total"].as_u64() == Some(0) { DONE } else { PARTLY })
    }

    /// Sends the file until the server has read it to its end, and says how often the connection broke.
    fn send(&self, remote: &Remote) -> Result<(Value, u32), Failure> {
        let piped = self.file == Path::new("-");
        let path = self.path(piped);
        let (mut broke, mut since) = (0, None);
        loop {
            let mut counted = self.open(piped)?;
            let sent = remote.upload(&path, &mut counted);
            counted.bar.finish_and_clear();
            let why = match sent {
                Ok(report) => return Ok((report, broke)),
                Err(Unanswered::Cut(why)) => why,
                Err(Unanswered::Said { status: 503, problem }) if problem["slug"] == "busy" => {
                    "the server is busy".into()
                }
                Err(said) => return Err(said.into()),
            };
            // Nothing was sent: the server was never there, or is not there any more.
            if counted.sent > 0 {
                (broke, since) = (broke + 1, None);
            }
            let since = *since.get_or_insert_with(Instant::now);
            if piped || broke == 0 || since.elapsed() >= Duration::from_secs(self.patience) {
                let kept =
                    if broke > 0 { "; whole rows that arrived are kept, send the file again to go on" } else { "" };
                let mut failure = Failure::from(Unanswered::Cut(why));
                failure.text += kept;
                return Err(failure);
            }
            thread::sleep(PAUSE);
        }
    }

    fn path(&self, piped: bool) -> String {
        let of_file = self.file.file_name().filter(|_| !piped).map(|name| name.to_string_lossy().into_owned());
        let batch = self.batch.clone().or(of_file);
        let optional = [("batch", batch), ("external_id", self.external_id.clone())];
        let query = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        query.fold(
            format!("/projects/{}/tasks?priority={}", escaped(&self.project), self.priority),
            |path, (name, value)| path + &format!("&{name}={}", escaped(&value)),
        )
    }

    fn open(&self, piped: bool) -> Result<Counted, Failure> {
        if piped {
            return Ok(Counted { from: Box::new(io::stdin()), bar: progress::transfer("sent"), sent: 0 });
        }
        let named = |e: io::Error| Failure::new(FAILED, format!("{}: {e}", self.file.display()));
        let file = File::open(&self.file).map_err(named)?;
        let about = file.metadata().map_err(named)?;
        if about.is_dir() {
            return Err(named(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Counted { from: Box::new(file), bar: progress::bytes(about.len(), "sent"), sent: 0 })
    }
}

/// What a person is told of a report.
fn told(report: &Value, broke: u32) -> String {
    let count = |name: &str| report[name].as_u64().unwrap_or(0);
    let mut text = format!(
        "{} rows are tasks now, {} were there before, {} lines were refused (batch {})\n",
        count("accepted"),
        count("already_there"),
        count("refused_total"),
        report["batch"].as_str().unwrap_or_default()
    );
    if broke > 0 {
        let _ = writeln!(text, "The connection broke {broke} times; rows that had arrived by then were there before.");
    }
    let refused = report["refused"].as_array().map_or(&[][..], Vec::as_slice);
    for line in refused.iter().take(REFUSED_SHOWN_MAX) {
        let field = line["field"].as_str().filter(|field| !field.is_empty());
        let field = field.map(|field| format!(", {field}")).unwrap_or_default();
        let _ = writeln!(text, "  line {}{field}: {}", line["line"], line["rule"].as_str().unwrap_or_default());
    }
    let shown = u64::try_from(refused.len().min(REFUSED_SHOWN_MAX)).unwrap_or_default();
    match count("refused_total") - shown.min(count("refused_total")) {
        0 => {}
        more => {
            let _ = writeln!(text, "  and {more} more; --json lists the first 1,000");
        }
    }
    text
}

/// Counts what passes.
struct Counted {
    from: Box<dyn Read>,
    bar: ProgressBar,
    sent: u64,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(into)?;
        self.sent += n as u64;
        self.bar.inc(n as u64);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_long_list_of_refused_lines_is_cut_and_says_so() {
        let refused: Vec<Value> = (1..=25)
            .map(|line| json!({"line": line, "field": if line == 1 { "/text" } else { "" }, "rule": "is missing"}))
            .collect();
        let report =
            json!({"batch": "b", "accepted": 3, "already_there": 0, "refused": refused, "refused_total": 2_000});
        let text = told(&report, 2);
        assert!(
            text.starts_with("3 rows are tasks now, 0 were there before, 2000 lines were refused (batch b)\n"),
            "{text}"
        );
        assert!(text.contains("broke 2 times"), "{text}");
        assert!(text.contains("  line 1, /text: is missing\n  line 2: is missing\n"), "{text}");
        assert!(text.ends_with("and 1980 more; --json lists the first 1,000\n"), "{text}");
    }
}
