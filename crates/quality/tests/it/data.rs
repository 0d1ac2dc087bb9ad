//! Reads the sets of `VOUCHSAFE_TEST_DATA`; a test without them says that it was skipped.

use std::path::PathBuf;

/// The folder of test data, or `None` after saying that `test` was skipped.
pub(crate) fn folder(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("VOUCHSAFE_TEST_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: {test} needs VOUCHSAFE_TEST_DATA");
    }
    folder
}

/// The rows of a JSON-lines file.
pub(crate) fn json_lines(path: &std::path::Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(path).expect("readable");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}
