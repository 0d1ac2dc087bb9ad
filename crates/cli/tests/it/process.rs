//! Runs the command.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

/// The command, with nothing of this process's environment that could change what it does.
pub(crate) fn vouchsafe<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vouchsafe"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("VOUCHSAFE_") {
            command.env_remove(name);
        }
    }
    command.args(args).stdin(Stdio::null()).env_remove("RUST_LOG");
    command
}

/// Runs it to its end.
pub(crate) fn run<'a>(args: impl IntoIterator<Item = &'a str>) -> Output {
    vouchsafe(args).output().expect("the command can be started")
}

/// What it wrote.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A running server. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:12345`.
    pub(crate) url: String,
    /// What it had printed when it listened.
    pub(crate) told: Vec<String>,
}

impl Server {
    /// `serve` on any free port of this machine, its data in `data`.
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        let mut command = vouchsafe(["serve", "--listen", "127.0.0.1:0", "--data", &data.to_string_lossy()]);
        command.args(more);
        Self::of(command)
    }

    /// A server by this command, once it listens.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a server can be started");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is ours")).lines();
        let (mut told, mut url) = (Vec::new(), None);
        while url.is_none() {
            let Some(Ok(line)) = lines.next() else {
                let mut why = String::new();
                let _ = child.stderr.take().expect("its errors are ours").read_to_string(&mut why);
                panic!("the server ended before it listened: {why}");
            };
            url = line.split_once(" listens on ").map(|(_, url)| url.trim().to_owned());
            told.push(line);
        }
        // Nobody may stand still because a pipe is full.
        let mut errors = child.stderr.take().expect("its errors are ours");
        std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::stderr()));
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: url.expect("the loop ends with one"), told }
    }

    /// Of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The most memory that it held so far, in MB of 10^6 bytes.
    pub(crate) fn memory_peak_mb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("Linux says so");
        let kib: u64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
        kib * 1_024 / 1_000_000
    }

    /// The same at once: what was not durable is gone.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Tells it to stop, and waits.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.expect("there is a `kill`").success());
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                return status;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server did not stop within 30 s");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
