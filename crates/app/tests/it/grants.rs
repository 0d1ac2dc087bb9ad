//! Grants bind custodians as they bind everybody.

use vouchsafe_app::{Error, store::custody::clearance::Refused};
use vouchsafe_domain::{access::role::Role, custody::gate::Denied};
use vouchsafe_testkit::{db, world::World};

/// A custodian of one client who loses his grant does not become one of all.
#[tokio::test(flavor = "multi_thread")]
async fn a_custodian_gains_nothing_by_losing_a_grant() {
    db::each(|db| async move {
        let world = World::new(db);
        let (heron, lark) = (world.client("HERON").await, world.client("LARK").await);
        let admin = world.member(Role::Admin, &[]).await;
        let everywhere = world.member(Role::Custodian, &[]).await;
        let of_heron = world.member(Role::Custodian, &[]).await;
        let whom = world.member(Role::Operator, &[]).await;

        let own = world.app.propose_grant(&admin, heron, of_heron.member).await.unwrap();
        assert!(world.app.confirm_grant(&of_heron, own).await.is_err(), "nobody confirms his own grant");
        assert!(
            matches!(world.app.confirm_grant(&admin, own).await, Err(Error::Forbidden(_))),
            "nor does its proposer"
        );
        world.app.confirm_grant(&everywhere, own).await.unwrap();
        world.app.revoke_grant(&everywhere, own).await.unwrap();

        assert!(world.app.list_clients(&of_heron).await.unwrap().is_empty(), "he knows of no client any more");
        assert_eq!(world.app.list_clients(&everywhere).await.unwrap().len(), 2);

        let other = world.app.propose_grant(&admin, lark, whom.member).await.unwrap();
        let refused = world.app.confirm_grant(&of_heron, other).await;
        assert!(matches!(refused, Err(Error::Refused(Refused::Denied(Denied::Unknown)))), "{refused:?}");
        world.app.confirm_grant(&everywhere, other).await.unwrap();
    })
    .await;
}

/// An installation is never left without somebody who keeps all of it: whoever was once named for a client stays one of clients.
#[tokio::test(flavor = "multi_thread")]
async fn the_only_custodian_of_the_installation_is_not_named_for_a_client() {
    db::each(|db| async move {
        let world = World::new(db);
        let heron = world.client("HERON").await;
        let admin = world.member(Role::Admin, &[]).await;
        let only = world.member(Role::Custodian, &[]).await;
        let refused = world.app.propose_grant(&admin, heron, only.member).await;
        assert!(matches!(refused, Err(Error::State { slug: "last_custodian", .. })), "{refused:?}");
        let another = world.member(Role::Custodian, &[]).await;
        world.app.propose_grant(&admin, heron, only.member).await.unwrap();
        let refused = world.app.propose_grant(&admin, heron, another.member).await;
        assert!(matches!(refused, Err(Error::State { slug: "last_custodian", .. })), "{refused:?}");
        let lark = world.client("LARK").await;
        world.app.propose_grant(&admin, lark, only.member).await.unwrap();
    })
    .await;
}
