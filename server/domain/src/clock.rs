//! Time as an argument: the wall clock for dates that people see, and [`Moment`] for ages, which goes on
//! counting while the machine sleeps. The operating system is asked by whoever implements [`Clock`].

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

/// A point on a clock that only goes forward and counts through suspension (`CLOCK_BOOTTIME`), in
/// nanoseconds since an arbitrary start. Comparable only within one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(pub u64);

impl Moment {
    /// How long after `earlier` this is; zero if it is not after.
    #[must_use]
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// The moment `age` before this one, or the start of the clock.
    #[must_use]
    pub fn minus(self, age: Duration) -> Moment {
        Moment(self.0.saturating_sub(u64::try_from(age.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// The moment `wait` after this one.
    #[must_use]
    pub fn plus(self, wait: Duration) -> Moment {
        Moment(self.0.saturating_add(u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX)))
    }
}

/// Where time comes from. Tests bring a clock that they move by hand.
pub trait Clock: Send + Sync + 'static {
    /// The wall clock, truncated to microseconds (what both databases keep).
    fn now(&self) -> Timestamp;
    /// The age clock.
    fn moment(&self) -> Moment;
}

/// A clock to hand around.
pub type SharedClock = Arc<dyn Clock>;
