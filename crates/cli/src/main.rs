//! The `vouchsafe` executable.

fn main() {}
