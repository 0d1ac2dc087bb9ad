//! Signed notes (<https://c2sp.org/signed-note>) by Ed25519, and the cosignatures of witnesses
//! (<https://c2sp.org/tlog-cosignature>).
//!
//! ```text
//! the text, whose every line ends with a line feed
//!
//! — <name> base64( key id[4] signature )
//! ```
//!
//! A key's id is the start of SHA-256 over the name, a line feed, the algorithm's byte and the key. A log signs the
//! text (algorithm 1, 64 bytes). A witness signs `cosignature/v1`, a line with the time, and the text (algorithm 4,
//! eight bytes of time and 64 of signature).

use crate::signing::{KeyError, PublicKey, Purpose, SecretKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// Longest note that is read, in bytes.
pub const NOTE_BYTES_MAX: usize = 64 << 10;
/// Most signatures of a note.
pub const SIGNATURES_MAX: usize = 100;
const BY_LOG: u8 = 1;
const BY_WITNESS: u8 = 4;

/// A note cannot be read or made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a note.
    #[error("this is no signed note: {0}")]
    NotANote(&'static str),
    /// A name that may not stand in a note.
    #[error("a key's name may hold no space, no `+` and no line feed")]
    Name,
    /// The text of a verifier key is not one.
    #[error("a verifier key reads `<name>+<8 hex digits>+<base64>`")]
    NotAKey,
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A signature of a note, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Who claims to have made it.
    pub name: String,
    /// Of which key.
    pub id: [u8; 4],
    /// What follows the id.
    pub bytes: Vec<u8>,
}

/// A text with signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Ends with a line feed.
    pub text: String,
    /// At least one.
    pub signatures: Vec<NoteSignature>,
}

fn good_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

fn key_id(name: &str, algorithm: u8, key: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', algorithm]).chain_update(key).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

impl Note {
    /// Signs a text. Fails when the name may not stand in a note, or the text does not end with a line feed.
    pub fn sign(text: String, name: &str, key: &SecretKey) -> Result<Self, NoteError> {
        if !good_name(name) {
            return Err(NoteError::Name);
        }
        if !text.ends_with('\n') || text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::NotANote("its text"));
        }
        let mut note = Self { text, signatures: Vec::new() };
        note.add(name, key);
        Ok(note)
    }

    /// Adds a log's signature.
    pub fn add(&mut self, name: &str, key: &SecretKey) {
        let id = key_id(name, BY_LOG, &key.public().to_bytes());
        let bytes = key.sign_note(&self.text).to_vec();
        self.signatures.push(NoteSignature { name: name.into(), id, bytes });
    }

    /// Whether the key, by this name, signed the text as a log.
    pub fn is_signed_by(&self, name: &str, key: &PublicKey) -> bool {
        let id = key_id(name, BY_LOG, &key.to_bytes());
        self.signatures.iter().any(|signature| {
            signature.name == name
                && signature.id == id
                && <[u8; 64]>::try_from(signature.bytes.as_slice())
                    .is_ok_and(|bytes| key.has_signed_note(&self.text, &bytes))
        })
    }

    /// When this witness cosigned the text, in seconds since 1970; `None` when it did not. The newest if it did often.
    pub fn cosigned_at(&self, witness: &WitnessKey) -> Option<u64> {
        let times = self.signatures.iter().filter(|s| s.name == witness.name && s.id == witness.id());
        times
            .filter_map(|signature| {
                let (time, bytes) = signature.bytes.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                let bytes: [u8; 64] = bytes.try_into().ok()?;
                witness.key.has_signed_note(&cosigned_text(time, &self.text), &bytes).then_some(time)
            })
            .max()
    }
}

fn cosigned_text(time_s: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}

/// Cosigns a note's text as a witness, at `time_s` seconds since 1970.
pub fn cosign(text: &str, name: &str, key: &SecretKey, time_s: u64) -> NoteSignature {
    let signature = key.sign_note(&cosigned_text(time_s, text));
    let id = key_id(name, BY_WITNESS, &key.public().to_bytes());
    NoteSignature { name: name.into(), id, bytes: [time_s.to_be_bytes().as_slice(), &signature].concat() }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\u{2014} {} {}", self.name, STANDARD.encode([self.id.as_slice(), &self.bytes].concat()))
    }
}

impl FromStr for NoteSignature {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<Self, NoteError> {
        let bad = NoteError::NotANote("a line of its signatures");
        let (name, encoded) =
            line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or_else(|| bad.clone())?;
        let bytes = STANDARD.decode(encoded).map_err(|_| bad.clone())?;
        let (id, bytes) = bytes.split_first_chunk::<4>().ok_or_else(|| bad.clone())?;
        if !good_name(name) || bytes.is_empty() {
            return Err(bad);
        }
        Ok(Self { name: name.into(), id: *id, bytes: bytes.to_vec() })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::NotANote("its length"));
        }
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::NotANote("a control character"));
        }
        let at = note.rfind("\n\n").ok_or(NoteError::NotANote("no blank line"))?;
        let (text, signatures) = (&note[..=at], &note[at + 2..]);
        let signatures = signatures.strip_suffix('\n').ok_or(NoteError::NotANote("its end"))?;
        let signatures: Vec<NoteSignature> = signatures.split('\n').map(str::parse).collect::<Result<_, _>>()?;
        if signatures.len() > SIGNATURES_MAX {
            return Err(NoteError::NotANote("the number of its signatures"));
        }
        Ok(Self { text: text.into(), signatures })
    }
}

/// The public key of a witness. Its text is `<name>+<8 hex digits>+<base64 of the algorithm's byte and the key>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey {
    /// Its name in notes.
    pub name: String,
    key: PublicKey,
}

impl WitnessKey {
    /// A witness by name and key.
    pub fn new(name: &str, key: PublicKey) -> Self {
        Self { name: name.into(), key }
    }

    fn id(&self) -> [u8; 4] {
        key_id(&self.name, BY_WITNESS, &self.key.to_bytes())
    }
}

/// The text by which other programs know a log's key: `<name>+<8 hex digits>+<base64>`.
pub fn verifier_key(name: &str, key: &PublicKey) -> String {
    vkey(name, BY_LOG, &key.to_bytes())
}

fn vkey(name: &str, algorithm: u8, key: &[u8; 32]) -> String {
    let id = u32::from_be_bytes(key_id(name, algorithm, key));
    format!("{name}+{id:08x}+{}", STANDARD.encode([&[algorithm], key.as_slice()].concat()))
}

/// Reads the key of a log by its verifier key; gives its name too.
pub fn log_key(text: &str) -> Result<(String, PublicKey), NoteError> {
    parse_vkey(text, BY_LOG)
}

fn parse_vkey(text: &str, algorithm: u8) -> Result<(String, PublicKey), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::NotAKey);
    };
    let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::NotAKey)?;
    let (first, key) = bytes.split_first().ok_or(NoteError::NotAKey)?;
    let key: [u8; 32] = key.try_into().map_err(|_| NoteError::NotAKey)?;
    if *first != algorithm || !good_name(name) || vkey(name, algorithm, &key) != format!("{name}+{id}+{encoded}") {
        return Err(NoteError::NotAKey);
    }
    Ok((name.into(), PublicKey::from_bytes(Purpose::Checkpoint, &key)?))
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&vkey(&self.name, BY_WITNESS, &self.key.to_bytes()))
    }
}

impl FromStr for WitnessKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, key) = parse_vkey(text, BY_WITNESS)?;
        Ok(Self { name, key })
    }
}
