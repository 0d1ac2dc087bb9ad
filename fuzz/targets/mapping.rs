//! A mapping file that somebody wrote, and events read by it.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_watch_fuzz::mapping(bytes));
