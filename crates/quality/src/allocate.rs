//! Whom to ask what next: the answer that tells most for its cost.
//!
//! Who may not be asked (walls, blindness, absence) is for the caller to leave out; nothing here adds anybody.

mod beliefs;
mod crowd;
mod next;
mod strata;

pub use beliefs::Beliefs;
pub use crowd::Crowd;
pub use next::{Chooser, Pick, Policy, Standing, Why, Willing, standings};
pub use strata::strata;
