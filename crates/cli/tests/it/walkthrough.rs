//! The demo's walk-through, as `docs/custody.md` tells it.

use crate::process::text;
use std::{path::Path, process::Command};

/// The exit code of a script that lacks something of this machine.
const UNAVAILABLE: i32 = 69;

#[test]
fn a_rival_is_declared_and_the_inventory_proves_itself_offline() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/walkthrough");
    let output = Command::new("bash").arg(script).arg(env!("CARGO_BIN_EXE_vouchsafe")).output();
    let Ok(output) = output else { return println!("skipped: the walk-through needs bash") };
    let told = format!("{}{}", text(&output.stdout), text(&output.stderr));
    if output.status.code() == Some(UNAVAILABLE) {
        return println!("skipped: {told}");
    }
    assert!(output.status.success(), "{told}");
    for word in ["leases ended: 1", "complete", "all of them are listed", "verified", "All of it held"] {
        assert!(told.contains(word), "`{word}` was not told:\n{told}");
    }
}
