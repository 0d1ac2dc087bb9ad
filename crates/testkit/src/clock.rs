//! Time that moves when told to, and ids that come from a seed.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Instant,
};
use vouchsafe_app::clock::Clock;
use vouchsafe_domain::time::Micros;

/// A clock that stands still until it is moved, or let run.
pub struct TestClock {
    now: AtomicI64,
    running: OnceLock<Instant>,
    ids: AtomicU64,
    seed: u64,
}

impl TestClock {
    /// Stands at 2026-01-05T09:00:00Z, a Monday. Ids follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { now: AtomicI64::new(1_767_603_600_000_000), running: OnceLock::new(), ids: AtomicU64::new(0), seed }
    }

    /// Moves on by `micros`, backwards when negative.
    pub fn pass(&self, micros: i64) {
        self.now.fetch_add(micros, Ordering::SeqCst);
    }

    /// Goes on with the ids from the `n`-th: two worlds that made different things meet again.
    pub fn reseed(&self, n: u64) {
        self.ids.store(n, Ordering::SeqCst);
    }

    /// Lets it run from here on with the machine's time: tables keyed by time grow as they do in use.
    pub fn run(&self) {
        self.running.get_or_init(Instant::now);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Micros {
        let ran = self.running.get().map_or(0, |since| i64::try_from(since.elapsed().as_micros()).unwrap_or(i64::MAX));
        Micros(self.now.load(Ordering::SeqCst) + ran)
    }

    fn id(&self) -> uuid::Uuid {
        // SplitMix64 twice: ids of one seed never meet those of another.
        let n = self.ids.fetch_add(1, Ordering::SeqCst);
        let mix = |z: u64| {
            let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        let bits =
            (u128::from(mix(self.seed ^ mix(n))) << 64) | u128::from(mix(n.wrapping_add(self.seed.rotate_left(32))));
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }
}
