//! The format of a ledger entry, fixed since the first version.
//!
//! An entry has three parts: `act` (what, when, by which rule), `object` (to what) and
//! `person` (who). Each part is an object in canonical bytes ([`crate::canonical`]) with a
//! fresh 32-byte salt, and is committed to apart from the others:
//!
//! ```text
//! commitment(part) = SHA-256( "vouchsafe/ledger/v1/" name 0x00 salt bytes )
//! leaf data        = 0x01 commitment(act) commitment(object) commitment(person)     97 bytes
//! leaf hash        = SHA-256( 0x00 leaf data )                                        RFC 6962, 2.1
//! ```
//!
//! To show a part is to hand over its salt and bytes; to erase it is to destroy both. The
//! leaf, and every tree and proof over it, stays what it was.

use crate::{act::Act, canonical};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// First byte of the leaf data: the version of this format.
pub const VERSION: u8 = 1;
/// Length of leaf data in bytes.
pub const LEAF_DATA_BYTES: usize = 97;
/// Length of a salt in bytes.
pub const SALT_BYTES: usize = 32;

/// Which ledger an entry belongs to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum LedgerOf {
    /// Acts that concern no client.
    Installation,
    /// The ledger of the client with this id.
    Client(String),
}

impl LedgerOf {
    /// The ledger's name in a row: the client's id, or `installation`.
    pub fn name(&self) -> &str {
        match self {
            Self::Installation => "installation",
            Self::Client(id) => id,
        }
    }
}

/// What will be recorded: three parts in words, not yet salted.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Where it belongs.
    pub ledger: LedgerOf,
    /// When, in microseconds since 1970.
    pub at_us: i64,
    /// What happened.
    pub act: Act,
    act_more: Map<String, Value>,
    object: Map<String, Value>,
    person: Map<String, Value>,
}

impl Entry {
    /// An entry that so far says only what happened and when.
    pub fn new(ledger: LedgerOf, act: Act, at_us: i64) -> Self {
        Self { ledger, at_us, act, act_more: Map::new(), object: Map::new(), person: Map::new() }
    }

    /// Adds to the act: rule, route, purpose, counts. Whole numbers, text and lists of them.
    #[must_use]
    pub fn because(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.act_more.insert(key.into(), value.into());
        self
    }

    /// Adds to the object: ids, versions, sizes, keyed content hashes.
    #[must_use]
    pub fn of(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.object.insert(key.into(), value.into());
        self
    }

    /// Adds to the person: person, member, session, role. Pseudonymous ids only.
    #[must_use]
    pub fn by(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.person.insert(key.into(), value.into());
        self
    }

    /// What was added to the act so far.
    pub fn act_words(&self) -> &Map<String, Value> {
        &self.act_more
    }

    /// What was added to the object so far.
    pub fn object_words(&self) -> &Map<String, Value> {
        &self.object
    }

    /// What it says under this name of who acts; `None` when it is silent or no text.
    pub fn actor(&self, key: &str) -> Option<&str> {
        self.person.get(key).and_then(Value::as_str)
    }

    /// Puts another text in the place of each that stands under one of `keys`, in every part: for pseudonyms.
    #[must_use]
    pub fn renamed(mut self, keys: &[&str], name: impl Fn(&str, &str) -> String) -> Self {
        for part in [&mut self.act_more, &mut self.object, &mut self.person] {
            for key in keys {
                if let Some(Value::String(text)) = part.get_mut(*key) {
                    *text = name(key, text);
                }
            }
        }
        self
    }

    /// Salts the parts: `salts` are 96 fresh random bytes, 32 for each part in order.
    pub fn seal(self, salts: &[u8; 3 * SALT_BYTES]) -> Result<Salted, canonical::NotCanonical> {
        let mut act = self.act_more;
        act.insert("act".into(), self.act.word().into());
        act.insert("at_us".into(), self.at_us.into());
        let part = |i: usize, map: Map<String, Value>| -> Result<Part, canonical::NotCanonical> {
            let mut salt = [0; SALT_BYTES];
            salt.copy_from_slice(&salts[i * SALT_BYTES..][..SALT_BYTES]);
            Ok(Part { name: PartName::ALL[i], salt, bytes: canonical::bytes(&Value::Object(map))? })
        };
        Ok(Salted { parts: [part(0, act)?, part(1, self.object)?, part(2, self.person)?] })
    }
}

/// Which part.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PartName {
    /// What, when, by which rule.
    Act,
    /// To what.
    Object,
    /// Who.
    Person,
}

impl PartName {
    /// The parts in the order of the leaf.
    pub const ALL: [Self; 3] = [Self::Act, Self::Object, Self::Person];

    /// The word in the domain tag.
    pub fn word(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Object => "object",
            Self::Person => "person",
        }
    }
}

/// One part with its salt: what is kept beside the tree, sealed, and what is shown to prove it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Which.
    pub name: PartName,
    /// Fresh and random.
    pub salt: [u8; SALT_BYTES],
    /// Canonical bytes of an object.
    pub bytes: Vec<u8>,
}

impl Part {
    /// The commitment of this part.
    pub fn commitment(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(b"vouchsafe/ledger/v1/")
            .chain_update(self.name.word())
            .chain_update([0])
            .chain_update(self.salt)
            .chain_update(&self.bytes)
            .finalize()
            .into()
    }

    /// Salt and bytes in one piece, as they are stored.
    pub fn to_stored(&self) -> Vec<u8> {
        [&self.salt[..], &self.bytes].concat()
    }

    /// Reads what [`Part::to_stored`] wrote; `None` when it is shorter than a salt.
    pub fn from_stored(name: PartName, stored: &[u8]) -> Option<Self> {
        let (salt, bytes) = stored.split_at_checked(SALT_BYTES)?;
        Some(Self { name, salt: salt.try_into().ok()?, bytes: bytes.to_vec() })
    }
}

/// An entry with its salts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Salted {
    /// Act, object, person.
    pub parts: [Part; 3],
}

impl Salted {
    /// What the tree holds of this entry.
    pub fn leaf_data(&self) -> [u8; LEAF_DATA_BYTES] {
        leaf_data([self.parts[0].commitment(), self.parts[1].commitment(), self.parts[2].commitment()])
    }
}

/// Leaf data from the three commitments, in the order act, object, person.
pub fn leaf_data(commitments: [[u8; 32]; 3]) -> [u8; LEAF_DATA_BYTES] {
    let mut data = [0; LEAF_DATA_BYTES];
    data[0] = VERSION;
    for (i, commitment) in commitments.iter().enumerate() {
        data[1 + 32 * i..][..32].copy_from_slice(commitment);
    }
    data
}

/// Leaf hash of RFC 6962, section 2.1.
pub fn leaf_hash(leaf_data: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(leaf_data).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::to_hex as hex;

    fn example() -> Salted {
        let mut salts = [0; 96];
        for (i, byte) in salts.iter_mut().enumerate() {
            *byte = u8::try_from(i).unwrap();
        }
        Entry::new(LedgerOf::Client("c".into()), Act::AssignmentSent, 1_795_390_516_000_000)
            .because("rule", "granted")
            .of("task", "t")
            .of("bytes", 812)
            .by("person", "p")
            .seal(&salts)
            .unwrap()
    }

    /// The test vector of docs/ledger-format.md: any other program must reach the same bytes.
    #[test]
    fn the_published_vector_holds() {
        let salted = example();
        let texts: Vec<_> = salted.parts.iter().map(|p| String::from_utf8(p.bytes.clone()).unwrap()).collect();
        assert_eq!(texts[0], r#"{"act":"assignment.sent","at_us":1795390516000000,"rule":"granted"}"#);
        assert_eq!(texts[1], r#"{"bytes":812,"task":"t"}"#);
        assert_eq!(texts[2], r#"{"person":"p"}"#);
        assert_eq!(
            hex(&leaf_hash(&salted.leaf_data())),
            "73f9887b5a263b534cd2629dcb0ba205a3eb8959c1463f15444240e1f536ecbe"
        );
    }

    /// RFC 6962 hashes an empty leaf so; the value is in the certificate-transparency test data.
    #[test]
    fn the_empty_leaf_hashes_as_in_rfc_6962() {
        assert_eq!(hex(&leaf_hash(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }

    #[test]
    fn a_part_shown_alone_proves_itself_and_nothing_else() {
        let salted = example();
        let commitments = [0, 1, 2].map(|i: usize| salted.parts[i].commitment());
        let shown = Part::from_stored(PartName::Object, &salted.parts[1].to_stored()).unwrap();
        assert_eq!(leaf_data([commitments[0], shown.commitment(), commitments[2]]), salted.leaf_data());
        let mut moved = shown;
        moved.name = PartName::Act;
        assert_ne!(moved.commitment(), commitments[1], "a part cannot be passed off as another");
    }

    proptest::proptest! {
        #[test]
        fn any_change_changes_the_leaf(part in 0_usize..3, byte in 0_usize..40, flip in 1_u8..) {
            let mut changed = example();
            let stored = changed.parts[part].to_stored();
            let mut stored = stored;
            let at = byte % stored.len();
            stored[at] ^= flip;
            changed.parts[part] = Part::from_stored(PartName::ALL[part], &stored).unwrap();
            proptest::prop_assert_ne!(changed.leaf_data(), example().leaf_data());
        }
    }
}
