//! Exit codes, all of them. They are part of the command's interface: scripts rely on them, so a number is never
//! given another meaning. `vouchsafe --help` prints this list.

use std::process::ExitCode;

/// It was done.
pub(crate) const DONE: u8 = 0;
/// It was begun and failed; the text says what was kept.
pub(crate) const FAILED: u8 = 1;
/// It was done in part: some lines of an import were refused, the others are kept.
pub(crate) const PARTLY: u8 = 2;
/// The server said no; the text says why.
pub(crate) const REFUSED: u8 = 3;
/// A release folder is whole, but none of the pinned keys signed it.
pub(crate) const SIGNER_UNKNOWN: u8 = 10;
/// A ledger holds, but a witness that was asked for did not cosign it.
pub(crate) const UNWITNESSED: u8 = 11;
/// A release folder is not what was signed, a backup is not what was written, a ledger was altered.
pub(crate) const BROKEN: u8 = 20;
/// A ledger does not continue the old checkpoint: it was rewritten.
pub(crate) const FORKED: u8 = 21;
/// A ledger is shorter than the old checkpoint says: it was cut.
pub(crate) const CUT: u8 = 22;
/// A ledger says, signed, that entries which the old checkpoint vouches for are gone.
pub(crate) const GAP: u8 = 23;
/// `doctor` found something that must be mended.
pub(crate) const SICK: u8 = 30;
/// The command line was not understood.
pub(crate) const USAGE: u8 = 64;
/// The server, or the database, could not be reached.
pub(crate) const UNREACHABLE: u8 = 69;
/// The server is busy, or a client's key is not to be had at the moment: try again later.
pub(crate) const BUSY: u8 = 75;
/// The server does not know who asks: the token is missing, revoked or has expired.
pub(crate) const UNSIGNED: u8 = 77;
/// The installation cannot start as it is set up; the text says what to change.
pub(crate) const CONFIG: u8 = 78;

/// What `--help` says of them.
pub(crate) const HELP: &str = "Exit codes:
  0   done
  1   failed; the text says what was kept
  2   done in part: some lines were refused, the others are kept
  3   the server said no; the text says why
  10  a release or a ledger is intact, but its signer is unknown
  11  a ledger is intact, but a witness that was asked for did not cosign it
  20  a release, a backup or a ledger is broken
  21  a ledger does not continue the old checkpoint: it was rewritten
  22  a ledger is shorter than the old checkpoint says: it was cut
  23  a ledger names a gap that the old checkpoint goes beyond
  30  doctor found something that must be mended
  64  the command line was not understood
  69  the server or the database could not be reached
  75  the server is busy or a key is not to be had; try again later
  77  the server does not know who asks: make a new token
  78  the installation cannot start as it is set up";

/// Why a command ends, and with which code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) text: String,
}

impl Failure {
    pub(crate) fn new(code: u8, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// The installation cannot start as it is set up.
    pub(crate) fn config(text: impl Into<String>) -> Self {
        Self::new(CONFIG, text)
    }

    /// Says why, and gives the code.
    pub(crate) fn tell(&self) -> ExitCode {
        eprintln!("vouchsafe: {}", self.text);
        ExitCode::from(self.code)
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::new(FAILED, text)
    }
}

impl From<vouchsafe_app::Error> for Failure {
    fn from(error: vouchsafe_app::Error) -> Self {
        Self::new(FAILED, error.to_string())
    }
}

impl From<vouchsafe_app::store::Error> for Failure {
    fn from(error: vouchsafe_app::store::Error) -> Self {
        Self::new(FAILED, error.to_string())
    }
}
