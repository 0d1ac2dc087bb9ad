//! A file of rules that somebody wrote, and events asked by it.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_watch_fuzz::rules(bytes));
