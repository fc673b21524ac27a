//! The operating system's clocks behind the domain's [`Clock`].

use jiff::{Timestamp, Unit};
use rowhouse_domain::{Clock, Moment};
use rustix::time::{ClockId, clock_gettime};

/// The clock of a running node. Ages come from `CLOCK_BOOTTIME`, because the monotonic clock stands still
/// while the machine is suspended and would let an old confirmation look fresh.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(any(target_os = "linux", target_os = "android"))]
const AGE: ClockId = ClockId::Boottime;
// Elsewhere the monotonic clock goes on in sleep (macOS), or there is no better one.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const AGE: ClockId = ClockId::Monotonic;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.round(Unit::Microsecond).unwrap_or(now)
    }

    fn moment(&self) -> Moment {
        let time = clock_gettime(AGE);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        let nanos = u64::try_from(time.tv_nsec).unwrap_or(0);
        Moment(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_clock_goes_forward_and_dates_are_whole_microseconds() {
        let first = SystemClock.moment();
        let second = SystemClock.moment();
        assert!(first > Moment(0) && second >= first);
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1_000, 0);
    }
}
