//! The repository's own commands.
//!
//! `cargo xtask tidy` tests the house rules that no compiler knows. Nothing here is part of the product.

mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["tidy"] => tidy::command(),
        ["tidy", "--seal-migrations"] => tidy::seal_migrations(),
        _ => {
            eprintln!(
                "cargo xtask tidy                      test the house rules\n\
                 cargo xtask tidy --seal-migrations    with a release: fix the text of every migration for good"
            );
            ExitCode::from(64)
        }
    }
}
