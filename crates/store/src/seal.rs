//! Sealing: compressed, then encrypted, bound to its place. Nothing else in the product touches ciphertext.
//!
//! ```text
//! sealed = 0x01 flags nonce[24] XChaCha20-Poly1305(key, nonce, body, aad)
//! aad    = owner 0x00 table 0x00 row id             flags bit 0: body is zstd
//! ```
//!
//! XChaCha20-Poly1305 rather than AES-GCM: its nonces are long enough to be drawn at random for
//! any number of rows under one key.

use crate::{
    Error,
    cipher::{self, NONCE_BYTES, TAG_BYTES},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bodies from this size on are compressed when that makes them smaller.
pub const COMPRESS_FROM_BYTES: usize = 512;
/// No sealed body opens to more than this.
pub const BODY_BYTES_MAX: usize = 64 << 20;
const VERSION: u8 = 1;
const HEAD_BYTES: usize = 2 + NONCE_BYTES;

/// A key of 256 bits, wiped from memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key(pub(crate) [u8; 32]);

impl Key {
    /// A fresh random key.
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        random(&mut bytes);
        Self(bytes)
    }

    /// The key of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key for one purpose, derived by HMAC-SHA-256 over the purpose's name.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Self {
        Self(self.keyed(purpose, &[]))
    }

    /// HMAC-SHA-256 of `parts`, each preceded by its length so that no two lists collide.
    pub fn keyed(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0)
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Fills `out` from the operating system.
///
/// # Panics
/// When the system has no randomness to give: going on would seal with a known key.
pub fn random(out: &mut [u8]) {
    getrandom::fill(out).expect("the operating system gives random bytes");
}

/// How much randomness a thread fetches at a time for nonces and salts.
const DRAWN_BYTES: usize = 1024;

thread_local! {
    static DRAWN: std::cell::RefCell<([u8; DRAWN_BYTES], usize)> = const { std::cell::RefCell::new(([0; DRAWN_BYTES], DRAWN_BYTES)) };
}

/// Fills `out`, at most 256 bytes, with the operating system's randomness, fetched ahead and wiped as it is
/// used: for nonces and salts, of which every row takes several. Keys are drawn by [`random`].
///
/// # Panics
/// As [`random`].
pub(crate) fn drawn(out: &mut [u8]) {
    DRAWN.with_borrow_mut(|(ahead, used)| {
        if *used + out.len() > DRAWN_BYTES {
            random(ahead);
            *used = 0;
        }
        let fresh = &mut ahead[*used..][..out.len()];
        out.copy_from_slice(fresh);
        fresh.fill(0);
        *used += out.len();
    });
}

/// Where a sealed body lies. Sealed bytes open nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The client's id, or `installation`.
    pub owner: &'a str,
    /// The table, and the column where a table has several.
    pub table: &'static str,
    /// The row's id.
    pub row: &'a str,
}

impl Place<'_> {
    fn aad(&self) -> Vec<u8> {
        [self.owner.as_bytes(), &[0], self.table.as_bytes(), &[0], self.row.as_bytes()].concat()
    }
}

/// Ciphertext as it lies in a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed(pub Vec<u8>);

/// Seals `body` for its place.
pub fn seal(key: &Key, place: Place<'_>, body: &[u8]) -> Sealed {
    let packed = (body.len() >= COMPRESS_FROM_BYTES).then(|| compress(body)).flatten();
    let (flags, message) = packed.as_deref().map_or((0, body), |packed| (1, packed));
    let mut nonce = [0; NONCE_BYTES];
    drawn(&mut nonce);
    let mut out = Vec::with_capacity(HEAD_BYTES + message.len() + TAG_BYTES);
    out.extend_from_slice(&[VERSION, flags]);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(message);
    let tag = cipher::encrypt(&key.0, &nonce, &place.aad(), &mut out[HEAD_BYTES..]);
    out.extend_from_slice(&tag);
    Sealed(out)
}

/// Opens what [`seal`] made for the same key and place.
pub fn open(key: &Key, place: Place<'_>, sealed: &Sealed) -> Result<Vec<u8>, Error> {
    let refused = || Error::Unsealable { table: place.table };
    let (head, message) = sealed.0.split_at_checked(HEAD_BYTES).ok_or_else(refused)?;
    if head[0] != VERSION || head[1] > 1 {
        return Err(refused());
    }
    let nonce: [u8; NONCE_BYTES] = head[2..].try_into().map_err(|_| refused())?;
    let body = cipher::decrypt(&key.0, &nonce, &place.aad(), message.to_vec()).ok_or_else(refused)?;
    if head[1] == 0 {
        return Ok(body);
    }
    decompress(&body).ok_or_else(refused)
}

thread_local! {
    static DECOMPRESSOR: std::cell::RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { std::cell::RefCell::new(None) };
    static COMPRESSOR: std::cell::RefCell<Option<zstd::bulk::Compressor<'static>>> = const { std::cell::RefCell::new(None) };
}

/// Decompresses what [`compress`] made: it wrote the length ahead. `None` when it is damaged or too long.
fn decompress(packed: &[u8]) -> Option<Vec<u8>> {
    let length = zstd::zstd_safe::get_frame_content_size(packed).ok()??;
    let length = usize::try_from(length).ok().filter(|n| *n <= BODY_BYTES_MAX)?;
    DECOMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = zstd::bulk::Decompressor::new().ok();
        }
        slot.as_mut()?.decompress(packed, length).ok()
    })
}

fn compress(body: &[u8]) -> Option<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = zstd::bulk::Compressor::new(1).ok();
        }
        let packed = slot.as_mut()?.compress(body).ok()?;
        (packed.len() < body.len()).then_some(packed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> = Place { owner: "client", table: "task_content", row: "row" };

    #[test]
    fn sealed_bytes_open_only_where_they_lie() {
        let key = Key::random();
        let sealed = seal(&key, PLACE, b"secret");
        assert_eq!(open(&key, PLACE, &sealed).unwrap(), b"secret");
        for place in
            [Place { owner: "other", ..PLACE }, Place { table: "draft", ..PLACE }, Place { row: "moved", ..PLACE }]
        {
            assert!(open(&key, place, &sealed).is_err());
        }
        assert!(open(&Key::random(), PLACE, &sealed).is_err());
        for i in 0..sealed.0.len() {
            let mut changed = sealed.clone();
            changed.0[i] ^= 1;
            assert!(open(&key, PLACE, &changed).is_err(), "byte {i}");
        }
        assert!(open(&key, PLACE, &Sealed(vec![1; 5])).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_body_comes_back(body in proptest::collection::vec(0_u8..4, 0..3000)) {
            let key = Key::random();
            proptest::prop_assert_eq!(open(&key, PLACE, &seal(&key, PLACE, &body)).unwrap(), body);
        }
    }

    #[test]
    fn long_text_is_stored_smaller() {
        assert!(seal(&Key::random(), PLACE, "the same words again ".repeat(100).as_bytes()).0.len() < 400);
    }
}
