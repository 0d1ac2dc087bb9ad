//! A disk that is as slow or as broken as a test wants it.

use std::{
    fs::File,
    io,
    sync::{Arc, Condvar, Mutex, PoisonError},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Well,
    Stuck,
    Broken,
}

/// Stands between an embedded database and the machine's disk. It keeps nothing through a power cut, and so
/// costs nothing.
#[derive(Debug)]
pub struct Disk(Mutex<State>, Condvar);

impl Default for Disk {
    fn default() -> Self {
        Self(Mutex::new(State::Well), Condvar::new())
    }
}

impl Disk {
    /// Lets flushes wait until [`Disk::mend`].
    pub fn stick(&self) {
        self.set(State::Stuck);
    }

    /// Lets flushes fail, those that wait too.
    pub fn fail(&self) {
        self.set(State::Broken);
    }

    /// Lets flushes succeed again.
    pub fn mend(&self) {
        self.set(State::Well);
    }

    fn set(&self, state: State) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
        self.1.notify_all();
    }

    /// What the store calls.
    pub fn flush(self: &Arc<Self>) -> vouchsafe_store::Flush {
        let disk = Arc::clone(self);
        Arc::new(move |_: &File| {
            let mut state = disk.0.lock().unwrap_or_else(PoisonError::into_inner);
            while *state == State::Stuck {
                state = disk.1.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if *state == State::Broken { Err(io::Error::other("the disk of the test is broken")) } else { Ok(()) }
        })
    }
}
