//! People join by invitation, as they do anywhere: password, second factor, session.

use super::http::Connection;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const PASSWORD: &str = "a password for load alone";

/// Joins by the secret of an invitation; gives the connection of the new member, signed in, and his id.
pub(crate) async fn join(address: &str, secret: &str) -> Result<(Connection, String), String> {
    let mut connection = Connection::open(address).await?;
    let path = format!("/api/v1/invitations/{secret}");
    let offered = connection.ask("GET", &path, "").await?.good()?;
    let code = offered["totp"]["secret"].as_str().map(code_of).transpose()?;
    let join = json!({"name": "Load", "password": PASSWORD, "code": code});
    let reply = connection.ask("POST", &path, &join.to_string()).await?;
    let me = reply.good()?;
    connection.cookie = reply.cookie.ok_or("joining gave no session")?;
    Ok((connection, me["member"].as_str().unwrap_or_default().to_owned()))
}

/// Invites somebody and lets him join.
pub(crate) async fn invite(
    address: &str,
    admin: &mut Connection,
    role: &str,
    number: usize,
) -> Result<(Connection, String), String> {
    let invite = json!({"role": role, "email": format!("{role}{number}@load.invalid")});
    let made = admin.ask("POST", "/api/v1/invitations", &invite.to_string()).await?.good()?;
    join(address, made["secret"].as_str().unwrap_or_default()).await
}

/// The code of this moment, RFC 6238.
fn code_of(secret: &str) -> Result<String, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    Ok(format!("{:06}", code(&base32(secret), now.as_secs() / 30)))
}

fn code(secret: &[u8], step: u64) -> u32 {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 0xf);
    let word = u32::from_be_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
    (word & 0x7fff_ffff) % 1_000_000
}

/// RFC 4648 base 32 without padding; what is no letter of it is left out.
fn base32(text: &str) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => continue,
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 0xff).unwrap_or_default());
        }
    }
    out
}

/// The id that something was made with.
pub(crate) fn id(made: &Value) -> Result<String, String> {
    made["id"].as_str().map(str::to_owned).ok_or_else(|| format!("no id in {made}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B; RFC 4648, section 10.
    #[test]
    fn the_published_codes_hold() {
        assert_eq!(base32("MZXW6YTBOI"), b"foobar");
        assert_eq!(code(b"12345678901234567890", 59 / 30), 287_082);
    }
}
