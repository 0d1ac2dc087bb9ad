//! Renews the files that are derived from others: the OpenAPI document and the web app's types.
//!
//! `--check` changes nothing and fails where a file is out of date, so that a committed one is never stale.

mod types;

use std::process::ExitCode;

use serde_json::Value;

use crate::program::output;

const DOCUMENT: &str = "web/src/api/openapi.json";
const TYPES: &str = "web/src/api/openapi.ts";

/// `cargo xtask generate`, and `cargo xtask generate --check`.
pub(crate) fn command(check: bool) -> ExitCode {
    match files().and_then(|files| if check { compare(&files) } else { write(&files) }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("generate: {error}");
            ExitCode::FAILURE
        }
    }
}

type Files = [(String, String); 2];

fn files() -> Result<Files, String> {
    let printed = output("cargo", &["run", "--quiet", "--locked", "--package", "vouchsafe", "--", "openapi"])?;
    let document: Value = serde_json::from_str(&printed).map_err(|error| format!("`vouchsafe openapi`: {error}"))?;
    let pretty = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())? + "\n";
    let root = output("git", &["rev-parse", "--show-toplevel"])?;
    let root = root.trim();
    Ok([(format!("{root}/{DOCUMENT}"), pretty), (format!("{root}/{TYPES}"), types::of_document(&document)?)])
}

fn write(files: &Files) -> Result<(), String> {
    for (path, text) in files {
        std::fs::write(path, text).map_err(|error| format!("cannot write {path}: {error}"))?;
    }
    Ok(())
}

fn compare(files: &Files) -> Result<(), String> {
    for (path, text) in files {
        if std::fs::read_to_string(path).ok().as_ref() != Some(text) {
            return Err(format!("{path} is out of date: run `cargo xtask generate`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That the document is the server's own is tested where the server is, which costs no second build of it.
    #[test]
    fn the_web_apps_types_are_those_of_the_committed_document() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let read = |path: &str| std::fs::read_to_string(format!("{root}/{path}")).unwrap();
        let document: Value = serde_json::from_str(&read(DOCUMENT)).unwrap();
        assert!(read(TYPES) == types::of_document(&document).unwrap(), "run `cargo xtask generate`");
        assert!(
            read(DOCUMENT) == serde_json::to_string_pretty(&document).unwrap() + "\n",
            "run `cargo xtask generate`"
        );
    }
}
