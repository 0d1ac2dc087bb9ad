//! The server under load: a process of its own, watched from outside through `/proc`.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// How long a server may take to start, or to stop.
const TAKES_MAX: Duration = Duration::from_mins(1);

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    id: u32,
    /// `127.0.0.1:12345`.
    pub(crate) address: String,
    /// Secrets of the invitations that a first start prints: admin, custodian.
    pub(crate) invitations: Vec<String>,
    /// From the start of the process to the end of its first answer.
    pub(crate) first_answer: Duration,
}

impl Server {
    pub(crate) async fn start(
        program: &Path,
        data: &Path,
        database: Option<&str>,
        first: bool,
    ) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        if let Some(url) = database {
            command.args(["--database", url]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
        let began = Instant::now();
        let mut child = command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
        let id = child.id().ok_or("the server ended at once")?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("its output is not ours")?).lines();
        let (mut address, mut invitations, mut first_answer) = (String::new(), Vec::new(), Duration::ZERO);
        let told = async {
            while address.is_empty() || (first && invitations.len() < 2) {
                let line = lines.next_line().await.map_err(|error| error.to_string())?;
                let line = line.ok_or("the server ended before it listened")?;
                if let Some((_, url)) = line.split_once(" listens on ") {
                    url.trim().trim_start_matches("http://").clone_into(&mut address);
                    answer(&address).await?;
                    first_answer = began.elapsed();
                }
                if let Some((_, rest)) = line.split_once("/invitation/") {
                    invitations.push(rest.split(' ').next().unwrap_or_default().to_owned());
                }
            }
            Ok::<_, String>(())
        };
        tokio::time::timeout(TAKES_MAX, told).await.map_err(|_| "the server does not start")??;
        // Nobody may stand still because a pipe is full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, id, address, invitations, first_answer })
    }

    /// Tells it to stop, and waits.
    pub(crate) async fn stop(mut self) -> Result<(), String> {
        let told = Command::new("kill").args(["-TERM", &self.id.to_string()]).status().await;
        told.map_err(|error| error.to_string())?;
        let ended = tokio::time::timeout(TAKES_MAX, self.child.wait()).await.map_err(|_| "the server does not stop")?;
        ended.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Its processor time until now.
    pub(crate) fn cpu(&self) -> Duration {
        cpu_of(&self.id.to_string())
    }

    /// Its processor time since it was so much.
    pub(crate) fn cpu_since(&self, before: Duration) -> Duration {
        self.cpu().saturating_sub(before)
    }

    /// Its resident memory now and at its highest since [`Server::forget_peak`], in MB of 10^6 bytes.
    pub(crate) fn memory_mb(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        let kib = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        };
        (kib("VmRSS:").unwrap_or(0) * 1_024 / 1_000_000, kib("VmHWM:").unwrap_or(0) * 1_024 / 1_000_000)
    }

    /// Lets the highest begin anew.
    pub(crate) fn forget_peak(&self) {
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.id), "5");
    }
}

/// Processor time until now of a process, or of this one as `self`.
pub(crate) fn cpu_of(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|t| t.parse::<u64>().ok()).unwrap_or(0);
    // utime and stime, in ticks of 10 ms.
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

/// The first answer anybody gets.
async fn answer(address: &str) -> Result<(), String> {
    let mut connection = super::http::Connection::open(address).await?;
    connection.ask("GET", "/health", "").await.map(|_| ())
}
