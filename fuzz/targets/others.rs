//! Any log, told apart by its shape or its envelope.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_watch_fuzz::vendor("", bytes));
