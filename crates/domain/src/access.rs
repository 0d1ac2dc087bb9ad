//! Who may enter and as what.

pub mod device;
pub mod role;
pub mod scope;
