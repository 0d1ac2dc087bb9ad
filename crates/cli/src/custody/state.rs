//! What a scan learned, kept in a file from one run to the next.

use crate::{
    exit::Failure,
    whole::{self, Readers},
};
use std::{fs, io, path::Path};
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

/// Breaking off leaves the old one whole.
pub(super) fn keep(path: &Path, engine: &Engine) -> Result<(), Failure> {
    let kept = engine.keep().map_err(|error| Failure::from(error.to_string()))?;
    whole::put(path, &kept, Readers::Owner)
}
