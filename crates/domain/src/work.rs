//! The labelling line: what is shown to experts, what they are asked, what they answer.

pub mod adjudication;
pub mod answers;
pub mod assignment;
pub mod content;
pub mod pace;
pub mod presented;
pub mod schema;
pub mod telling;
