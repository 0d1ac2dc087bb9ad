//! How an expert stands: moved by rule and never in silence, and looked at again by somebody else when he asks.

use serde_json::json;
use vouchsafe_app::{
    Asker, Error,
    experts::{
        looks::{LookDecision, NewLook},
        standing::{BarSaid, BarsSaid, OwnStanding},
    },
    store::custody::ledger,
    work::{change_project::ProjectChange, projects::NewPipeline},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::entry::LedgerOf;
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

/// From this number on a question is gold, and the right answer is no.
const GOLD_FROM: usize = 1_000;

struct Scene {
    world: World,
    client: ClientId,
    operator: Asker,
    project: ProjectId,
}

/// A project of which every second assignment is gold, and what it asks.
async fn scene(db: db::Db, pause_below: f64) -> Scene {
    let world = World::new(db);
    let client = world.client("HERON").await;
    let operator = world.member(Role::Operator, &[client]).await;
    let pipeline = NewPipeline { gold_rate: Some(0.5), ..NewPipeline::default() };
    let project = world.project(&operator, client, yes_no(1), pipeline).await;
    world.import(&operator, project, questions(200)).await;
    let gold = (GOLD_FROM..GOLD_FROM + 200).map(|n| {
        json!({"external_id": format!("g{n}"), "data": {"question": format!("Is {n} a round number?")}, "gold": {"verdict": {"value": "no"}}})
    });
    world.import(&operator, project, gold).await;
    let bar = BarSaid { probation_below: 0.9, pause_below };
    let bars = BarsSaid { gold: Some(bar), review: None, at_least: 10, pause_days: 30 };
    world.app.set_bars(&operator, project, &bars).await.unwrap();
    Scene { world, client, operator, project }
}

impl Scene {
    async fn take(&self, expert: &Asker) -> Result<Option<(String, usize)>, Error> {
        let app = &self.world.app;
        let sent = app.retry(|| app.claim(expert, self.project, Step::Label, Purpose::Work)).await?;
        Ok(sent.map(|sent| {
            let text = sent.content["question"]["text"].as_str().unwrap();
            (sent.id, text.split(' ').nth(1).unwrap().parse().unwrap())
        }))
    }

    async fn submit(&self, expert: &Asker, assignment: &str, value: &str) {
        self.world.clock.pass(Micros::SECOND);
        let answers = json!({"verdict": {"value": value}});
        self.world.app.submit(expert, assignment.parse().unwrap(), &answers, 900).await.unwrap();
    }

    /// Does `n` tasks; `right` says of the how-manieth gold task whether it is answered rightly.
    async fn work(&self, expert: &Asker, n: usize, right: impl Fn(usize) -> bool) {
        let mut gold = 0;
        for _ in 0..n {
            let (assignment, number) = self.take(expert).await.unwrap().expect("there is work");
            let known = number >= GOLD_FROM;
            let value = if known && right(gold) { "no" } else { "yes" };
            gold += usize::from(known);
            self.submit(expert, &assignment, value).await;
        }
        self.world.app.compute_quality_for(self.project).await.unwrap();
    }

    /// Accepts all that waits; but the first answer to a task that is not gold goes `back` to its author, who answers otherwise then. How many
    /// ordinary answers, how many to gold, and how many mended ones were judged.
    async fn judge(&self, reviewer: &Asker, back: Option<&Asker>) -> [usize; 3] {
        let app = &self.world.app;
        let (mut judged, mut returned) = ([0; 3], None);
        while let Some(sent) =
            app.retry(|| app.claim(reviewer, self.project, Step::Review, Purpose::Work)).await.unwrap()
        {
            self.world.clock.pass(Micros::SECOND);
            let number: usize =
                sent.content["question"]["text"].as_str().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
            let author = back.filter(|_| returned.is_none() && number < GOLD_FROM);
            let again = returned == Some(number);
            judged[if again { 2 } else { usize::from(number >= GOLD_FROM) }] += 1;
            let verdict = match author {
                Some(_) => json!({"verdict": "return", "reasons": ["incorrect"]}),
                None => json!({"verdict": "accept"}),
            };
            let verdict = serde_json::from_value(verdict).unwrap();
            app.review(reviewer, sent.id.parse().unwrap(), &verdict).await.unwrap();
            if let Some(author) = author {
                returned = Some(number);
                let back = app.home(author).await.unwrap().returned[0]["assignment"].as_str().unwrap().to_owned();
                self.submit(author, &back, "no").await;
            }
        }
        app.compute_quality_for(self.project).await.unwrap();
        judged
    }

    async fn stands(&self, expert: &Asker) -> OwnStanding {
        self.world.app.own_standing(expert, self.project).await.unwrap()
    }

    async fn newest_state(&self, expert: &Asker) -> String {
        self.world.app.home(expert).await.unwrap().recent[0]["state"].as_str().unwrap().to_owned()
    }

    /// The words of the client's ledger about standing, sorted: the clock of tests stands between some of them.
    async fn recorded(&self) -> Vec<String> {
        let mut tx = self.world.db.store.write("ledger").await.unwrap();
        let rows = ledger::list(&mut tx, &LedgerOf::Client(self.client.to_string()), (-1, ""), 100_000).await.unwrap();
        tx.abandon().await.unwrap();
        let words = rows.into_iter().filter_map(|row| {
            let act: serde_json::Value = serde_json::from_slice(&row.parts.into_iter().next()??.bytes).ok()?;
            Some(act["act"].as_str()?.to_owned())
        });
        let mut words: Vec<String> =
            words.filter(|word| ["expert_", "second_look."].iter().any(|noun| word.starts_with(noun))).collect();
        words.sort_unstable();
        words
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_surely_below_is_paused_and_told_and_another_person_looks_again() {
    db::each(|db| async move {
        let scene = scene(db, 0.6).await;
        let app = &scene.world.app;
        let (careless, careful) = (scene.world.expert(scene.project).await, scene.world.expert(scene.project).await);
        let (held, _) = scene.take(&careless).await.unwrap().expect("there is work");
        scene.work(&careful, 45, |_| true).await;
        scene.work(&careless, 45, |_| false).await;

        let own = scene.stands(&careless).await;
        assert_eq!((own.state, own.may_ask, own.reasons.len()), ("paused", true, 1), "{own:?}");
        assert!(own.reasons[0].contains("of the answers to tasks whose answer is known are right"), "{own:?}");
        assert!(own.since.is_some() && own.until.is_some() && own.changes.contains("ends by itself"), "{own:?}");
        assert_eq!(scene.stands(&careful).await.state, "active");

        // Nothing new; what he holds is his to finish, and is reviewed.
        let refused = scene.take(&careless).await.unwrap_err();
        assert!(matches!(&refused, Error::State { slug: "standing_paused", .. }), "{refused:?}");
        assert_eq!(app.home(&careless).await.unwrap().projects[0]["standing"], "paused");
        scene.submit(&careless, &held, "yes").await;
        assert_eq!(scene.newest_state(&careless).await, "in_review");

        // He asks once; who set the rule does not decide.
        let words = NewLook { words: "The first forty were of a kind nobody had explained.".into() };
        let look = app.ask_second_look(&careless, scene.project, &words).await.unwrap();
        let again = app.ask_second_look(&careless, scene.project, &words).await.unwrap_err();
        assert!(matches!(&again, Error::State { slug: "nothing_to_look_at", .. }), "{again:?}");
        assert!(
            app.ask_second_look(&careful, scene.project, &words).await.is_err(),
            "who is active has nothing to ask"
        );
        let decision = LookDecision { restore: true, words: "Seen: the guideline was silent there.".into() };
        let own_rule = app.decide_second_look(&scene.operator, look, &decision).await.unwrap_err();
        assert!(matches!(own_rule, Error::Forbidden(_)), "{own_rule:?}");
        let other = scene.world.member(Role::Observer, &[scene.client]).await;
        let listed = app.list_standings(&other, scene.project).await.unwrap();
        assert_eq!((listed.people.len(), listed.people[0].state, listed.looks.len()), (1, "paused", 1));
        assert_eq!((listed.looks[0].words.as_str(), listed.asked_by_caller), (words.words.as_str(), false));
        assert_eq!(listed.people[0].person, listed.looks[0].person);
        app.decide_second_look(&other, look, &decision).await.unwrap();
        assert!(app.decide_second_look(&other, look, &decision).await.is_err(), "it is decided once");

        // He works again, and what was measured before does not count.
        let own = scene.stands(&careless).await;
        assert_eq!((own.state, own.may_ask), ("active", false), "{own:?}");
        let seen = own.second_look.expect("he sees what was decided");
        assert_eq!((seen.verdict, seen.answer.as_deref()), (Some("restored"), Some(decision.words.as_str())));
        scene.world.clock.pass(2 * Micros::DAY);
        scene.work(&careless, 30, |_| true).await;
        assert_eq!(scene.stands(&careless).await.state, "active");
        assert_eq!(
            scene.recorded().await,
            [
                "expert_bars.set",
                "expert_standing.changed",
                "expert_standing.changed",
                "second_look.asked",
                "second_look.decided"
            ]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_ends_by_itself_and_probation_ends_when_the_bar_is_reached() {
    db::each(|db| async move {
        let scene = scene(db, 0.6).await;
        let expert = scene.world.expert(scene.project).await;
        scene.work(&expert, 40, |_| false).await;
        assert_eq!(scene.stands(&expert).await.state, "paused");
        scene.world.clock.pass(30 * Micros::DAY);
        let own = scene.stands(&expert).await;
        assert_eq!((own.state, own.until.as_deref()), ("probation", None));
        assert!(own.reasons[0].contains("the pause is over") && own.may_ask, "{own:?}");
        assert_eq!(scene.world.app.home(&expert).await.unwrap().projects[0]["standing"], "probation");

        // On probation everything is reviewed.
        scene.work(&expert, 10, |_| true).await;
        assert_eq!(scene.newest_state(&expert).await, "in_review");
        assert_eq!(scene.stands(&expert).await.state, "probation", "ten are too few to be looked at");
        scene.work(&expert, 30, |_| true).await;
        let own = scene.stands(&expert).await;
        assert_eq!((own.state, own.reasons[0].as_str()), ("active", "what this project asks for is reached again"));
        scene.work(&expert, 1, |_| true).await;
        assert_eq!(scene.newest_state(&expert).await, "accepted");
    })
    .await;
}

/// On probation everything is reviewed, and what was sent back is reviewed again: neither was drawn, and gold is none of what is delivered.
#[tokio::test(flavor = "multi_thread")]
async fn only_reviews_that_were_drawn_are_a_sample() {
    db::each(|db| async move {
        let scene = scene(db, 0.0).await;
        let app = &scene.world.app;
        let expert = scene.world.expert(scene.project).await;
        scene.work(&expert, 40, |_| false).await;
        assert_eq!(scene.stands(&expert).await.state, "probation");
        scene.work(&expert, 20, |_| false).await;
        let reviewer = scene.world.member(Role::Reviewer, &[scene.client]).await;
        assert_eq!(scene.judge(&reviewer, None).await.iter().sum::<usize>(), 20);
        let report = app.quality(&scene.operator, scene.project).await.unwrap().expect("a report was made");
        let reviews = report.reviews.expect("there are some");
        assert_eq!((reviews.verdicts["accept"], reviews.sampling), (20, None), "none of them was drawn");
        assert!(report.batches.expect("there are two").newest.iter().all(|one| one.sampling.is_none()));

        let pipeline = Some(NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() });
        let change = ProjectChange { pipeline, ..ProjectChange::default() };
        app.change_project(&scene.operator, scene.project, &change).await.unwrap();
        scene.work(&expert, 30, |_| false).await;
        let [ordinary, gold, back] = scene.judge(&reviewer, Some(&expert)).await;
        assert!(ordinary > 5 && gold > 5 && back == 1, "{ordinary} {gold} {back}");
        let report = app.quality(&scene.operator, scene.project).await.unwrap().expect("a report was made");
        let sampling = report.reviews.expect("there are some").sampling.expect("all were drawn");
        assert_eq!((sampling.sample, sampling.wrong), (ordinary, 1));
        let batches = report.batches.expect("there are two").newest;
        let of: Vec<_> = batches.iter().filter_map(|one| one.sampling).collect();
        let tasks = batches.iter().map(|one| one.done).sum::<usize>();
        assert_eq!(of.len(), 1, "one batch is gold");
        assert_eq!((of[0].answers, of[0].sample, of[0].wrong), (tasks, ordinary, 1), "what was mended counts once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_asked_any_more_everybody_is_active_at_the_next_look() {
    db::each(|db| async move {
        let scene = scene(db, 0.0).await;
        let expert = scene.world.expert(scene.project).await;
        scene.work(&expert, 40, |_| false).await;
        assert_eq!(scene.stands(&expert).await.state, "probation", "a bar of 0 pauses nobody");
        let none = BarsSaid { gold: None, review: None, at_least: 10, pause_days: 30 };
        scene.world.app.set_bars(&scene.operator, scene.project, &none).await.unwrap();
        scene.world.clock.pass(Micros::DAY);
        scene.work(&expert, 20, |_| false).await;
        let own = scene.stands(&expert).await;
        assert_eq!((own.state, own.asked), ("active", None));
        assert!(scene.world.app.list_standings(&scene.operator, scene.project).await.unwrap().people.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bars_that_make_no_sense_are_refused_with_their_places() {
    let scene = scene(db::Db::sqlite().await, 0.0).await;
    let bar = BarSaid { probation_below: 0.5, pause_below: 0.8 };
    let wrong = BarsSaid { gold: Some(bar), review: None, at_least: 2, pause_days: 0 };
    let Err(Error::Invalid(errors)) = scene.world.app.set_bars(&scene.operator, scene.project, &wrong).await else {
        panic!("it is refused")
    };
    let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
    assert_eq!(paths, ["/gold/pause_below", "/at_least", "/pause_days"]);
    let stranger = scene.world.member(Role::Observer, &[]).await;
    assert!(scene.world.app.own_standing(&stranger, scene.project).await.is_err());
}
