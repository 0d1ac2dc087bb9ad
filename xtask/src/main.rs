//! The repository's own commands.
//!
//! `cargo xtask tidy` tests the house rules that no compiler knows; `cargo xtask generate` renews the files that are derived
//! from others; `cargo xtask load` measures a server. Nothing here is part of the product.

mod generate;
mod load;
mod program;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["load", plan @ ..] => load::command(plan),
        ["tidy"] => tidy::command(),
        ["tidy", "--seal-migrations"] => tidy::seal_migrations(),
        ["generate"] => generate::command(false),
        ["generate", "--check"] => generate::command(true),
        _ => {
            eprintln!(
                "cargo xtask tidy                      test the house rules\n\
                 cargo xtask tidy --seal-migrations    with a release: fix the text of every migration for good\n\
                 cargo xtask generate                  renew the OpenAPI document and the web app's types\n\
                 cargo xtask generate --check          fail where one of them is out of date\n\
                 cargo xtask load SERVER [--tasks N]   measure a server under load; needs an idle machine"
            );
            ExitCode::from(64)
        }
    }
}
