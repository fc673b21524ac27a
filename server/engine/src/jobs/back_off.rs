//! How long to wait before work is tried again. Pure: randomness comes in.

use std::time::Duration;

/// Tries of a mail before it is given up; together they last about a day.
pub(super) const TRIES: u32 = 15;
/// The pause after the first try.
const FIRST: Duration = Duration::from_secs(30);
/// No pause is longer.
const LONGEST: Duration = Duration::from_secs(4 * 3_600);

/// The pause after so many tries: twice as long each time, up to four hours, and a fifth more or less, so that
/// what failed together does not come back together. `luck` is between 0 and 1.
pub(super) fn pause(tries: u32, luck: f64) -> Duration {
    let doubled =
        FIRST.saturating_mul(1_u32.checked_shl(tries.saturating_sub(1).min(20)).unwrap_or(u32::MAX));
    doubled.min(LONGEST).mul_f64(0.4_f64.mul_add(luck.clamp(0.0, 1.0), 0.8))
}

/// Some time within `span`, so that many tenants do not come round together. `luck` is between 0 and 1.
pub(super) fn spread(span: Duration, luck: f64) -> Duration {
    span.mul_f64(luck.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_are_bounded_and_differ() {
        for tries in 1..40 {
            let (least, most) = (pause(tries, 0.0), pause(tries, 1.0));
            assert!(least < most && most <= LONGEST.mul_f64(1.21), "{tries}: {least:?} {most:?}");
            assert!(pause(tries + 1, 0.5) >= pause(tries, 0.5));
        }
        assert_eq!(pause(1, 0.5), FIRST);
        assert_eq!(pause(3, 0.5), FIRST * 4);
        assert_eq!(pause(u32::MAX, 0.5), LONGEST);
    }

    #[test]
    fn a_mail_is_tried_for_about_a_day() {
        let hours = |luck| (1..TRIES).map(|tries| pause(tries, luck)).sum::<Duration>().as_secs() / 3_600;
        assert!(
            (18..=24).contains(&hours(0.0)) && (24..=30).contains(&hours(1.0)),
            "{} {}",
            hours(0.0),
            hours(1.0)
        );
    }

    #[test]
    fn rounds_are_spread_over_the_whole_span() {
        let day = Duration::from_secs(86_400);
        assert_eq!((spread(day, 0.0), spread(day, 0.5), spread(day, 1.0)), (Duration::ZERO, day / 2, day));
    }
}
