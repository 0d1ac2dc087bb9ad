//! Time and fresh ids: the only place they come from.

use vouchsafe_domain::time::Micros;

/// A source of time and ids; tests bring their own.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> Micros;
    /// A fresh random id.
    fn id(&self) -> uuid::Uuid;
}

/// The machine's clock and random ids.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Micros {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    fn id(&self) -> uuid::Uuid {
        uuid::Uuid::new_v4()
    }
}
