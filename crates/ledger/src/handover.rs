//! A signing key hands over to the next: whoever pinned the old one follows, and nobody else can lead him.
//!
//! ```text
//! vouchsafe key hand-over v1
//! from vouchsafe:checkpoint:ed25519:<64 hex digits>
//! to vouchsafe:checkpoint:ed25519:<64 hex digits>
//! at_us <microseconds since 1970>
//! old <128 hex digits>        signature of the four lines above by the old key
//! new <128 hex digits>        and by the new one, which so proves to be held
//! ```
//!
//! A key hands over once. Two hand-overs of one key are a fork: one of them was signed by whoever stole it.

use crate::signing::{PublicKey, SecretKey, Signature, SignedBy, from_hex, to_hex};

const HEAD: &str = "vouchsafe key hand-over v1";
const LINES: usize = 6;

/// A signed hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handover {
    /// The key that hands over.
    pub from: PublicKey,
    /// The key that takes over, for the same purpose.
    pub to: PublicKey,
    /// When, by the server's clock, in microseconds since 1970.
    pub at_us: i64,
    signatures: [[u8; 64]; 2],
}

/// A text holds no hand-over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandoverError {
    /// The two keys sign different things.
    #[error("a key hands over to a key of its own purpose only")]
    Purpose,
    /// Not the text of hand-overs.
    #[error("line {0} of the hand-overs is not what it must be")]
    Line(usize),
    /// A signature of it does not hold.
    #[error("hand-over {0} was not signed by both keys")]
    Unsigned(usize),
    /// One key handed over to two: whoever signed the second holds a key that he should not.
    #[error("the key {0} handed over twice, to different keys: one of the two logs that follow is a fork")]
    Twice(String),
}

fn message(from: &PublicKey, to: &PublicKey, at_us: i64) -> String {
    format!("{HEAD}\nfrom {from}\nto {to}\nat_us {at_us}\n")
}

impl Handover {
    /// Signs one.
    pub fn sign(from: &SecretKey, to: &SecretKey, at_us: i64) -> Result<Self, HandoverError> {
        if from.purpose() != to.purpose() {
            return Err(HandoverError::Purpose);
        }
        let text = message(&from.public(), &to.public(), at_us);
        let signatures = [from, to].map(|key| key.sign(text.as_bytes()).to_bytes());
        Ok(Self { from: from.public(), to: to.public(), at_us, signatures })
    }

    /// Its text, six lines.
    pub fn to_text(&self) -> String {
        let [old, new] = self.signatures.map(|signature| to_hex(&signature));
        format!("{}old {old}\nnew {new}\n", message(&self.from, &self.to, self.at_us))
    }

    fn holds(&self) -> bool {
        let text = message(&self.from, &self.to, self.at_us);
        self.from.purpose() == self.to.purpose()
            && [self.from, self.to].into_iter().zip(self.signatures).all(|(key, bytes)| {
                let signature = Signature::from_bytes(key, bytes);
                signature.check(key.purpose(), text.as_bytes(), &[key]) == Ok(SignedBy::Pinned)
            })
    }
}

/// Reads hand-overs, one after the other, and checks their signatures.
pub fn read(text: &str) -> Result<Vec<Handover>, HandoverError> {
    let lines: Vec<&str> = text.lines().collect();
    let mut all = Vec::new();
    for (n, of) in lines.chunks(LINES).enumerate() {
        let line = |i: usize, word: &str| {
            let rest = of.get(i).and_then(|line| line.strip_prefix(word));
            rest.ok_or(HandoverError::Line(n * LINES + i + 1))
        };
        let bad = |i: usize| HandoverError::Line(n * LINES + i + 1);
        if !line(0, HEAD)?.is_empty() {
            return Err(bad(0));
        }
        let handover = Handover {
            from: line(1, "from ")?.parse().map_err(|_| bad(1))?,
            to: line(2, "to ")?.parse().map_err(|_| bad(2))?,
            at_us: line(3, "at_us ")?.parse().map_err(|_| bad(3))?,
            signatures: [
                from_hex(line(4, "old ")?).ok_or_else(|| bad(4))?,
                from_hex(line(5, "new ")?).ok_or_else(|| bad(5))?,
            ],
        };
        if !handover.holds() {
            return Err(HandoverError::Unsigned(n + 1));
        }
        all.push(handover);
    }
    joined(&[], &all)
}

/// Hand-overs that are known and those that were read, each once, the known ones first. A key hands over to one other.
pub fn joined(known: &[Handover], read: &[Handover]) -> Result<Vec<Handover>, HandoverError> {
    let mut all: Vec<Handover> = Vec::new();
    for handover in known.iter().chain(read) {
        match all.iter().find(|other| other.from == handover.from) {
            Some(other) if other.to != handover.to => return Err(HandoverError::Twice(handover.from.id())),
            Some(_) => {}
            None => all.push(*handover),
        }
    }
    Ok(all)
}

/// The pinned keys, and those that they handed over to.
pub fn followed(pinned: &[PublicKey], handovers: &[Handover]) -> Vec<PublicKey> {
    let mut keys = pinned.to_vec();
    let mut grown = true;
    while grown {
        let next: Vec<PublicKey> =
            handovers.iter().filter(|h| keys.contains(&h.from) && !keys.contains(&h.to)).map(|h| h.to).collect();
        grown = !next.is_empty();
        keys.extend(next);
    }
    keys
}

/// The pinned keys, and those that handed over to one of them: by these, heads were signed that somebody kept from before. Whoever
/// holds one of them may sign another, so nothing is proven by it that is not kept by whoever asks.
pub fn traced(pinned: &[PublicKey], handovers: &[Handover]) -> Vec<PublicKey> {
    let mut keys = pinned.to_vec();
    while let Some(handover) = handovers.iter().find(|h| keys.contains(&h.to) && !keys.contains(&h.from)) {
        keys.push(handover.from);
    }
    keys
}

/// Those of `keys` that have not handed over: what is signed now is signed by one of them. Whoever signs a new head by a key
/// that handed over holds what should be destroyed.
pub fn in_use(keys: &[PublicKey], handovers: &[Handover]) -> Vec<PublicKey> {
    keys.iter().filter(|key| !handovers.iter().any(|handover| handover.from == **key)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::Purpose;

    #[test]
    fn keys_are_followed_from_the_pinned_one_and_from_no_other() {
        let key = |seed| SecretKey::from_random(Purpose::Checkpoint, &[seed; 32]);
        let (a, b, c, stranger) = (key(1), key(2), key(3), key(9));
        let over = |from: &SecretKey, to: &SecretKey| Handover::sign(from, to, 5).unwrap().to_text();
        let text = [over(&b, &c), over(&a, &b), over(&stranger, &c)].concat();
        let all = read(&text).unwrap();
        assert_eq!(followed(&[a.public()], &all), [a.public(), b.public(), c.public()]);
        assert_eq!(followed(&[c.public()], &all), [c.public()], "nobody is led back");
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= 1;
            let read = String::from_utf8(changed).ok().and_then(|text| read(&text).ok());
            assert_eq!(read, None, "byte {at}");
        }
        let release = SecretKey::from_random(Purpose::Release, &[1; 32]);
        assert_eq!(Handover::sign(&a, &release, 5), Err(HandoverError::Purpose));
        assert_eq!(in_use(&followed(&[a.public()], &all), &all), [c.public()]);
    }

    #[test]
    fn a_stolen_key_does_not_hand_over_again() {
        let key = |seed| SecretKey::from_random(Purpose::Checkpoint, &[seed; 32]);
        let (a, b, thief) = (key(1), key(2), key(9));
        let over = |to: &SecretKey, at| Handover::sign(&a, to, at).unwrap();
        let twice = Err(HandoverError::Twice(a.public().id()));
        for at in [4, 5, 6] {
            let text = over(&b, 5).to_text() + &over(&thief, at).to_text();
            assert_eq!(read(&text), twice, "in one list, before or after the other");
            assert_eq!(joined(&[over(&b, 5)], &[over(&thief, at)]), twice, "against one that was kept");
        }
        let same = over(&b, 5).to_text() + &over(&b, 6).to_text();
        assert_eq!(read(&same).unwrap(), [over(&b, 5)], "said again it leads to the same key");
    }
}
