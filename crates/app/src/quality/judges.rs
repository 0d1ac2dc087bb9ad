//! Models whose answers came with the tasks: each is one more worker to the model of the answers, and none of the people.

use super::{
    coding::Votes,
    numbers::Habits,
    over_time::Able,
    report::{Ability, GoldScore, JudgeFigures},
};

/// Figures in the making, in order of code.
pub(super) fn start(names: &[String]) -> Vec<JudgeFigures> {
    names.iter().map(|name| JudgeFigures { judge: name.clone(), ..JudgeFigures::default() }).collect()
}

/// Takes what was found of each at one question.
pub(super) fn able(judges: &mut [JudgeFigures], votes: &Votes, found: Vec<Option<Able>>) {
    for (judge, found) in judges.iter_mut().zip(found) {
        let Some(found) = found else { continue };
        let name = || votes.question.name.clone();
        // All of it came before anybody answered: weeks say nothing.
        judge.ability.insert(name(), Ability { by_week: Vec::new(), ..found.ability });
        judge.confusion.extend(found.confusion.map(|of_it| (name(), of_it)));
    }
}

/// Takes how each answers with numbers.
pub(super) fn habits(judges: &mut [JudgeFigures], votes: &Votes, found: Vec<Option<Habits>>) {
    for (judge, found) in judges.iter_mut().zip(found) {
        judge.numbers.extend(found.map(|of_it| (votes.question.name.clone(), of_it.habit)));
    }
}

/// In order of name, with their scores on gold, and how much each answered; models have the codes after those of so many `people`.
pub(super) fn done(
    mut judges: Vec<JudgeFigures>,
    votes: &[Votes],
    gold: Vec<Option<GoldScore>>,
    people: usize,
) -> Vec<JudgeFigures> {
    for (judge, score) in judges.iter_mut().zip(gold) {
        judge.gold = score;
    }
    for (_, worker, _) in votes.iter().flat_map(Votes::given) {
        if let Some(judge) = (worker as usize).checked_sub(people).and_then(|code| judges.get_mut(code)) {
            judge.answers += 1;
        }
    }
    judges.sort_by(|a, b| a.judge.cmp(&b.judge));
    judges
}
