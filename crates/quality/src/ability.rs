//! How good a person is, with an interval: against gold, against the others, over time.

mod batch;
mod binomial;
mod drift;
mod leak;
mod leave_out;
mod together;

pub use batch::{HowMany, how_many_wrong, plan_of, wrong_at_most};
pub(crate) use binomial::beta_share;
pub use binomial::{Plan, clopper_pearson, plan};
pub use drift::{Change, change_point};
pub use leak::{Leak, Outcome, leak};
pub use leave_out::{Ability, abilities, abilities_in_parts, abilities_with};
pub use together::{TOGETHER_NATS, together};

/// Both ends of an interval of shares, in \[0, 1\].
pub type Ends = (f64, f64);
