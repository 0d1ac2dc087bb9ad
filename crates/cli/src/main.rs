//! The `vouchsafe` executable: one file per command.

mod demo;
mod demo_world;
mod release;
mod server;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A self-hosted platform on which vetted experts make training data, with custody.
#[derive(Parser)]
#[command(version)]
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
    let result = match Cli::parse().command {
        Command::Serve(serve) => serve.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Release(release) => return release.run(),
        Command::Openapi => {
            vouchsafe_http::openapi().to_pretty_json().map(|text| println!("{text}")).map_err(|e| e.to_string())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("vouchsafe: {why}");
            ExitCode::FAILURE
        }
    }
}
