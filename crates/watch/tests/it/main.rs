//! What the crate promises, tried on made-up streams.

#![expect(
    clippy::needless_for_each,
    clippy::similar_names,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::too_many_lines,
    reason = "a definition reads best in one piece, in the words of the definition"
)]

mod answers;
mod cases;
mod doubtful;
mod engine;
mod erased;
mod flattened;
mod identity;
mod kinds;
mod late;
mod lines;
mod mutated;
mod oracle;
mod parameters;
mod shapes;
mod streams;
mod verdicts;
mod words;
