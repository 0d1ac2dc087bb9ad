//! The formats a release can have: one file each, one line each in [`FORMATS`].

mod full;
mod trl_messages;
mod trl_preference;
mod trl_prompt_completion;
mod turns;

use super::Format;

/// Every format, in the order a person is offered them.
pub const FORMATS: &[&dyn Format] = &[
    &full::Full,
    &trl_preference::TrlPreference,
    &trl_prompt_completion::TrlPromptCompletion,
    &trl_messages::TrlMessages,
];

/// The format of this name.
pub fn format_named(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}
