//! Signing keys, one for each purpose, that hand over to the next.

use vouchsafe_app::Error;
use vouchsafe_ledger::{
    handover::{self, Handover, HandoverError},
    signing::{PublicKey, Purpose, SecretKey, Signature, SignatureError, SignedBy},
};
use vouchsafe_testkit::{db, world::World};

const MESSAGE: &[u8] = b"what was signed";

/// Whatever a key is for: after it handed over, what the old one signed and what the new one signs verify for whoever
/// pinned the old one, and nobody else leads him to a key of his own.
#[tokio::test]
async fn a_key_of_any_purpose_hands_over_and_no_forger_does() {
    db::each(async |db| {
        let world = World::new(db);
        world.app.signing_keys().await.unwrap();
        let folder = world.db.dir.path().join("data/keys/signing");
        let kept =
            |purpose: Purpose| SecretKey::from_text(&std::fs::read_to_string(folder.join(purpose.word())).unwrap());
        let stranger = |purpose| SecretKey::from_random(purpose, &[9; 32]);
        for purpose in Purpose::ALL {
            if matches!(purpose, Purpose::Receipt | Purpose::Bundle) {
                let nothing = world.app.rotate_signing_key(purpose).await;
                assert!(matches!(nothing, Err(Error::State { slug: "no_such_key", .. })), "{purpose}");
                let made = SecretKey::from_random(purpose, &[purpose.word().len().try_into().unwrap(); 32]);
                std::fs::write(folder.join(purpose.word()), made.to_text().as_bytes()).unwrap();
            }
            let old = kept(purpose).unwrap();
            let signed_before = old.sign(MESSAGE);
            let (from, to) = world.app.rotate_signing_key(purpose).await.unwrap();
            let new = kept(purpose).unwrap();
            assert_eq!((from, to), (old.public(), new.public()));
            assert_ne!(from, to, "{purpose}");

            let listed = world.app.signing_keys().await.unwrap();
            let listed = listed.into_iter().find(|key| key.purpose == purpose.word()).unwrap();
            assert_eq!(listed.public, to.to_string());
            let followed = |text: &str| Ok(handover::followed(&[from], &handover::read(text)?));
            let trusted: Vec<PublicKey> = followed(&listed.handovers).unwrap();
            for signature in [signed_before, new.sign(MESSAGE)] {
                assert_eq!(signature.check(purpose, MESSAGE, &trusted), Ok(SignedBy::Pinned), "{purpose}");
                let altered = signature.check(purpose, b"what was not signed", &trusted);
                assert_eq!(altered, Err(SignatureError::DoesNotFit));
            }

            // By a key that was never pinned; with another key put in the place of the new one; by a key of another purpose.
            let forger = stranger(purpose);
            let by_forger = Handover::sign(&forger, &stranger(purpose), 5).unwrap().to_text();
            let led: Result<_, HandoverError> = followed(&(listed.handovers.clone() + &by_forger));
            assert_eq!(led, Ok(trusted.clone()), "{purpose}");
            let swapped = listed.handovers.replace(&to.to_string(), &forger.public().to_string());
            assert_eq!(followed(&swapped), Err(HandoverError::Unsigned(1)), "{purpose}");
            let signature: Signature = forger.sign(MESSAGE);
            assert_eq!(signature.check(purpose, MESSAGE, &trusted), Ok(SignedBy::Unknown), "{purpose}");
            for other in Purpose::ALL.into_iter().filter(|other| *other != purpose) {
                assert_eq!(Handover::sign(&old, &stranger(other), 5), Err(HandoverError::Purpose));
                let elsewhere = listed.handovers.replace(purpose.word(), other.word());
                assert_eq!(followed(&elsewhere), Err(HandoverError::Unsigned(1)), "{purpose} for {other}");
            }
        }
    })
    .await;
}

/// A key that was made and is not there any more is named; nothing is signed by another until somebody at the machine says so.
#[tokio::test]
async fn a_lost_key_is_named_and_replaced_only_by_order() {
    db::each(async |db| {
        let world = World::new(db);
        let app = &world.app;
        app.signing_keys().await.unwrap();
        let folder = world.db.dir.path().join("data/keys/signing");
        let lost = |result: Result<(), Error>| {
            let Err(Error::State { slug: "signing_key_lost", detail }) = result else { panic!("{result:?}") };
            assert!(detail.contains("rotate-key --purpose release --lost"), "{detail}");
        };
        let file = folder.join("release");
        let text = std::fs::read_to_string(&file).unwrap();
        let old = SecretKey::from_text(&text).unwrap().public();
        app.no_signing_key_is_lost().await.unwrap();
        std::fs::remove_file(&file).unwrap();
        lost(app.no_signing_key_is_lost().await);
        lost(app.signing_keys().await.map(drop));
        let none = app.rotate_signing_key(Purpose::Release).await;
        assert!(matches!(none, Err(Error::State { slug: "no_such_key", .. })));

        // A crash before it was put in its place left it by.
        std::fs::write(file.with_extension(old.id()), &text).unwrap();
        app.no_signing_key_is_lost().await.unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        let there = app.replace_lost_signing_key(Purpose::Release).await;
        assert!(matches!(there, Err(Error::State { slug: "key_there", .. })));

        std::fs::remove_file(&file).unwrap();
        let (from, to) = app.replace_lost_signing_key(Purpose::Release).await.unwrap();
        assert_eq!(from, old);
        assert_ne!(to, old);
        let listed = app.signing_keys().await.unwrap();
        let listed = listed.iter().find(|key| key.purpose == "release").unwrap();
        assert_eq!((&listed.public, listed.handovers.as_str()), (&to.to_string(), ""));
        let never = app.replace_lost_signing_key(Purpose::Bundle).await;
        assert!(matches!(never, Err(Error::State { slug: "no_such_key", .. })));
    })
    .await;
}
