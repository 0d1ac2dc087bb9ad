//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, section 2): `HChaCha20` makes a key for this one message of the key and the
//! nonce's first 16 bytes; ChaCha20-Poly1305 (RFC 8439) takes it, with the last 8 bytes behind four of zero.
//!
//! The second step is ring's, in assembler. The portable one takes 2 us for a message of 100 bytes and 2.7 us for
//! 1,000 where this takes 0.4 and 0.8, and a request seals and opens about ten.

use chacha20::{R20, hchacha};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

pub(crate) const NONCE_BYTES: usize = 24;
pub(crate) const TAG_BYTES: usize = 16;

/// Encrypts `body` where it lies and returns its tag. A body has less than 256 GiB.
pub(crate) fn encrypt(key: &[u8; 32], nonce: &[u8; NONCE_BYTES], aad: &[u8], body: &mut [u8]) -> [u8; TAG_BYTES] {
    let (key, nonce) = of_message(key, nonce);
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::from(aad), body)
        .unwrap_or_else(|_| unreachable!("bodies are far below the cipher's limit"));
    tag.as_ref().try_into().unwrap_or_else(|_| unreachable!("a tag has 16 bytes"))
}

/// Decrypts `body`, which ends with its tag, where it lies. `None`, and nothing to be had of it, if a bit of anything changed.
pub(crate) fn decrypt(key: &[u8; 32], nonce: &[u8; NONCE_BYTES], aad: &[u8], mut body: Vec<u8>) -> Option<Vec<u8>> {
    let (key, nonce) = of_message(key, nonce);
    let length = key.open_in_place(nonce, Aad::from(aad), &mut body).ok()?.len();
    body.truncate(length);
    Some(body)
}

fn of_message(key: &[u8; 32], nonce: &[u8; NONCE_BYTES]) -> (LessSafeKey, Nonce) {
    let mut first = [0; 16];
    first.copy_from_slice(&nonce[..16]);
    let mut last = [0; 12];
    last[4..].copy_from_slice(&nonce[16..]);
    let derived: Zeroizing<[u8; 32]> = Zeroizing::new(hchacha::<R20>(&(*key).into(), &first.into()).into());
    let key =
        UnboundKey::new(&CHACHA20_POLY1305, derived.as_slice()).unwrap_or_else(|_| unreachable!("a key has 32 bytes"));
    (LessSafeKey::new(key), Nonce::assume_unique_for_key(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chacha20poly1305::{
        XChaCha20Poly1305,
        aead::{Aead, KeyInit, Payload},
    };
    use vouchsafe_ledger::signing::from_hex;

    /// The example of draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    #[test]
    fn it_is_the_published_cipher() {
        let key: [u8; 32] = std::array::from_fn(|i| 0x80 + u8::try_from(i).unwrap());
        let nonce: [u8; 24] = std::array::from_fn(|i| 0x40 + u8::try_from(i).unwrap());
        let aad: [u8; 12] = from_hex("50515253c0c1c2c3c4c5c6c7").unwrap();
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let mut body = plain.to_vec();
        let tag = encrypt(&key, &nonce, &aad, &mut body);
        assert_eq!(Some(body[..16].try_into().unwrap()), from_hex::<16>("bd6d179d3e83d43b9576579493c0e939"));
        assert_eq!(Some(tag), from_hex("c0875924c1c7987947deafd8780acf49"));
        body.extend_from_slice(&tag);
        assert_eq!(decrypt(&key, &nonce, &aad, body).unwrap(), plain);
    }

    proptest::proptest! {
        #[test]
        fn another_implementation_makes_the_same_bytes(
            key: [u8; 32],
            nonce: [u8; 24],
            aad in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..90),
            plain in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..2_000),
        ) {
            let other = XChaCha20Poly1305::new(&key.into());
            let theirs = other.encrypt(&nonce.into(), Payload { msg: &plain, aad: &aad }).unwrap();
            let mut ours = plain.clone();
            let tag = encrypt(&key, &nonce, &aad, &mut ours);
            ours.extend_from_slice(&tag);
            proptest::prop_assert_eq!(&ours, &theirs);
            proptest::prop_assert_eq!(decrypt(&key, &nonce, &aad, theirs).unwrap(), plain);
        }
    }
}
