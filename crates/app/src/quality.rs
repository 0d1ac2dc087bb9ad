//! How good the answers of a project are, and how sure that is.
//!
//! A job reads every answer and review of a project from a snapshot, reckons agreement, consensus with its probability,
//! ability and review figures in `vouchsafe_quality`, keeps them sealed as the project's report, and gives each consensus
//! the probability it deserves. People stand in it by their pseudonym toward the client.

mod asking;
pub(crate) mod at_once;
mod batches;
pub(crate) mod between;
mod certainty;
mod coding;
mod confused;
mod courses;
mod estimate;
mod figures;
mod gamma;
mod gather;
pub(crate) mod held;
mod judges;
mod known;
mod leaks;
mod measured;
mod methods;
pub(crate) mod more;
pub(crate) mod numbers;
mod over_time;
mod people;
mod quantities;
mod reckon;
mod refine;
pub mod report;
mod sets;
pub mod show;
mod standing;
mod strata;
mod stretches;
pub mod told;

/// Whether answers to a question can be compared with one another and with known ones by counting.
pub(crate) fn compares(question: &vouchsafe_domain::work::schema::Question) -> bool {
    coding::Votes::of(question).is_some_and(|votes| votes.takes_known())
}

/// Whether answers to a question can be compared with one another; if not their quality is what reviews say.
pub(crate) fn has_vote(question: &vouchsafe_domain::work::schema::Question) -> bool {
    coding::Votes::of(question).is_some()
}

/// Whether a consensus of answers to a question is given a probability.
pub(crate) fn gets_probability(question: &vouchsafe_domain::work::schema::Question) -> bool {
    let numbers_alone = question.kind == "number" && question.aggregation.tolerance().is_none();
    has_vote(question) && !numbers_alone
}

/// For how many microseconds each project's report was last reckoned.
pub(crate) type Took = std::sync::Mutex<std::collections::HashMap<vouchsafe_domain::ids::ProjectId, i64>>;
