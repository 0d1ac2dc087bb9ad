//! Time-based one-time codes, RFC 6238 with HMAC-SHA-1, six digits, steps of 30 s: what every authenticator reads.

use hmac::{Hmac, KeyInit, Mac};
use subtle::ConstantTimeEq;

/// Length of a step, in microseconds.
const STEP_US: i64 = 30_000_000;
/// Length of a secret in bytes.
pub const SECRET_BYTES: usize = 20;

/// The code of a step.
fn code(secret: &[u8], step: i64) -> u32 {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    // RFC 4226, 5.3: dynamic truncation.
    let at = usize::from(digest[19] & 0xf);
    let word = u32::from_be_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
    (word & 0x7fff_ffff) % 1_000_000
}

/// The code that an authenticator shows at this moment.
pub fn shown(secret: &[u8], now_us: i64) -> String {
    format!("{:06}", code(secret, now_us.div_euclid(STEP_US)))
}

/// The step whose code this is: now, just before or just after, and later than the last one used. `None` otherwise.
pub fn check(secret: &[u8], text: &str, now_us: i64, last_step: Option<i64>) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let now = now_us.div_euclid(STEP_US);
    (now - 1..=now + 1).find(|step| {
        let expected = format!("{:06}", code(secret, *step));
        bool::from(expected.as_bytes().ct_eq(digits.as_bytes())) && last_step.is_none_or(|last| *step > last)
    })
}

/// A secret as authenticators take it: RFC 4648 base 32, no padding.
pub fn base32(secret: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut out, mut bits, mut held) = (String::new(), 0_u32, 0_u32);
    for byte in secret {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(LETTERS[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        out.push(char::from(LETTERS[(held << (5 - bits) & 31) as usize]));
    }
    out
}

/// A secret that was written in base 32; `None` when it was not.
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 0xff).unwrap_or_default());
        }
    }
    Some(out)
}

/// The address that an authenticator reads from a picture or a link.
pub fn uri(secret: &[u8], email: &str) -> String {
    let account: String = email
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    format!("otpauth://totp/Vouchsafe:{account}?secret={}&issuer=Vouchsafe", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1, the last six of its eight digits.
    #[test]
    fn the_published_codes_hold() {
        let secret = b"12345678901234567890";
        for (seconds, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(format!("{:06}", code(secret, seconds / 30)), expected);
        }
    }

    #[test]
    fn a_code_is_taken_once_and_near_its_time() {
        let secret = b"12345678901234567890";
        let now = 59_000_000;
        let step = check(secret, "287 082", now, None).expect("the code of now");
        assert_eq!(check(secret, "287082", now, Some(step)), None, "not twice");
        assert!(check(secret, "287082", now + STEP_US, None).is_some(), "one step late");
        assert_eq!(check(secret, "287082", now + 3 * STEP_US, None), None);
    }

    /// RFC 4648, section 10.
    #[test]
    fn base32_is_as_published() {
        assert_eq!([base32(b"f"), base32(b"fo"), base32(b"foobar")], ["MY", "MZXQ", "MZXW6YTBOI"]);
        assert_eq!(from_base32("MZXW6YTBOI").as_deref(), Some(b"foobar".as_slice()));
        assert_eq!(from_base32("m1"), None);
    }
}
