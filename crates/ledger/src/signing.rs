//! Ed25519 keys, one for each purpose, and detached signatures.
//!
//! A key signs for one purpose only. The purpose stands in the key's text, in its id and in the bytes that are
//! signed, so a release's signature never passes for a checkpoint's, even if one secret were used for both.
//! Nothing here makes randomness or touches a disk: secrets come from 32 random bytes of the caller.
//!
//! What is signed: `vouchsafe signature v1`, a zero byte, the purpose's word, a zero byte, the message.
//! A key's id: the first 16 bytes of SHA-256 over `vouchsafe key v1`, a zero byte, the purpose's word, a zero
//! byte and the 32 bytes of the public key; in hex.
//!
//! Three texts, each with one spelling, so that a changed byte is always found:
//!
//! ```text
//! vouchsafe:release:ed25519:<64 hex digits>      the public key, on one line, to pin
//!
//! vouchsafe secret key v1                        the key file
//! purpose release
//! id <32 hex digits>
//! secret <64 hex digits>
//!
//! vouchsafe signature v1                         the detached signature, as in `manifest.json.sig`
//! purpose release
//! id <32 hex digits>
//! public <64 hex digits>
//! signature <128 hex digits>
//! ```
//!
//! Every line ends with a line feed; hex is lower case.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What a key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// The manifest of a release.
    Release,
    /// The head of a ledger's tree.
    Checkpoint,
    /// The acknowledgement of a submitted annotation.
    Receipt,
    /// Evidence for a third party.
    Bundle,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [Self::Release, Self::Checkpoint, Self::Receipt, Self::Bundle];

    /// The word for it in texts and in the signed bytes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Checkpoint => "checkpoint",
            Self::Receipt => "receipt",
            Self::Bundle => "bundle",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Purpose {
    type Err = KeyError;

    fn from_str(word: &str) -> Result<Self, KeyError> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word).ok_or(KeyError::UnknownPurpose)
    }
}

/// A key's text cannot be used. Never shows a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not one of [`Purpose::ALL`].
    #[error("the purpose is not one of `release`, `checkpoint`, `receipt`, `bundle`")]
    UnknownPurpose,
    /// A line of a key file is not what it must be.
    #[error("line {line} of the key file is not `{expected}`")]
    NotAKeyFile {
        /// From 1.
        line: usize,
        /// What it must look like.
        expected: &'static str,
    },
    /// The id in a key file is not that of its secret.
    #[error("the id in the key file does not belong to its secret")]
    WrongId,
    /// Not the one-line text of a public key.
    #[error("a public key reads `vouchsafe:<purpose>:ed25519:<64 hex digits>`")]
    NotAPublicKey,
    /// The digits are no point of the curve.
    #[error("the digits of the public key are no Ed25519 key")]
    NotOnTheCurve,
}

/// A secret key. `Debug` shows its purpose and id only; the secret is wiped on drop.
pub struct SecretKey {
    purpose: Purpose,
    key: SigningKey,
}

impl SecretKey {
    /// From 32 bytes of good randomness.
    pub fn from_random(purpose: Purpose, random: &[u8; 32]) -> Self {
        Self { purpose, key: SigningKey::from_bytes(random) }
    }

    /// Read a key file.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let mut lines = Lines::new(text);
        let bad = |(line, expected)| KeyError::NotAKeyFile { line, expected };
        lines.exactly("vouchsafe secret key v1").map_err(bad)?;
        let purpose: Purpose = lines.after("purpose", "purpose <word>").map_err(bad)?.parse()?;
        let id = lines.after("id", "id <32 hex digits>").map_err(bad)?;
        let secret = Zeroizing::new(lines.hex("secret", "secret <64 hex digits>").map_err(bad)?);
        lines.end().map_err(bad)?;
        let key = Self::from_random(purpose, &secret);
        if key.public().id() == id { Ok(key) } else { Err(KeyError::WrongId) }
    }

    /// The text of its key file, to be written where only the server reads.
    pub fn to_text(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(self.key.to_bytes());
        let secret = Zeroizing::new(to_hex(secret.as_slice()));
        let id = self.public().id();
        let purpose = self.purpose;
        let text = ["vouchsafe secret key v1\npurpose ", purpose.word(), "\nid ", &id, "\nsecret ", &secret, "\n"];
        Zeroizing::new(text.concat())
    }

    /// What it may sign.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey { purpose: self.purpose, key: self.key.verifying_key() }
    }

    /// Sign `message` for this key's purpose. The same message always gives the same signature.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature { public: self.public(), bytes: self.key.sign(&signed_bytes(self.purpose, message)).to_bytes() }
    }

    /// Signs the bare text of a note, which begins with a name and never with `vouchsafe signature v1` and a zero.
    pub(crate) fn sign_note(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey")
            .field("purpose", &self.purpose)
            .field("id", &self.public().id())
            .finish_non_exhaustive()
    }
}

/// A public key with its purpose. `Display` and `FromStr` are the one-line text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    purpose: Purpose,
    key: VerifyingKey,
}

impl PublicKey {
    /// From its 32 bytes.
    pub fn from_bytes(purpose: Purpose, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotOnTheCurve)?;
        Ok(Self { purpose, key })
    }

    /// What it may have signed.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Its 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether it signed the bare text of a note.
    pub(crate) fn has_signed_note(&self, text: &str, signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.key.verify_strict(text.as_bytes(), &signature).is_ok()
    }

    /// 32 hex digits, different for each key and purpose.
    pub fn id(&self) -> String {
        let mut hash = Sha256::new();
        for part in [b"vouchsafe key v1".as_slice(), b"\0", self.purpose.word().as_bytes(), b"\0", self.key.as_bytes()]
        {
            hash.update(part);
        }
        to_hex(&hash.finalize()[..16])
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vouchsafe:{}:ed25519:{}", self.purpose, to_hex(self.key.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.split(':');
        let (Some("vouchsafe"), Some(word), Some("ed25519"), Some(digits), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(KeyError::NotAPublicKey);
        };
        Self::from_bytes(word.parse()?, &from_hex(digits).ok_or(KeyError::NotAPublicKey)?)
    }
}

/// A detached signature, with the key that claims it. Nothing is known about it before [`Signature::check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    public: PublicKey,
    bytes: [u8; 64],
}

/// A signature that fits its message; who made it is another question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedBy {
    /// One of the pinned keys.
    Pinned,
    /// Some key that was not pinned: the bytes are whole, who vouches for them is not known.
    Unknown,
}

/// A signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A line of its text is not what it must be.
    #[error("line {line} of the signature is not `{expected}`")]
    NotASignature {
        /// From 1.
        line: usize,
        /// What it must look like.
        expected: &'static str,
    },
    /// Its key is not one.
    #[error("the signature's key cannot be used: {0}")]
    Key(#[from] KeyError),
    /// The id in its text is not that of its key.
    #[error("the id in the signature does not belong to its key")]
    WrongId,
    /// Made for something else.
    #[error("the signature was made for `{found}`, not for `{wanted}`")]
    WrongPurpose {
        /// What it must be for.
        wanted: Purpose,
        /// What it is for.
        found: Purpose,
    },
    /// It does not fit the message: one of the two was changed.
    #[error("the signature does not fit what it signs")]
    DoesNotFit,
}

impl Signature {
    /// Read the text of a detached signature.
    pub fn from_text(text: &str) -> Result<Self, SignatureError> {
        let mut lines = Lines::new(text);
        let bad = |(line, expected)| SignatureError::NotASignature { line, expected };
        lines.exactly("vouchsafe signature v1").map_err(bad)?;
        let purpose: Purpose = lines.after("purpose", "purpose <word>").map_err(bad)?.parse()?;
        let id = lines.after("id", "id <32 hex digits>").map_err(bad)?;
        let public = lines.hex("public", "public <64 hex digits>").map_err(bad)?;
        let bytes = lines.hex("signature", "signature <128 hex digits>").map_err(bad)?;
        lines.end().map_err(bad)?;
        let public = PublicKey::from_bytes(purpose, &public)?;
        if public.id() == id { Ok(Self { public, bytes }) } else { Err(SignatureError::WrongId) }
    }

    /// The text of the detached signature.
    pub fn to_text(&self) -> String {
        format!(
            "vouchsafe signature v1\npurpose {}\nid {}\npublic {}\nsignature {}\n",
            self.public.purpose,
            self.public.id(),
            to_hex(self.public.key.as_bytes()),
            to_hex(&self.bytes)
        )
    }

    /// The key that claims to have made it.
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// The 64 bytes alone, for a place that names the key elsewhere.
    pub fn to_bytes(&self) -> [u8; 64] {
        self.bytes
    }

    /// From its 64 bytes and the key that claims them.
    pub fn from_bytes(public: PublicKey, bytes: [u8; 64]) -> Self {
        Self { public, bytes }
    }

    /// Does it fit `message`, for this purpose, and is its key one of `pinned`?
    ///
    /// Keys and signatures that more than one message or key would fit (small order, not reduced) do not hold.
    pub fn check(&self, purpose: Purpose, message: &[u8], pinned: &[PublicKey]) -> Result<SignedBy, SignatureError> {
        if self.public.purpose != purpose {
            return Err(SignatureError::WrongPurpose { wanted: purpose, found: self.public.purpose });
        }
        let signature = ed25519_dalek::Signature::from_bytes(&self.bytes);
        let message = signed_bytes(purpose, message);
        self.public.key.verify_strict(&message, &signature).map_err(|_| SignatureError::DoesNotFit)?;
        Ok(if pinned.contains(&self.public) { SignedBy::Pinned } else { SignedBy::Unknown })
    }
}

fn signed_bytes(purpose: Purpose, message: &[u8]) -> Vec<u8> {
    [b"vouchsafe signature v1".as_slice(), b"\0", purpose.word().as_bytes(), b"\0", message].concat()
}

/// The lines of one of our texts, read strictly. An error is the line's number and what it must look like.
struct Lines<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text, line: 0 }
    }

    fn next(&mut self) -> Option<&'t str> {
        self.line += 1;
        let (line, rest) = self.rest.split_once('\n')?;
        self.rest = rest;
        Some(line)
    }

    fn exactly(&mut self, expected: &'static str) -> Result<(), (usize, &'static str)> {
        if self.next() == Some(expected) { Ok(()) } else { Err((self.line, expected)) }
    }

    fn after(&mut self, word: &str, expected: &'static str) -> Result<&'t str, (usize, &'static str)> {
        let value = self.next().and_then(|line| line.strip_prefix(word)?.strip_prefix(' '));
        value.ok_or((self.line, expected))
    }

    fn hex<const N: usize>(&mut self, word: &str, expected: &'static str) -> Result<[u8; N], (usize, &'static str)> {
        from_hex(self.after(word, expected)?).ok_or((self.line, expected))
    }

    fn end(&self) -> Result<(), (usize, &'static str)> {
        if self.rest.is_empty() { Ok(()) } else { Err((self.line + 1, "the end")) }
    }
}

/// Lower-case hex.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// `N` bytes from lower-case hex; `None` when it is not exactly that.
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let text = text.as_bytes();
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
