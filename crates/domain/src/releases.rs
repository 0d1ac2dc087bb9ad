//! Deliveries: the states a release goes through and who may move it on.

mod state;

pub use state::{APPROVALS_NEEDED, State, UnknownState, after_approvals, may_go};
