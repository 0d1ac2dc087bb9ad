//! Google Workspace's reports, raw and flattened, by their mapping.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_watch_fuzz::vendor("google", bytes));
