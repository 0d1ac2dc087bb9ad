//! Promises of signed notes, checkpoints, witnesses, epochs.

use crate::folder::{ORIGIN, checked, entries, exported, head, key};
use vouchsafe_ledger::{
    checkpoint::{Checkpoint, witness_answer, witness_request},
    epoch::{Epoch, Mark},
    note::{Note, NoteError, NoteSignature, WitnessKey, cosign, log_key, verifier_key},
    signing::{Purpose, SecretKey},
    verify::{Fault, Known},
};

/// The example of Go's `golang.org/x/mod/sumdb/note`, which the specification took over.
#[test]
fn the_published_note_holds() {
    let (name, key) = log_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
    let note: Note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        .parse()
        .unwrap();
    assert!(note.is_signed_by(&name, &key));
    assert!(!note.is_signed_by("SomebodyElse", &key));
    assert_eq!(verifier_key(&name, &key), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
}

#[test]
fn every_changed_byte_of_a_checkpoint_is_found() {
    let text = head(ORIGIN, &entries(5)).sign(&key()).unwrap().to_string();
    let keys = [key().public()];
    let opens =
        |text: &str| text.parse::<Note>().ok().and_then(|note| Checkpoint::open(&note, &keys).ok()?.1.map(|_| ()));
    assert_eq!(opens(&text), Some(()));
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= 1 << bit;
            assert_eq!(String::from_utf8(changed).ok().and_then(|text| opens(&text)), None, "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn a_witness_vouches_for_what_it_saw_and_when() {
    let witness = SecretKey::from_random(Purpose::Checkpoint, &[3; 32]);
    let known = WitnessKey::new("witness.example/w1", witness.public());
    assert_eq!(known.to_string().parse::<WitnessKey>().unwrap(), known);
    let mut note = head(ORIGIN, &entries(5)).sign(&key()).unwrap();
    assert_eq!(note.cosigned_at(&known), None);
    let made = cosign(&note.text, "witness.example/w1", &witness, 1_700_000_000);
    let later = cosign(&note.text, "witness.example/w1", &witness, 1_700_000_009);
    let other = cosign("another text\n", "witness.example/w1", &witness, 1_700_000_000);
    let answer = format!("{made}\n{other}\nnonsense\n");
    assert_eq!(witness_answer(&answer, &note, &known), std::slice::from_ref(&made));
    let mut moved = made.clone();
    moved.bytes[7] ^= 1;
    assert_eq!(witness_answer(&format!("{moved}\n"), &note, &known), [], "the time is signed too");
    note.signatures.extend([made, later]);
    let again: Note = note.to_string().parse().unwrap();
    assert_eq!(again.cosigned_at(&known), Some(1_700_000_009));
    assert!(again.is_signed_by(ORIGIN, &key().public()), "the log's own signature stays beside them");
    let body = witness_request(3, &[[0; 32]], &note);
    assert!(body.starts_with(&format!("old 3\n{}=\n\n{ORIGIN}\n5\n", "A".repeat(43))));
}

#[test]
fn what_is_no_note_is_refused() {
    for text in [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\n\u{2014} n AAAAAAA=",
        "a\tb\n\n\u{2014} n AAAAAAA=\n",
        "t\n\n- n AAAAAAA=\n",
    ] {
        assert!(text.parse::<Note>().is_err(), "{text:?}");
    }
    assert_eq!(
        "\u{2014} n+ AAAAAAA=".parse::<NoteSignature>().unwrap_err(),
        NoteError::NotANote("a line of its signatures")
    );
    assert_eq!(Note::sign("t\n".into(), "a b", &key()).unwrap_err(), NoteError::Name);
    for text in ["o\n1\n\n", "o\n01\nAA==\n", "\n1\nx\n", "o\n1\n"] {
        assert!(Checkpoint::from_text(text).is_err(), "{text:?}");
    }
}

/// A restored database goes on under a new name and says, signed, what is gone. Whoever followed the old one learns how much.
#[test]
fn a_gap_is_named_and_only_by_the_pinned_key() {
    let (before, mut now) = (entries(300), entries(290));
    now.extend(entries(320).into_iter().skip(310));
    let mark = |n: usize| Mark { size: n as u64, root: head(ORIGIN, &before[..n]).root };
    let second = "vouchsafe/5f1d/2";
    let epoch = Epoch {
        origin: second.into(),
        number: 2,
        previous: ORIGIN.into(),
        known: Some(head(ORIGIN, &before[..300])),
        kept: mark(290),
        at_us: 7,
    };
    let with = |note: &Note| {
        let mut folder = exported(second, &now, &key());
        folder.0.insert("epochs".into(), format!("{}\n", serde_json::Value::from(note.to_string())).into_bytes());
        folder
    };
    let signed = epoch.sign(&key()).unwrap();
    let old = |n: usize| head(ORIGIN, &before[..n]).sign(&key()).unwrap();
    let known = |n| Known { keys: vec![key().public()], checkpoints: vec![old(n)], ..Known::default() };

    let report = checked(&with(&signed), &known(280)).unwrap();
    assert_eq!((report.extended, report.beyond, &report.gaps[..]), (1, 0, &[(2, 10)][..]));
    let report = checked(&with(&signed), &known(297)).unwrap();
    assert_eq!((report.extended, report.beyond), (0, 7), "seven entries that the old checkpoint vouches for are gone");

    let mut without = with(&signed);
    without.0.remove("epochs");
    assert_eq!(checked(&without, &known(280)), Err(Fault::OtherLog(ORIGIN.into())));
    let stranger = SecretKey::from_random(Purpose::Checkpoint, &[9; 32]);
    assert!(matches!(checked(&with(&epoch.sign(&stranger).unwrap()), &known(280)), Err(Fault::Unreadable { .. })));
    let lie = Epoch { kept: Mark { root: [1; 32], ..epoch.kept }, ..epoch };
    assert_eq!(checked(&with(&lie.sign(&key()).unwrap()), &known(280)), Err(Fault::Forked(290)));
}
