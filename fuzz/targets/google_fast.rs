//! Google's reports by the fast reader, into the engine.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_watch_fuzz::google_fast(bytes));
