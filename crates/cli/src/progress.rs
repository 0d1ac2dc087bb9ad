//! Bars for long work: on a terminal, and nowhere else.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A bar over a known number of bytes.
pub(crate) fn bytes(all: u64, what: &str) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes}, {binary_bytes_per_sec}, {eta} left");
    bar(ProgressBar::new(all), style, what)
}

/// Bytes without a known end.
pub(crate) fn transfer(what: &str) -> ProgressBar {
    bar(ProgressBar::new_spinner(), ProgressStyle::with_template("{msg}: {bytes}, {binary_bytes_per_sec}"), what)
}

/// A count without a known end.
pub(crate) fn count(what: &str) -> ProgressBar {
    bar(ProgressBar::new_spinner(), ProgressStyle::with_template("{msg}: {human_pos}, {per_sec:.0}"), what)
}

fn bar<E>(bar: ProgressBar, style: Result<ProgressStyle, E>, what: &str) -> ProgressBar {
    // indicatif draws on stderr, and hides a bar where that is no terminal.
    let bar = if let Ok(style) = style { bar.with_style(style) } else { bar };
    bar.enable_steady_tick(Duration::from_millis(200));
    bar.with_message(what.to_owned())
}
