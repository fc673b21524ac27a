//! A clock that goes on by itself and can be moved forward by hand.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rowhouse_cluster::clock::SystemClock;
use rowhouse_domain::clock::{Clock, Moment};

/// The system's clock, so much ahead.
#[derive(Debug, Default)]
pub struct HandClock(AtomicU64);

impl HandClock {
    /// Moves it.
    pub fn forward(&self, by: Duration) {
        self.0.fetch_add(u64::try_from(by.as_nanos()).expect("a span of this century"), Ordering::SeqCst);
    }

    fn ahead(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        let ahead = i64::try_from(self.ahead() / 1_000).expect("a span of this century");
        SystemClock.now() + SignedDuration::from_micros(ahead)
    }

    fn moment(&self) -> Moment {
        SystemClock.moment().plus(Duration::from_nanos(self.ahead()))
    }
}
