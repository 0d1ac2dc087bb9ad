//! Passwords: argon2id, off the async threads, a few at a time.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use vouchsafe_domain::hex::{hex, unhex};
use vouchsafe_store::seal::random;

/// Memory of one hash, in KiB. OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane.
pub const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
pub const PASSES: u32 = 2;
/// Shortest password, in characters.
pub const CHARS_MIN: usize = 12;
/// Longest password, in bytes.
pub const BYTES_MAX: usize = 1_024;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// Hashes that run at once; others wait, so that sign-ins cannot take all memory.
static RUNNING: Semaphore = Semaphore::const_new(2);

/// Memory of hashes that ended, for the next ones: at most one for each that may run. Taken anew each time, 19 MiB would
/// stay with every thread that ever hashed.
static SPARE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Hashes a new password: `argon2id$m=…,t=…$salt$hash`.
pub async fn hash(password: String) -> String {
    let mut salt = [0; SALT_BYTES];
    random(&mut salt);
    let hash = derive(password, salt, MEMORY_KIB, PASSES).await;
    format!("argon2id$m={MEMORY_KIB},t={PASSES}${}${}", hex(&salt), hex(&hash))
}

/// Whether `password` is the one that was hashed. Without a hash (nobody of that address) it takes the same time
/// and says no.
pub async fn verify(password: String, stored: Option<&str>) -> bool {
    let parsed = stored.and_then(parse);
    let (memory, passes, salt, expected) = parsed.unwrap_or((MEMORY_KIB, PASSES, [0; SALT_BYTES], [0; HASH_BYTES]));
    let hash = derive(password, salt, memory, passes).await;
    bool::from(hash.ct_eq(&expected)) && parsed.is_some()
}

async fn derive(password: String, salt: [u8; SALT_BYTES], memory: u32, passes: u32) -> [u8; HASH_BYTES] {
    let permit = RUNNING.acquire().await;
    let hashed = tokio::task::spawn_blocking(move || {
        let mut out = [0; HASH_BYTES];
        let params =
            Params::new(memory, passes, 1, Some(HASH_BYTES)).expect("named parameters are within argon2's ranges");
        let mut blocks = SPARE.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        blocks.resize(params.block_count().max(blocks.len()), Block::default());
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon
            .hash_password_into_with_memory(password.as_bytes(), &salt, &mut out, &mut blocks)
            .expect("salt and output have lengths argon2 takes");
        SPARE.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
        out
    });
    let out = hashed.await.expect("the hashing thread does not panic");
    drop(permit);
    out
}

fn parse(stored: &str) -> Option<(u32, u32, [u8; SALT_BYTES], [u8; HASH_BYTES])> {
    let mut parts = stored.strip_prefix("argon2id$m=")?.split('$');
    let (memory, passes) = parts.next()?.split_once(",t=")?;
    let (memory, passes) = (memory.parse().ok()?, passes.parse().ok()?);
    // What a row says must not make the server take any amount of memory.
    if memory > 8 * MEMORY_KIB || passes > 8 * PASSES {
        return None;
    }
    Some((memory, passes, unhex(parts.next()?)?.try_into().ok()?, unhex(parts.next()?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_alone() {
        let stored = hash("correct horse battery".into()).await;
        assert!(verify("correct horse battery".into(), Some(&stored)).await);
        assert!(!verify("correct horse batterz".into(), Some(&stored)).await);
        assert!(!verify(String::new(), None).await);
        assert!(!verify("x".into(), Some("argon2id$m=999999999,t=2$00$00")).await);
        assert_ne!(hash("a".into()).await, hash("a".into()).await, "salts are fresh");
    }
}
