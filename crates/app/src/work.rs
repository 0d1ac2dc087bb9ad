//! The line: a task goes out under a lease, answers come in, a reviewer decides.

pub mod adjudicate;
pub mod agreed;
pub mod annotations;
pub mod answered;
pub mod change_project;
pub mod claim;
pub mod consensus;
pub mod draft;
pub mod feed;
pub mod give_back;
pub mod guidelines;
pub mod home;
pub mod import;
pub mod lease;
pub mod preview;
pub mod priorities;
pub mod progress;
pub mod projects;
pub mod resume;
pub mod review;
pub mod sent;
pub mod show_project;
pub mod submit;
pub mod sweep;
pub mod tasks;
pub mod versions;
