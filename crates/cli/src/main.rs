//! The `vouchsafe` executable: one file per command.

mod allocator;
mod backup;
mod client;
mod custody;
mod demo;
mod demo_steps;
mod demo_walls;
mod demo_world;
mod doctor;
mod door;
mod exit;
mod import;
mod installation;
mod member;
mod one_person;
mod progress;
mod project;
mod quality;
mod quarantine;
mod releases;
mod remote;
mod restore;
mod say;
mod server;
mod token;
mod whole;

use crate::exit::Failure;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A self-hosted platform on which vetted experts make training data, with custody.
#[derive(Parser)]
#[command(version, after_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(server::Serve),
    /// Run a server with a small worked example and print a sign-in link for each role.
    Demo(demo::Demo),
    /// Look at an installation: what is well, what must be mended.
    Doctor(doctor::Doctor),
    /// Write everything, sealed as it lies, into one file.
    Backup(backup::Backup),
    /// Put a backup into an empty place.
    Restore(restore::Restore),
    /// A database that may lack what was recorded takes nothing new until this is lifted.
    Quarantine(quarantine::Quarantine),
    /// Declare that one person runs an installation, or no longer one; every ledger says so.
    OnePerson(one_person::OnePerson),
    /// Clients of a server: who they are, who was granted them, agreements, holds, leaving.
    Client(client::Client),
    /// Projects of a server: make, steer, look at.
    Project(project::Project),
    /// Accounts of a server: invite, suspend, grant.
    Member(member::Member),
    /// Tokens for scripts: make, revoke.
    Token(token::Token),
    /// Bring a file of rows into a project.
    Import(import::Import),
    /// Order, approve and fetch releases; check a delivery offline.
    Release(releases::Release),
    /// Consensus, agreement and certainty of answers in a file; needs no server.
    Quality(quality::Quality),
    /// Notice taking in audit logs a company already has; needs no server.
    Watch(custody::watch::Watch),
    /// Export a ledger, verify it, follow it, ask what somebody was sent.
    Ledger(custody::ledger::Ledger),
    /// Print the OpenAPI document.
    Openapi,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,vouchsafe=info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(said) => {
            let _ = said.print();
            return ExitCode::from(if said.use_stderr() { exit::USAGE } else { exit::DONE });
        }
    };
    let result = match cli.command {
        Command::Serve(serve) => serve.run().await.map(|()| exit::DONE),
        Command::Demo(demo) => demo.run().await.map(|()| exit::DONE),
        Command::Doctor(doctor) => doctor.run().await,
        Command::Backup(backup) => backup.run().await,
        Command::Restore(restore) => restore.run().await,
        Command::Quarantine(quarantine) => quarantine.run().await,
        Command::OnePerson(one_person) => one_person.run().await,
        Command::Client(client) => client.run(),
        Command::Project(project) => project.run(),
        Command::Member(member) => member.run(),
        Command::Token(token) => token.run(),
        Command::Import(import) => import.run(),
        Command::Release(release) => release.run(),
        Command::Quality(quality) => quality.run(),
        Command::Watch(watch) => watch.run(),
        Command::Ledger(ledger) => ledger.run().await,
        Command::Openapi => vouchsafe_http::openapi()
            .to_pretty_json()
            .map(|text| {
                println!("{text}");
                exit::DONE
            })
            .map_err(|error| Failure::from(error.to_string())),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(why) => why.tell(),
    }
}
