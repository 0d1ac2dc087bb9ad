//! The `vouchsafe` executable: one file per command.

mod demo;
mod demo_world;
mod door;
mod exit;
mod release;
mod server;

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
    /// Check a delivery offline.
    Release(release::Release),
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
        Command::Serve(serve) => serve.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Release(release) => return release.run(),
        Command::Openapi => vouchsafe_http::openapi()
            .to_pretty_json()
            .map(|text| println!("{text}"))
            .map_err(|error| Failure::from(error.to_string())),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => why.tell(),
    }
}
