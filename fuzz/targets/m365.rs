//! Microsoft 365's unified audit log by its mapping.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_watch_fuzz::vendor("m365", bytes));
