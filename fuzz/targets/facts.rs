//! What is known besides the log, and a kept state.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_watch_fuzz::facts(bytes));
