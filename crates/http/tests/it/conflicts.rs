//! Conflicts of a class: who is told that one began and ended, and who asks that it end.

use serde_json::json;
use vouchsafe_domain::{access::role::Role, ids::ClientId};
use vouchsafe_testkit::{client::Client, serve};

/// An edge of a class names one client and concerns all others of the class: each is told in its own log, its people see it on
/// their page, without a name, and those of the named one ask that it end.
#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_class_are_told_that_an_edge_begins_and_ends_and_the_named_one_asks() {
    serve::each(|server| async move {
        let world = &server.world;
        let [a, b, c, outside] =
            [world.client("A").await, world.client("B").await, world.client("C").await, world.client("D").await];
        let custodian = server.member(Role::Custodian, &[]).await;
        let of_b = server.member(Role::Observer, &[b]).await;
        let of_c = server.member(Role::Observer, &[c]).await;
        let mut edges = Vec::new();
        for client in [a, b, c] {
            server.world.clock.pass(1_000_000);
            let class = json!({"a": client, "class": "assistants", "reason": "They sell the same."});
            edges.push(custodian.post("/conflicts", class).await.expect(201)["id"].as_str().unwrap().to_owned());
        }
        let told = async |client: ClientId, act: &str| {
            let acts = server.acts(Some(client)).await;
            acts.iter().filter(|found| *found == act).count()
        };
        let declared = [told(a, "conflict.declared").await, told(b, "conflict.declared").await];
        assert_eq!(declared, [3, 2], "each edge that concerns it, once");
        assert_eq!([told(c, "conflict.declared").await, told(outside, "conflict.declared").await], [1, 0]);

        let seen = async |who: &Client, client: ClientId| {
            let around = who.get(&format!("/clients/{client}/exposures")).await.expect(200);
            let text = around["conflicts"].to_string();
            assert!(!text.contains(&a.to_string()) && !text.contains("They sell"), "{text}");
            let one = |one: &serde_json::Value| {
                (one["id"].as_str().unwrap().to_owned(), one["named"] == true, one["ended_at"].is_string())
            };
            around["conflicts"].as_array().unwrap().iter().map(one).collect::<Vec<_>>()
        };
        let at = |n: usize, named, ended| (edges[n].clone(), named, ended);
        assert_eq!(seen(&of_b, b).await, [at(2, false, false), at(1, true, false), at(0, false, false)]);

        let ask = |edge: &str| json!({"kind": "end_conflict", "other": edge, "reason": "We left that market."});
        of_b.post("/requests", ask(&edges[0])).await.expect(404);
        let asked = of_b.post("/requests", ask(&edges[1])).await.expect(201);
        let decision = format!("/requests/{}/decision", asked["id"].as_str().unwrap());
        let yes = json!({"approved": true, "reason": "It did."});
        of_b.post(&decision, yes.clone()).await.expect(403);
        of_c.post(&decision, yes.clone()).await.expect(404);
        custodian.post(&decision, yes).await.expect(204);
        for (client, times) in [(a, 1), (b, 1), (c, 1), (outside, 0)] {
            assert_eq!(told(client, "conflict.ended").await, times);
        }
        assert_eq!(seen(&of_b, b).await, [at(1, true, true)], "it is in no class any more");
        assert_eq!(seen(&of_c, c).await, [at(2, true, false), at(1, false, true), at(0, false, false)]);
    })
    .await;
}
