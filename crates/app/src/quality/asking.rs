//! What asking until an answer is sure enough has come to, as it is shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The done tasks of a project that asks until an answer is sure enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AskingFigures {
    /// Those whose least sure answer is not sure enough.
    pub unsure: usize,
    /// Of them asked about once more.
    pub asked: usize,
    /// Of them not asked about: as many people as may be asked were, or the budget is used up.
    pub at_the_cap: usize,
    /// Of them not asked about: an answer is expected to tell too little for its price.
    pub too_little: usize,
    /// Other tasks that are asked about once more, drawn at random to see whether sure means right.
    pub drawn: usize,
    /// What one more answer to the unsure task that gains most is expected to tell, in bits; null where none is unsure or no model speaks of it.
    pub most_bits: Option<f64>,
    /// What one more answer must be expected to tell, in bits, at the project's price; null where however little is enough.
    pub least_bits: Option<f64>,
}
