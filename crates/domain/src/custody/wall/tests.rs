//! The pure invariants of walls, and the rule against its oracle.

use super::{
    Policy, Shut, decide,
    graph::{Dated, Graph},
    opens_at,
    oracle::{self, World},
    person::{Exposure, Interest, Leaving, Person, Terms, Waiver},
};
use crate::{ids::OrganisationId, time::Micros};
use proptest::{collection::vec, option, prelude::*};

/// Organisations of a test world.
const SIZE: usize = 5;

fn id(n: usize) -> OrganisationId {
    OrganisationId(uuid::Uuid::from_u128(n as u128 + 1))
}

fn dated(from: i64, until: Option<i64>) -> Dated {
    Dated { from: Micros(from), until: until.map(Micros) }
}

impl World {
    fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        for &(a, b, from, until) in &self.pairs {
            graph.declare(id(a), id(b), dated(from, until));
        }
        for &(a, class, from, until) in &self.classes {
            graph.classify(id(a), &class.to_string(), dated(from, until));
        }
        for &(owner, owned, share, from, until) in &self.shares {
            graph.hold(id(owner), id(owned), share, dated(from, until));
        }
        graph
    }

    fn person(&self) -> Person {
        let exposure = |&(client, at, reserved): &(usize, Option<i64>, bool)| Exposure {
            client: id(client),
            last_sight: at.map(Micros),
            reserved,
        };
        Person {
            exposures: self.seen.iter().map(exposure).collect(),
            interests: self
                .ties
                .iter()
                .map(|&(o, until)| Interest { organisation: id(o), until: until.map(Micros) })
                .collect(),
            ordered: self.ordered.iter().map(|&o| id(o)).collect(),
            waivers: self
                .waivers
                .iter()
                .map(|&(a, b, from, until)| Waiver { a: id(a), b: id(b), dated: dated(from, Some(until)) })
                .collect(),
            leaving: self.leaving.map(|day| Leaving { last_day: Micros(day) }),
            unsure: self.lost.iter().map(|&o| id(o)).collect(),
        }
    }

    fn terms(&self, o: OrganisationId) -> Option<Terms> {
        let n = usize::try_from(o.0.as_u128() - 1).unwrap();
        self.terms.get(n).map(|&(cool_off_us, held)| Terms { cool_off_us, held })
    }

    fn ask(&self, client: usize) -> Result<super::Allowed, Shut> {
        let policy = Policy { graph: &self.graph(), terms: |o| self.terms(o) };
        decide(&policy, &self.person(), id(client), Micros(self.now))
    }

    fn opens_at(&self, client: usize) -> Option<i64> {
        let policy = Policy { graph: &self.graph(), terms: |o| self.terms(o) };
        opens_at(&policy, &self.person(), id(client), Micros(self.now)).map(|at| at.0)
    }

    fn conflict(&self, a: usize, b: usize) -> bool {
        self.graph().conflict(id(a), id(b), Micros(self.now))
    }
}

fn worlds() -> impl Strategy<Value = World> {
    let (o, t) = (0..SIZE, 1_i64..40);
    let until = option::weighted(0.3, 1_i64..60);
    let graph = (
        vec((o.clone(), o.clone(), t.clone(), until.clone()), 0..4),
        vec((o.clone(), 0_u8..2, t.clone(), until.clone()), 0..4),
        vec((o.clone(), o.clone(), 0_u32..6_000, t.clone(), until.clone()), 0..4),
        vec((0_i64..30, prop::bool::weighted(0.15)), SIZE),
    );
    let person = (
        vec((o.clone(), option::weighted(0.9, t.clone()), prop::bool::weighted(0.2)), 0..4),
        vec((o.clone(), until.clone()), 0..3),
        vec(o.clone(), 0..2),
        vec((o.clone(), o, t, 1_i64..70), 0..3),
        option::weighted(0.2, 1_i64..60),
        vec(0..SIZE, 0..2),
    );
    (0_i64..60, graph, person).prop_map(
        |(now, (pairs, classes, shares, terms), (mut seen, ties, ordered, waivers, leaving, lost))| {
            seen.sort_unstable();
            seen.dedup_by_key(|(client, ..)| *client);
            World { size: SIZE, now, pairs, classes, shares, terms, seen, ties, ordered, waivers, leaving, lost }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_rule_and_its_oracle_say_the_same(world in worlds()) {
        let conflicts = oracle::conflicts(&world);
        for a in 0..SIZE {
            for b in 0..SIZE {
                prop_assert_eq!(world.conflict(a, b), conflicts.contains(&(a, b)), "conflict of {} and {}", a, b);
            }
            prop_assert_eq!(world.ask(a).is_ok(), oracle::open(&world, a), "client {}", a);
        }
    }

    /// Invariant 3: more of what closes never opens.
    #[test]
    fn adding_exposure_conflict_or_hold_never_opens(world in worlds(), more in worlds(), which in 0_usize..7) {
        let mut closer = world.clone();
        match which {
            0 => for (client, at, reserved) in more.seen {
                match closer.seen.iter_mut().find(|(c, ..)| *c == client) {
                    Some((_, old, holding)) => {
                        *holding |= reserved;
                        // What is merged keeps the later sight; nothing sent yet counts as now.
                        *old = old.zip(at).map(|(old, new)| old.max(new));
                    }
                    // Nobody who left gains a client by being sent something new of it.
                    None if closer.leaving.is_none() => closer.seen.push((client, at, reserved)),
                    None => {}
                }
            },
            1 => closer.pairs.extend(more.pairs),
            2 => closer.classes.extend(more.classes),
            3 => closer.shares.extend(more.shares),
            4 => closer.terms.iter_mut().zip(more.terms).for_each(|(held, other)| held.1 |= other.1),
            5 => closer.lost.extend(more.lost),
            _ => closer.ties.extend(more.ties),
        }
        for client in 0..SIZE {
            if world.ask(client).is_err() {
                prop_assert!(closer.ask(client).is_err(), "client {client} was opened");
            }
        }
    }

    /// Invariant 4: whoever is shut out by A from B would be shut out by B from A.
    #[test]
    fn walls_are_symmetric(world in worlds(), a in 0..SIZE, b in 0..SIZE) {
        prop_assert_eq!(world.conflict(a, b), world.conflict(b, a));
        let only = |client: usize| World {
            seen: vec![(client, Some(world.now), false)], ties: vec![], ordered: vec![], lost: vec![], leaving: None, now: world.now.max(1), ..world.clone()
        };
        if a != b {
            prop_assert_eq!(only(a).ask(b).is_ok(), only(b).ask(a).is_ok());
        }
    }

    /// Invariant 5: what was sent of clients without conflict opens and closes nothing, in whatever order.
    #[test]
    fn order_does_not_matter_without_conflict(world in worlds(), client in 0..SIZE, turn in 0_usize..4) {
        let mut turned = world.clone();
        if !turned.seen.is_empty() {
            let turn = turn % turned.seen.len();
            turned.seen.rotate_left(turn);
        }
        turned.pairs.reverse();
        turned.waivers.reverse();
        prop_assert_eq!(world.ask(client).is_ok(), turned.ask(client).is_ok());
        let strangers: Vec<_> = world.seen.iter().copied().filter(|(c, ..)| *c == client || world.conflict(*c, client)).collect();
        prop_assert_eq!(world.ask(client).is_ok(), World { seen: strangers, ..world.clone() }.ask(client).is_ok());
    }

    /// Invariant 6: nothing fades before the later of the two floors, or under a hold.
    #[test]
    fn nothing_fades_early(world in worlds(), a in 0..SIZE, b in 0..SIZE) {
        let world = World { seen: vec![(a, Some(10), false)], waivers: vec![], leaving: None, now: world.now.max(10), ..world };
        let floor = world.terms[a].0.max(world.terms[b].0);
        if world.conflict(a, b) && (world.now - 10 < floor || world.terms[a].1 || world.terms[b].1) {
            prop_assert!(world.ask(b).is_err());
        }
    }

    /// A yes stays one until the moment it names, if nothing changes.
    #[test]
    fn a_yes_lasts_as_long_as_it_says(world in worlds(), client in 0..SIZE, later in 0_i64..60) {
        // Only time passes: conflicts that begin or end are changes of their own.
        let still = World { pairs: world.pairs.iter().map(|p| (p.0, p.1, 1, None)).collect(), classes: vec![], shares: vec![], ..world };
        if let Ok(allowed) = still.ask(client) && still.now + later < allowed.until.0 {
            let then = World { now: still.now + later, ..still.clone() };
            prop_assert!(then.ask(client).is_ok());
        }
    }

    /// What time alone opens is open from the moment that is named, and not a moment earlier.
    #[test]
    fn what_is_shut_opens_when_it_is_said_to(world in worlds(), client in 0..SIZE) {
        let pairs = world.pairs.iter().map(|p| (p.0, p.1, 0, None)).collect();
        let still = World { pairs, classes: vec![], shares: vec![], waivers: vec![], now: world.now.max(1), ..world };
        let Some(at) = still.opens_at(client) else { return Ok(()) };
        let (then, just_before) = (World { now: at.max(1), ..still.clone() }, World { now: at - 1, ..still.clone() });
        prop_assert!(then.ask(client).is_ok());
        if at > still.now {
            prop_assert!(just_before.ask(client).is_err());
        }
    }

    /// Unknown means deny: without a time that can be, and of a client whose terms nobody knows.
    #[test]
    fn trouble_means_no(world in worlds(), client in 0..SIZE) {
        prop_assert_eq!(World { now: 0, ..world.clone() }.ask(client), Err(Shut::Clock));
        let nobody_knows = World { terms: vec![], waivers: vec![], ..world };
        if nobody_knows.seen.iter().any(|(c, ..)| nobody_knows.conflict(*c, client)) {
            prop_assert!(nobody_knows.ask(client).is_err());
        }
    }
}

/// Conflicts are not handed on: the rival of a rival is nobody.
#[test]
fn conflicts_are_not_transitive() {
    let mut graph = Graph::default();
    graph.declare(id(0), id(1), dated(1, None));
    graph.declare(id(1), id(2), dated(1, None));
    assert!(graph.conflict(id(1), id(0), Micros(1)));
    assert!(!graph.conflict(id(0), id(2), Micros(1)));
    assert_eq!(graph.rivals(id(1), (0..SIZE).map(id), Micros(1)), [id(0), id(2)]);
}

/// Half of the vendor belongs to a rival: the vendor's own conflicts are the rival's.
#[test]
fn who_owns_enough_brings_its_conflicts_along() {
    let mut graph = Graph::default();
    graph.declare(id(0), id(1), dated(1, None));
    graph.hold(id(0), id(2), 4_900, dated(1, None));
    graph.hold(id(0), id(3), 1_999, dated(1, None));
    assert!(graph.conflict(id(2), id(1), Micros(1)));
    assert!(!graph.conflict(id(3), id(1), Micros(1)));
    assert!(!graph.conflict(id(2), id(0), Micros(1)), "an owner is no rival of what it owns");
}

#[test]
fn two_rivals_that_both_lost_entries_are_shut_by_their_gaps_alone() {
    let mut graph = Graph::default();
    graph.declare(id(0), id(1), dated(1, None));
    let policy = Policy { graph: &graph, terms: |_| Some(Terms::default()) };
    let person = Person { unsure: vec![id(0), id(1)], ..Person::default() };
    assert_eq!(decide(&policy, &person, id(0), Micros(10)), Err(Shut::Gap));
    assert_eq!(opens_at(&policy, &person, id(0), Micros(10)), None);
    let person = Person { unsure: vec![id(1)], ..Person::default() };
    assert_eq!(
        decide(&policy, &person, id(0), Micros(10)),
        Err(Shut::Gap),
        "whether he was sent the rival's nobody knows"
    );
    assert!(decide(&policy, &person, id(2), Micros(10)).is_ok());
}
