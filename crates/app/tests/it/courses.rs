//! Qualification courses: gold in attempts, with a pass mark and an end, and pools that ask for a pass.

use serde_json::{Value, json};
use vouchsafe_app::{
    Asker, Error,
    experts::courses::{CourseChange, CourseSaid, OwnCourse},
    work::{change_project::ProjectChange, give_back::Why, projects::NewPipeline},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

/// Tasks of an attempt.
const TASKS: u32 = 5;

struct Scene {
    world: World,
    client: ClientId,
    operator: Asker,
    course: ProjectId,
    project: ProjectId,
}

fn asks() -> CourseSaid {
    CourseSaid { tasks: TASKS, pass_mark: 0.8, attempts: 2, valid_days: Some(90) }
}

/// A course of twenty gold tasks whose right answer is no, and a project that asks for it.
async fn scene(db: db::Db) -> Scene {
    let world = World::new(db);
    let client = world.client("HERON").await;
    let operator = world.member(Role::Operator, &[client]).await;
    let course = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
    let gold = (0..20).map(|n| {
        json!({"external_id": format!("g{n}"), "data": {"question": format!("Is {n} a round number?")}, "gold": {"verdict": {"value": "no"}}})
    });
    world.import(&operator, course, gold).await;
    world.import(&operator, course, questions(3)).await;
    world.app.set_course(&operator, course, &CourseChange { course: Some(asks()) }).await.unwrap();
    let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
    world.import(&operator, project, questions(10)).await;
    let pool = ProjectChange { pool: Some(json!({"qualification": course})), ..ProjectChange::default() };
    world.app.change_project(&operator, project, &pool).await.unwrap();
    Scene { world, client, operator, course, project }
}

impl Scene {
    async fn take(&self, expert: &Asker, project: ProjectId) -> Result<Option<String>, Error> {
        let app = &self.world.app;
        Ok(app.retry(|| app.claim(expert, project, Step::Label, Purpose::Work)).await?.map(|sent| sent.id))
    }

    /// One attempt with so many right answers, and the job that grades it.
    async fn attempt(&self, expert: &Asker, right: u32) {
        for n in 0..TASKS {
            let assignment = self.take(expert, self.course).await.unwrap().expect("there is a task");
            let answers = json!({"verdict": {"value": if n < right { "no" } else { "yes" }}});
            self.world.clock.pass(Micros::SECOND);
            self.world.app.submit(expert, assignment.parse().unwrap(), &answers, 900).await.unwrap();
        }
        let refused = self.take(expert, self.course).await.unwrap_err();
        assert!(matches!(refused, Error::State { slug: "course_waits", .. }), "{refused:?}");
        self.world.app.compute_quality_for(self.course).await.unwrap();
    }

    async fn own(&self, expert: &Asker) -> OwnCourse {
        self.world.app.own_course(expert, self.course).await.unwrap()
    }

    async fn sees_project(&self, expert: &Asker) -> bool {
        let home = self.world.app.home(expert).await.unwrap();
        home.projects.iter().any(|project| project["id"] == json!(self.project))
    }

    async fn course_at_home(&self, expert: &Asker) -> Value {
        let home = self.world.app.home(expert).await.unwrap();
        let found = home.projects.iter().find(|project| project["id"] == json!(self.course));
        found.map_or(Value::Null, |project| project["course"].clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_passes_may_work_until_the_pass_ends() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let app = &scene.world.app;
        let expert = scene.world.expert(scene.course).await;
        assert!(!scene.sees_project(&expert).await, "who did not pass does not know of the project");
        assert_eq!(
            scene.course_at_home(&expert).await,
            json!({"state": "go_on", "attempt": 1, "done": 0, "tasks": TASKS})
        );

        scene.attempt(&expert, 3).await;
        let own = scene.own(&expert).await;
        assert_eq!((own.state, own.attempt, own.attempts.len()), ("go_on", Some(2), 1), "{own:?}");
        assert_eq!((own.attempts[0].right.to_bits(), own.attempts[0].passed), (0.6_f64.to_bits(), false));
        assert!(!scene.sees_project(&expert).await);

        scene.attempt(&expert, 4).await;
        let own = scene.own(&expert).await;
        assert_eq!((own.state, own.attempts[0].passed, own.attempts[0].counts), ("passed", true, true), "{own:?}");
        assert!(own.attempts[0].expires_at.is_some());
        let refused = scene.take(&expert, scene.course).await.unwrap_err();
        assert!(matches!(refused, Error::State { slug: "course_passed", .. }), "{refused:?}");
        assert!(scene.sees_project(&expert).await, "the pool lets him in at once");
        app.acknowledge_guideline(&expert, scene.project, 1).await.unwrap();
        assert!(scene.take(&expert, scene.project).await.unwrap().is_some());

        // The pass ends; the attempts begin anew.
        scene.world.clock.pass(90 * Micros::DAY);
        assert!(!scene.sees_project(&expert).await);
        let own = scene.own(&expert).await;
        assert_eq!((own.state, own.attempt, own.attempts[0].counts), ("go_on", Some(3), false), "{own:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_limited_and_give_out_gold_alone() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let expert = scene.world.expert(scene.course).await;
        let held = scene.take(&expert, scene.course).await.unwrap().expect("there is a task");
        let why = Why { reason: "other".into(), comment: None };
        let refused = scene.world.app.skip(&expert, held.parse().unwrap(), &why).await.unwrap_err();
        assert!(matches!(refused, Error::State { slug: "course_task", .. }), "nobody picks his tasks: {refused:?}");
        let answers = json!({"verdict": {"value": "no"}});
        scene.world.app.submit(&expert, held.parse().unwrap(), &answers, 900).await.unwrap();
        for _ in 1..TASKS {
            let next = scene.take(&expert, scene.course).await.unwrap().expect("there is a task");
            let wrong = json!({"verdict": {"value": "yes"}});
            scene.world.app.submit(&expert, next.parse().unwrap(), &wrong, 900).await.unwrap();
        }
        scene.world.app.compute_quality_for(scene.course).await.unwrap();
        scene.attempt(&expert, 0).await;
        let own = scene.own(&expert).await;
        assert_eq!(
            (own.state, own.attempts.len(), own.attempts[1].right.to_bits()),
            ("spent", 2, 0.2_f64.to_bits()),
            "{own:?}"
        );
        let refused = scene.take(&expert, scene.course).await.unwrap_err();
        assert!(matches!(refused, Error::State { slug: "course_spent", .. }), "{refused:?}");

        let found = scene.world.app.course(&scene.operator, scene.course).await.unwrap();
        assert_eq!((found.gold_tasks, found.attempts.len(), found.course), (20, 2, Some(asks())));
        assert!(found.attempts.iter().all(|one| one.person.as_deref().is_some_and(|name| name.starts_with("p-"))));
        let home = scene.world.app.home(&scene.operator).await.unwrap();
        let course = home.projects.iter().find(|project| project["id"] == json!(scene.course)).expect("it is listed");
        assert_eq!(course["tasks"]["open"], 3, "the three tasks without a known answer were given to nobody");
        let stranger = scene.world.member(Role::Operator, &[]).await;
        assert!(scene.world.app.course(&stranger, scene.course).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_asks_for_courses_of_its_own_client_alone() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let app = &scene.world.app;
        let other = scene.world.client("LARK").await;
        let both = scene.world.member(Role::Operator, &[scene.client, other]).await;
        let elsewhere = scene.world.project(&both, other, yes_no(1), NewPipeline::default()).await;
        for course in [scene.course, scene.project] {
            let project = if course == scene.course { elsewhere } else { scene.project };
            let pool = ProjectChange { pool: Some(json!({"qualification": course})), ..ProjectChange::default() };
            let refused = app.change_project(&both, project, &pool).await.unwrap_err();
            assert!(matches!(&refused, Error::Invalid(errors) if errors[0].path == "/pool"), "{refused:?}");
        }
        let wrong = CourseSaid { tasks: 0, pass_mark: 1.2, attempts: 0, valid_days: Some(0) };
        let Err(Error::Invalid(errors)) =
            app.set_course(&scene.operator, scene.course, &CourseChange { course: Some(wrong) }).await
        else {
            panic!("it is refused")
        };
        let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, ["/tasks", "/pass_mark", "/attempts", "/valid_days"]);
    })
    .await;
}
