//! Who may enter and as what.

pub mod role;
pub mod scope;
