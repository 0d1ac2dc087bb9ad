//! Whoever has a pinned key and an old checkpoint finds every alteration.

use crate::folder::{Folder, ORIGIN, checked, entries, exported, head, key, written};
use vouchsafe_ledger::{
    handover::Handover,
    shown,
    signing::{Purpose, SecretKey},
    verify::{Fault, Known},
};

const SIZE: u32 = 264;
const OLD: usize = 240;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

fn known() -> Known {
    let old = head(ORIGIN, &entries(SIZE)[..OLD]).sign(&key()).unwrap();
    Known { keys: vec![key().public()], checkpoints: vec![old], ..Known::default() }
}

#[test]
fn a_whole_ledger_verifies() {
    let folder = exported(ORIGIN, &entries(SIZE), &key());
    let report = checked(&folder, &known()).unwrap();
    assert!(report.signer_known && report.has_parts);
    assert_eq!((report.shown, report.extended, report.beyond), ([u64::from(SIZE); 3], 1, 0));
    let nobody = checked(&folder, &Known::default()).unwrap();
    assert!(!nobody.signer_known, "without a pinned key nothing is said of who signed");
    assert!(checked(&exported(ORIGIN, &[], &key()), &Known { keys: vec![key().public()], ..Known::default() }).is_ok());
}

/// Four times as many make ten thousand; apart, so that they run beside each other.
const MUTATIONS: u32 = 2_500;

#[test]
fn random_mutations_are_found() {
    mutate(0x5eed_cafe);
}

#[test]
fn more_random_mutations_are_found() {
    mutate(0x0dd5_eed1);
}

#[test]
fn yet_more_random_mutations_are_found() {
    mutate(0x7157_0bad);
}

#[test]
fn still_more_random_mutations_are_found() {
    mutate(0x00fa_ce0f);
}

/// The first kinds are done by somebody without the signing key, those from 8 on by whoever holds it.
fn mutate(seed: u64) {
    let (all, known, whole) = (entries(SIZE), known(), exported(ORIGIN, &entries(SIZE), &key()));
    let stranger = SecretKey::from_random(Purpose::Checkpoint, &[9; 32]);
    let names: Vec<String> = whole.0.keys().cloned().collect();
    let mut random = Random(seed);
    let mut by_kind = [0_u32; 12];
    for _ in 0..MUTATIONS {
        let (kind, mut folder, mut list) = (random.below(12), whole.clone(), all.clone());
        let name = &names[random.below(names.len())];
        let file = folder.0.get_mut(name).unwrap();
        let (at, other) = (random.below(SIZE as usize), random.below(SIZE as usize - 1));
        let other = if other >= at { other + 1 } else { other };
        let old = random.below(OLD);
        let signed = whole.0["checkpoint"].clone();
        let under = |list: &[_], key: &SecretKey| {
            // Built from its leaves alone: here the entries differ, not what is shown of them.
            written(list, &head(ORIGIN, list).sign(key).unwrap().to_string(), false)
        };
        match kind {
            0 => {
                let byte = random.below(file.len());
                file[byte] ^= 1 << random.below(8);
            }
            1 => file.truncate(random.below(file.len())),
            // What is shown may be withheld, all of it and visibly; nothing else may.
            2 => drop(folder.0.remove(name)),
            3 => {
                let mut other = random.below(names.len());
                while folder.0[&names[other]] == folder.0[name] {
                    other = (other + 1) % names.len();
                }
                let moved = folder.0[&names[other]].clone();
                let here = folder.0.insert(name.clone(), moved).unwrap();
                folder.0.insert(names[other].clone(), here);
            }
            // Everything built anew around the change, under the old signature or another's.
            4 => drop(list.remove(at)),
            5 => list.swap(at, other),
            6 => list[at].0[1 + random.below(96)] ^= 1 << random.below(8),
            7 => list.insert(at, all[other].clone()),
            // And by whoever holds the key: what the old checkpoint vouches for cannot be changed.
            8 => drop(list.remove(old)),
            9 => list.swap(old, old + 1 + random.below(SIZE as usize - old - 1)),
            10 => list.truncate(old),
            _ => {
                list.truncate(old);
                list.extend(entries(700).into_iter().skip(300 + old));
            }
        }
        let folder: Folder = match kind {
            0..=3 => folder,
            4..=7 if random.below(2) == 0 => written(&list, std::str::from_utf8(&signed).unwrap(), kind == 6),
            4..=7 => under(&list, &stranger),
            _ => under(&list, &key()),
        };
        let found = match checked(&folder, &known) {
            Err(_) => true,
            Ok(report) => !report.signer_known,
        };
        assert!(found, "kind {kind}, file {name}, entries {at} and {other}, old {old}");
        by_kind[kind] += 1;
    }
    assert!(by_kind.iter().all(|n| *n > 100), "{by_kind:?}");
}

#[test]
fn an_erased_part_leaves_the_rest_valid() {
    let mut all = entries(SIZE);
    for (_, parts) in &mut all[10..20] {
        parts[2] = None;
    }
    let report = checked(&exported(ORIGIN, &all, &key()), &known()).unwrap();
    assert_eq!(report.shown, [264, 264, 254]);
}

#[test]
fn truncation_and_fork_are_told_apart() {
    let all = entries(SIZE);
    let cut = checked(&exported(ORIGIN, &all[..200], &key()), &known());
    assert_eq!(cut, Err(Fault::Shorter { size: 200, old: OLD as u64 }));
    let mut forked = all;
    forked.swap(3, 4);
    assert_eq!(checked(&exported(ORIGIN, &forked, &key()), &known()), Err(Fault::Forked(OLD as u64)));
}

#[test]
fn a_rotated_key_is_followed_by_its_hand_over() {
    let next = SecretKey::from_random(Purpose::Checkpoint, &[8; 32]);
    let mut folder = exported(ORIGIN, &entries(SIZE), &next);
    assert!(!checked(&folder, &known()).unwrap().signer_known);
    let over = Handover::sign(&key(), &next, 5).unwrap();
    folder.0.insert("handovers".into(), over.to_text().into_bytes());
    assert!(checked(&folder, &known()).unwrap().signer_known);
}

#[test]
fn a_proof_stands_alone_and_a_changed_one_falls() {
    let all = entries(40);
    let (mut tree, mut tiles) = (vouchsafe_ledger::tree::Frontier::new(), vouchsafe_ledger::tiles::Tiles::default());
    for (leaf, _) in &all {
        tree.push(vouchsafe_ledger::entry::leaf_hash(leaf), |id, hash| tiles.add(id, hash));
    }
    let note = head(ORIGIN, &all).sign(&key()).unwrap().to_string();
    let proven = |index: u64| {
        let (leaf, parts) = all[index as usize].clone();
        let path = vouchsafe_ledger::proof::inclusion(&mut tiles.clone(), index, 40).unwrap();
        shown::Proven { index, leaf, parts, path }.to_json()
    };
    let document = shown::document(&note, &[proven(3), proven(39)]);
    let keys = [key().public()];
    assert_eq!(shown::check(&document, &keys).unwrap().1.len(), 2);
    let other = SecretKey::from_random(Purpose::Checkpoint, &[9; 32]).public();
    assert_eq!(shown::check(&document, &[other]).unwrap_err(), shown::ProofFault::Unsigned);
    let text = document.to_string();
    let mut random = Random(77);
    for _ in 0..2_000 {
        let mut changed = text.clone().into_bytes();
        let at = random.below(changed.len());
        changed[at] ^= 1 << random.below(8);
        let Ok(document) = serde_json::from_slice(&changed) else { continue };
        assert!(shown::check(&document, &keys).is_err(), "byte {at}");
    }
}
