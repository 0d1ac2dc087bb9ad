//! AWS CloudTrail by its mapping.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_watch_fuzz::vendor("cloudtrail", bytes));
