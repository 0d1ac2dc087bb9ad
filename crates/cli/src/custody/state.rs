//! What a scan learned, kept in a file from one run to the next.

use crate::exit::Failure;
use std::{fs, io, io::Write, os::unix::fs::OpenOptionsExt, path::Path};
use vouchsafe_watch::{Engine, Facts, Settings};

/// The engine as the file has it, or a new one if there is no file.
pub(super) fn take_up(path: &Path, facts: Facts, settings: Settings) -> Result<Engine, Failure> {
    let named = |error: &dyn std::fmt::Display| Failure::config(format!("{}: {error}", path.display()));
    match fs::read(path) {
        Ok(kept) => Engine::resume(facts, settings, &kept).map_err(|error| named(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Engine::new(facts, settings)),
        Err(error) => Err(named(&error)),
    }
}

/// Writes it beside and puts it in the place of what was there, so that breaking off leaves the old one whole.
pub(super) fn keep(path: &Path, engine: &Engine) -> Result<(), Failure> {
    let beside = path.with_extension("new");
    let named = |error: io::Error| Failure::from(format!("{}: {error}", beside.display()));
    let kept = engine.keep().map_err(|error| Failure::from(error.to_string()))?;
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside).map_err(named)?;
    file.write_all(&kept).map_err(named)?;
    file.sync_all().map_err(named)?;
    fs::rename(&beside, path).map_err(named)
}
