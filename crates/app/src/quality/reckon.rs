//! The job: which projects have newer answers than their report, and the report of one.

use super::{
    asking::{AskingFigures, Otherwise},
    batches::{Batches, SHOWN_MAX},
    between::Between,
    courses,
    estimate::real,
    figures,
    gather::{self, Gathered},
    known::Known,
    leaks, measured,
    more::{self, Doubt, Drawn},
    people,
    refine::Judge,
    report::{CostFigures, PriceFigures, Report},
    standing::{self, Evident},
    strata::Strata,
};
use crate::{App, Error, work::stored::json};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError},
    time::Instant,
};
use vouchsafe_domain::{
    ids::{PersonId, ProjectId},
    time::Micros,
    work::telling::{Stratum, Tells},
};
use vouchsafe_formats::releases::Consensus;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Read, Tx,
    access::members,
    custody::{
        clearance::{Sealer, clear_server},
        opener::Opener,
    },
    experts::{courses as course_rows, standing as kept},
    quality::{
        batches::{self, Counted},
        given::{self, Price, Spent},
        reports::{self, Refined, Stale},
        until::{self, Rules, Waiting, Wanted},
    },
    work::{
        adjudication::{self, Contested, Slot},
        measuring,
    },
};

const JOB: &str = "quality";
/// A report is not reckoned again sooner: what came meanwhile is in the next.
const AGAIN_AFTER_US: i64 = 20 * Micros::SECOND;
/// Nor sooner than this many times as long as it took: so reckoning takes at most a twentieth of the time, however large the
/// project.
const REST: i64 = 20;
/// Consensus looked at in one go.
const AT_ONCE: u32 = 512;
/// Tasks that wait for somebody looked at in one go.
const WAITING_AT_ONCE: u32 = 5_000;
/// Consensus written by one transaction: whoever submits meanwhile waits for no more than that.
const KEPT_AT_ONCE: usize = 128;

impl App {
    /// Reckons the quality of every project with answers or reviews that its report does not know, unless that was done a moment
    /// ago. Returns how many reports were made. A client whose key is not to be had is passed over.
    pub async fn compute_quality(&self) -> Result<usize, Error> {
        let now = self.now();
        let took = self.quality_took.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let rest = |one: &Stale| took.get(&one.project).map_or(0, |took_us| REST * took_us);
        self.reckon_where(|one| one.computed_at.is_none_or(|at| now.since(at) >= rest(one).max(AGAIN_AFTER_US))).await
    }

    /// As [`App::compute_quality`], for projects whose report is older than `before`.
    pub async fn compute_quality_since(&self, before: Micros) -> Result<usize, Error> {
        self.reckon_where(|one| one.computed_at.is_none_or(|at| at <= before)).await
    }

    async fn reckon_where(&self, due: impl Fn(&Stale) -> bool + Send) -> Result<usize, Error> {
        let mut on = self.store.read().await?;
        let stale = reports::stale(&mut on).await?;
        drop(on);
        let mut made = 0;
        for one in stale.into_iter().filter(|one| due(one)) {
            match self.compute_quality_of(one).await {
                Ok(done) => made += usize::from(done),
                Err(Error::Refused(why)) => {
                    tracing::warn!(%why, project = %one.project, "quality waits for a client's key");
                }
                Err(error) => tracing::warn!(%error, project = %one.project, "quality was not reckoned"),
            }
        }
        Ok(made)
    }

    /// As [`App::compute_quality`], at once and for one project.
    pub async fn compute_quality_for(&self, project: ProjectId) -> Result<bool, Error> {
        let mut on = self.store.read().await?;
        let stale = reports::stale(&mut on).await?.into_iter().find(|one| one.project == project);
        drop(on);
        match stale {
            Some(stale) => self.compute_quality_of(stale).await,
            None => Ok(false),
        }
    }

    async fn compute_quality_of(&self, of: Stale) -> Result<bool, Error> {
        let began = Instant::now();
        // Nothing makes the report old again once answers have ended: what they came to is there before it is given its probabilities.
        self.settle_all_of(of.project, of.client).await?;
        let (opener, sealer, merged) = self.retry(|| self.quality_tools(of)).await?;
        let mut on = self.store.snapshot().await?;
        let Some(gathered) = gather::gather(&mut on, opener.clone(), of.project).await? else { return Ok(false) };
        let now = self.now();
        let (asked, standings) =
            (kept::asked_of(&mut on, of.project).await?, kept::of_project(&mut on, of.project).await?);
        let rates = measuring::rates_of(&mut on, of.project).await?;
        let (course, attempts) =
            (course_rows::of(&mut on, of.project).await?, course_rows::of_project(&mut on, of.project).await?);
        let spent = given::spent(&mut on, of.project).await?;
        let newest = batches::newest(&mut on, of.project, SHOWN_MAX).await?;
        let rules = until::open(&mut on, of.project).await?;
        let by_person = rules.and_then(|rules| rules.until?.least_gain_millionths).is_some();
        let reckoned = tokio::task::spawn_blocking(move || {
            let answers = (&*gathered.work, &*gathered.votes, &*gathered.verdicts);
            let evident = Evident::of(answers, &gathered.gold_work, &merged);
            let moved = evident.judged(asked.as_ref(), &standings, now);
            let graded = course.map(|course| courses::grade(&course, &evident, &attempts, now)).unwrap_or_default();
            let hidden = measured::choose(&gathered.gold_answers, rates, of.computed_at, now);
            let (mut report, gathered, mut judges) = reckon(gathered, &spent, &newest, now);
            let strata = by_person.then(|| Strata::of(&mut judges, &gathered.work, gathered.judges.len(), now));
            let known = Known { gathered, judges, strata };
            let between = Between::of(&known, &mut report, now);
            (report, known, between, moved, graded, hidden)
        });
        let (mut report, known, between, moved, graded, hidden) = broken_off(reckoned.await)?;
        let known = Arc::new(known);
        let bar = rules.and_then(|rules| Some(rules.until?.posterior_per_10000));
        let (refined, doubts, at_once) = refine(&mut on, (&opener, &sealer), of, &known, bar).await?;
        let waiting = if by_person { waiting(&mut on, of.project).await? } else { Vec::new() };
        let to_decide = adjudication::waiting_now(&mut on, of.project).await?;
        drop(on);
        // As they are by now: the reckoning may have taken long.
        let mut on = self.store.read().await?;
        let rules = until::open(&mut on, of.project).await?;
        drop(on);
        let mut plan = rules.map(|rules| Plan::of(rules, doubts, waiting, &to_decide, &known, now));
        report.asking = plan.as_ref().and_then(|plan| plan.asking).map(|asking| at_once.told_in(asking));
        let body = serde_json::to_vec(&report).map_err(|_| unsealable())?;
        let report = reports::prepare(&sealer, of, &body);

        let mut refined = refined.into_iter().peekable();
        while refined.peek().is_some() {
            let some: Vec<Refined> = refined.by_ref().take(KEPT_AT_ONCE).collect();
            let mut tx = self.store.write(JOB).await?;
            let clearance = clear_server(&mut tx, JOB, of.client).await?;
            let changed = reports::keep_refined(&mut tx, &clearance, some).await?;
            let entry = clearance
                .entry(Act::QualityComputed, now)
                .because("consensus_changed", changed)
                .of("project", of.project.to_string());
            tx.commit([entry]).await?;
        }
        if let Some(strata) = &known.strata {
            self.group(of, strata.people(&known.gathered.work), now).await?;
        }
        let mut tx = self.store.write(JOB).await?;
        let clearance = clear_server(&mut tx, JOB, of.client).await?;
        reports::keep(&mut tx, &clearance, report, now).await?;
        let plan = match plan.take() {
            Some(plan) => plan.still(&mut tx, of.project).await?,
            None => Plan::default(),
        };
        let asked = until::widen(&mut tx, &clearance, of.project, &plan.wanted, plan.at_most).await?;
        until::weigh(&mut tx, &clearance, of.project, &plan.weighed).await?;
        let ended = until::narrow(&mut tx, &clearance, &plan.ended, now).await?;
        adjudication::withdraw(&mut tx, &clearance, of.project, &plan.settled).await?;
        let to_decide = adjudication::open(&mut tx, &clearance, of.project, &plan.contested).await?;
        let shown = measuring::open_gold(&mut tx, &clearance, of.project, &hidden).await?;
        let mut entries = standing::keep(&mut tx, &clearance, of.project, moved, now).await?;
        entries.extend(courses::keep(&mut tx, &clearance, of.project, graded, now).await?);
        let entry = clearance
            .entry(Act::QualityComputed, now)
            .because("asked_again", asked)
            .because("asked_no_more", ended)
            .because("gold_to_review", shown)
            .because("to_adjudicate", to_decide)
            .because("no_longer_contested", plan.settled.len())
            .of("project", of.project.to_string());
        entries.push(entry);
        tx.commit(entries).await?;
        self.quality_held.keep(of.project, between);
        let took_us = i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX / REST);
        self.quality_took.lock().unwrap_or_else(PoisonError::into_inner).insert(of.project, took_us);
        Ok(true)
    }

    /// Keeps who tells alike, in a transaction of its own: whoever claims holds his row, and nobody who holds another thing waits for it.
    async fn group(&self, of: Stale, people: Vec<(PersonId, Stratum)>, now: Micros) -> Result<(), Error> {
        let mut tx = self.store.write(JOB).await?;
        let clearance = clear_server(&mut tx, JOB, of.client).await?;
        let moved = until::group(&mut tx, &clearance, of.project, &people).await?;
        if moved > 0 {
            let entry = clearance
                .entry(Act::QualityComputed, now)
                .because("people_grouped", moved)
                .of("project", of.project.to_string());
            tx.commit([entry]).await?;
        }
        Ok(())
    }

    /// What opens and seals, and under whom people are known who turned out to be one.
    async fn quality_tools(&self, of: Stale) -> Result<(Opener, Sealer, HashMap<PersonId, PersonId>), Error> {
        let mut tx = self.store.write(JOB).await?;
        let clearance = clear_server(&mut tx, JOB, of.client).await?;
        let tools = (clearance.opener(&tx)?, clearance.sealer());
        let merged = members::merged(&mut tx).await?.into_iter().collect();
        tx.abandon().await?;
        Ok((tools.0, tools.1, merged))
    }
}

fn broken_off<T>(joined: Result<T, tokio::task::JoinError>) -> Result<T, Error> {
    joined.map_err(|_| Error::state("quality_failed", "the reckoning broke off"))
}

fn unsealable() -> Error {
    Error::Store(vouchsafe_store::Error::Unsealable { table: "quality_report" })
}

fn reckon(
    mut gathered: Gathered,
    spent: &Spent,
    newest: &(Vec<Counted>, i64),
    now: Micros,
) -> (Report, Gathered, Vec<Judge>) {
    let workers = (gathered.work.len(), gathered.judges.len());
    let mut batches = Batches::new(&gathered, newest);
    let (mut questions, mut certain) = (Vec::new(), Vec::new());
    let again = measured::again(&gathered);
    let scores = standing::gold(&gathered.votes);
    let hidden = measured::hidden(&gathered, &scores, now);
    let (people, judges) = people::figures(&gathered, &scores, &again, now);
    let leaks = leaks::find(&gathered.votes, &gathered.work, &gathered.tasks);
    for votes in std::mem::take(&mut gathered.votes) {
        let Some((figures, known)) = figures::reckon(&votes, workers, &gathered.tasks) else { continue };
        questions.push(figures);
        batches.add(&votes, &known);
        certain.extend(Judge::new(votes, known));
    }
    let ordinary = gathered.tasks.len() - gathered.gold_tasks;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of work, far below 2^53")]
    let active = gathered.active_ms as f64;
    let report = Report {
        computed_at: now.to_string(),
        tasks: gathered.tasks.len(),
        annotations: gathered.annotations,
        gold_tasks: gathered.gold_tasks,
        decided_tasks: gathered.decided_tasks,
        active_ms_per_task: (ordinary > 0).then(|| active / real(ordinary)),
        questions,
        open_questions: gathered.open_questions.clone(),
        people,
        judges,
        reviews: people::reviews(&gathered.work, &gathered.verdicts, &again, hidden),
        cost: cost(spent),
        asking: None,
        batches: batches.done(),
        leaks: (leaks.looked_at > 0).then_some(leaks),
    };
    (report, gathered, certain)
}

/// `None` before a task is done.
#[expect(clippy::cast_precision_loss, reason = "counts, milliseconds and prices, far below 2^53")]
fn cost(spent: &Spent) -> Option<CostFigures> {
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    let each = |n: i64| n as f64 / spent.done as f64;
    let price = |price: &Price| {
        let per_answer = price.per_10000 as f64 / 10_000.0;
        PriceFigures { per_answer, currency: price.currency.clone(), per_accepted: per_answer * each(spent.answers) }
    };
    (spent.done > 0).then(|| CostFigures {
        accepted: count(spent.done),
        answers: count(spent.answers),
        reviews: count(spent.reviews),
        decisions: count(spent.decisions),
        answers_per_accepted: each(spent.answers),
        active_ms_per_accepted: each(spent.active_ms),
        price: spent.price.as_ref().map(price),
    })
}

/// What becomes of tasks, as a report has it.
#[derive(Default)]
struct Plan {
    rules: Rules,
    at_most: u32,
    wanted: Vec<Wanted>,
    contested: Vec<Contested>,
    settled: Vec<(i64, Slot)>,
    weighed: Vec<(Waiting, Tells)>,
    ended: Vec<Waiting>,
    asking: Option<AskingFigures>,
}

impl Plan {
    fn of(
        rules: Rules,
        doubts: Vec<Doubt>,
        waiting: Vec<Waiting>,
        to_decide: &BTreeMap<i64, Slot>,
        known: &Known,
        now: Micros,
    ) -> Self {
        let (weighed, ended) = more::judged_again(waiting, known, &rules);
        let chosen = more::choose(doubts, &rules, rules.left(), Drawn::default(), now);
        let (contested, settled) = more::changed(chosen.decide, to_decide);
        let at_most = rules.until.map_or(0, |until| until.at_most);
        Self { rules, at_most, wanted: chosen.ask, contested, settled, weighed, ended, asking: chosen.asking }
    }

    /// What of it still may be, once the report is kept: nothing where the project has other rules by now, and within the budget.
    async fn still(mut self, tx: &mut Tx, project: ProjectId) -> Result<Self, Error> {
        let Some(opened) = until::opened_since(tx, project, &self.rules).await? else { return Ok(Self::default()) };
        self.wanted.truncate(self.rules.left().saturating_sub(opened));
        Ok(self)
    }
}

/// Every task that waits for somebody who tells enough about it.
async fn waiting(on: &mut Read, project: ProjectId) -> Result<Vec<Waiting>, Error> {
    let mut all: Vec<Waiting> = Vec::new();
    loop {
        let after = all.last().map_or(i64::MIN, |last| last.number);
        let some = until::waiting(on, project, after, WAITING_AT_ONCE).await?;
        if some.is_empty() {
            return Ok(all);
        }
        all.extend(some);
    }
}

/// Every consensus of the snapshot whose value or probability the model moves, sealed; how sure each is; and what had been made of those that came since the last report.
async fn refine(
    on: &mut Read,
    (opener, sealer): (&Opener, &Sealer),
    of: Stale,
    known: &Arc<Known>,
    bar: Option<u32>,
) -> Result<(Vec<Refined>, Vec<Doubt>, Otherwise), Error> {
    let (mut refined, mut doubts, mut at_once) = (Vec::new(), Vec::new(), Otherwise::default());
    let mut after = i64::MIN;
    loop {
        let rows = reports::standing(on, of.project, after, AT_ONCE).await?;
        let Some(last) = rows.last() else { return Ok((refined, doubts, at_once)) };
        after = last.done.number;
        let (opener, sealer, known) = (opener.clone(), sealer.clone(), Arc::clone(known));
        let work = tokio::task::spawn_blocking(move || {
            let (mut changed, mut unsure, mut at_once) = (Vec::new(), Vec::new(), Otherwise::default());
            let open = &known.gathered.open_questions;
            for row in &rows {
                let Some(task) = known.gathered.code_of(row.done.task) else { continue };
                let mut settled: BTreeMap<String, Consensus> = json(&row.open(&opener)?)?;
                let came = of.computed_at.is_some_and(|last| row.computed_at > last);
                let given = came && settled.values().any(|one| one.probability.is_some());
                let before = given.then(|| more::least_sure(&settled, open)).flatten();
                if known.judges.iter().fold(false, |any, judge| judge.refine(task, &mut settled) | any) {
                    let body = serde_json::to_vec(&settled).map_err(|_| unsealable())?;
                    changed.push(reports::refine(&sealer, row, &body));
                }
                at_once.add(bar, before, more::least_sure(&settled, open));
                let unknown = known.unknown(task);
                let most = known.strata.as_ref().map(|strata| strata.most(task, &unknown));
                unsure.extend(more::doubt(row.done, &settled, (&known.judges, open), &unknown, most));
            }
            Ok::<_, Error>((changed, unsure, at_once))
        });
        let (changed, unsure, some) = broken_off(work.await)??;
        refined.extend(changed);
        doubts.extend(unsure);
        at_once = at_once.and(some);
    }
}
