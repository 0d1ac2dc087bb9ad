//! Promises of keys and signatures.

use super::*;

fn key(purpose: Purpose, seed: u8) -> SecretKey {
    SecretKey::from_random(purpose, &[seed; 32])
}

/// The key pair is that of RFC 8032, section 7.1, test 1; id and signature were computed by other programs
/// (sha256sum, openssl).
#[test]
fn texts_are_fixed() {
    let secret: [u8; 32] = from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
    let key = SecretKey::from_random(Purpose::Release, &secret);
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(key.public().to_string(), format!("vouchsafe:release:ed25519:{public}"));
    let id = key.public().id();
    assert_eq!(id, "7226bdfd434ea8ee0b95a6ca484cd099");
    assert_eq!(
        *key.to_text(),
        format!("vouchsafe secret key v1\npurpose release\nid {id}\nsecret {}\n", to_hex(&secret))
    );
    let signature = key.sign(b"message");
    let bytes = "67506b04f8593376d88412b45cb2a5fc4296bd998b0e28f3910dfe95164343f95fb8cd9e6943b3b2b378f34304649bdc51a13e3b298b5c809feff31dfd767d00";
    assert_eq!(
        signature.to_text(),
        format!("vouchsafe signature v1\npurpose release\nid {id}\npublic {public}\nsignature {bytes}\n")
    );
}

#[test]
fn texts_come_back() {
    for purpose in Purpose::ALL {
        let key = key(purpose, 7);
        assert_eq!(SecretKey::from_text(&key.to_text()).unwrap().public(), key.public());
        assert_eq!(key.public().to_string().parse(), Ok(key.public()));
        let signature = key.sign(b"m");
        assert_eq!(Signature::from_text(&signature.to_text()), Ok(signature));
        assert_eq!(Signature::from_bytes(key.public(), signature.to_bytes()), signature);
    }
}

#[test]
fn a_pinned_key_is_told_from_an_unknown_one() {
    let (ours, other) = (key(Purpose::Release, 1), key(Purpose::Release, 2));
    let signature = ours.sign(b"m");
    assert_eq!(signature.check(Purpose::Release, b"m", &[other.public(), ours.public()]), Ok(SignedBy::Pinned));
    assert_eq!(signature.check(Purpose::Release, b"m", &[other.public()]), Ok(SignedBy::Unknown));
    assert_eq!(signature.check(Purpose::Release, b"m", &[]), Ok(SignedBy::Unknown));
    assert_eq!(signature.check(Purpose::Release, b"n", &[ours.public()]), Err(SignatureError::DoesNotFit));
}

/// One secret used for two purposes still makes two keys, and no signature passes from one to the other.
#[test]
fn a_signature_serves_one_purpose() {
    for made_for in Purpose::ALL {
        for used_for in Purpose::ALL.into_iter().filter(|purpose| *purpose != made_for) {
            let (made, used) = (key(made_for, 3), key(used_for, 3));
            assert_ne!(made.public().id(), used.public().id());
            let signature = made.sign(b"m");
            assert_eq!(
                signature.check(used_for, b"m", &[used.public()]),
                Err(SignatureError::WrongPurpose { wanted: used_for, found: made_for })
            );
            let relabelled = Signature::from_bytes(used.public(), signature.to_bytes());
            assert_eq!(relabelled.check(used_for, b"m", &[used.public()]), Err(SignatureError::DoesNotFit));
        }
    }
}

#[test]
fn every_changed_byte_of_a_signature_is_found() {
    let key = key(Purpose::Release, 4);
    let text = key.sign(b"m").to_text();
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let found = String::from_utf8(bytes)
                .ok()
                .and_then(|changed| Signature::from_text(&changed).ok())
                .and_then(|signature| signature.check(Purpose::Release, b"m", &[key.public()]).ok());
            assert_eq!(found, None, "byte {at}, bit {bit}");
        }
    }
    for cut in 0..text.len() {
        assert!(Signature::from_text(&text[..cut]).is_err());
    }
    assert!(Signature::from_text(&(text + "\n")).is_err());
}

#[test]
fn a_bad_key_file_is_refused_by_line() {
    let text = key(Purpose::Receipt, 5).to_text();
    let error = |changed: String| SecretKey::from_text(&changed).unwrap_err().to_string();
    assert_eq!(error(text.replace("key v1", "key v2")), "line 1 of the key file is not `vouchsafe secret key v1`");
    assert_eq!(error(text.replace("secret 05", "secret 0g")), "line 4 of the key file is not `secret <64 hex digits>`");
    assert_eq!(error(text.replace("secret 05", "secret 06")), "the id in the key file does not belong to its secret");
    assert_eq!(
        error(text.replace("receipt", "love")),
        "the purpose is not one of `release`, `checkpoint`, `receipt`, `bundle`"
    );
    assert_eq!(error(text.to_string() + "more"), "line 5 of the key file is not `the end`");
}

#[test]
fn a_key_of_small_order_vouches_for_nothing() {
    let mut one = [0; 32];
    one[0] = 1;
    let public = PublicKey::from_bytes(Purpose::Release, &one).unwrap();
    let mut bytes = [0; 64];
    bytes[0] = 1;
    let signature = Signature::from_bytes(public, bytes);
    assert_eq!(signature.check(Purpose::Release, b"anything", &[public]), Err(SignatureError::DoesNotFit));
}

#[test]
fn debug_shows_no_secret() {
    let key = key(Purpose::Release, 9);
    assert!(!format!("{key:?}").contains("0909"));
    assert_eq!("vouchsafe:release:ed25519:00".parse::<PublicKey>(), Err(KeyError::NotAPublicKey));
}
