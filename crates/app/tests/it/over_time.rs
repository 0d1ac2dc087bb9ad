//! People over time: since when somebody answers gold differently, in the report and to himself.

use serde_json::json;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{
    access::role::Role,
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, yes_no},
};

/// Somebody who answers one gold task every six hours, rightly until he no longer does.
#[tokio::test(flavor = "multi_thread")]
async fn since_when_somebody_answers_differently_is_said_to_whoever_runs_the_project_and_roughly_to_himself() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { gold_rate: Some(1.0), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(1), pipeline).await;
        let gold = (0..70).map(|n| {
            json!({"external_id": format!("g{n}"), "data": {"question": format!("Is {n} a number?")}, "gold": {"verdict": {"value": "yes"}}})
        });
        world.import(&operator, project, gold).await;
        let (expert, steady) = (world.expert(project).await, world.expert(project).await);
        let mut fell_at = None;
        for n in 0..60 {
            world.clock.pass(6 * 3_600 * Micros::SECOND);
            for who in [&expert, &steady] {
                let sent = world.app.retry(|| world.app.claim(who, project, Step::Label, Purpose::Work)).await.unwrap();
                let falls = n >= 30 && who.member == expert.member;
                let answers = json!({"verdict": {"value": if falls || n % 10 == 9 { "no" } else { "yes" }}});
                world.app.submit(who, sent.expect("gold is left").id.parse().unwrap(), &answers, 900).await.unwrap();
            }
            if n == 29 {
                // So far there is nothing to tell but how he does: 27 of 30, of which whole twenties of past days count.
                world.clock.pass(Micros::DAY);
                world.app.compute_quality_for(project).await.unwrap();
                let told = world.app.own_standing(&expert, project).await.unwrap().measured.expect("30 are enough");
                let right = told.gold.expect("it was gold");
                assert!(right.from <= 90 && 90 <= right.to && right.from % 5 == 0 && right.to % 5 == 0, "{right:?}");
                assert_eq!(told.changed, None);
            }
            if n == 30 {
                fell_at = Some(world.app.now());
            }
        }
        world.clock.pass(Micros::DAY);
        world.app.compute_quality_for(project).await.unwrap();
        let report = world.app.quality(&operator, project).await.unwrap().expect("a report was made");
        let changed: Vec<_> = report.people.iter().filter_map(|person| person.changed.as_ref()).collect();
        assert_eq!((report.people.len(), changed.len()), (2, 1), "who stays the same is not named");
        let since: Micros = changed[0].since.parse().unwrap();
        let off = since.since(fell_at.expect("he fell")).abs();
        assert!(off <= 2 * Micros::DAY, "{} off by {off}", changed[0].since);
        assert!(changed[0].before.share.low > changed[0].after.share.high && changed[0].chance < 0.001, "{changed:?}");
        let weeks = |person: &vouchsafe_app::quality::report::PersonFigures| person.ability["verdict"].by_week.len();
        assert!(report.people.iter().all(|person| weeks(person) >= 3), "{:?}", report.people);

        let told = world.app.own_standing(&expert, project).await.unwrap().measured.expect("he is told");
        let change = told.changed.clone().expect("and that he changed");
        let week: Micros = change.since.parse().unwrap();
        assert!((0..7 * Micros::DAY).contains(&since.since(week)), "{} is told as {}", changed[0].since, change.since);
        assert_eq!(week.0.rem_euclid(7 * Micros::DAY), 0, "{}", change.since);
        assert!(change.before.from > change.after.to, "{change:?}");
        assert!(!told.ability["verdict"].weeks.is_empty(), "{told:?}");
        let steady = world.app.own_standing(&steady, project).await.unwrap().measured.expect("he is told too");
        assert_eq!(steady.changed, None);
    })
    .await;
}
