//! How long answers took: the metric `rowhouse_http_seconds`. Every thread that serves counts for itself, so that no
//! request waits for another's count, and what was counted takes the same memory however much that was.

use std::{
    fmt::{self, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::http::StatusCode;

/// The upper bounds of the buckets, as `/metrics` writes them, in seconds, and in nanoseconds.
const BOUNDS: [(&str, u64); 13] = [
    ("0.0005", 500_000),
    ("0.001", 1_000_000),
    ("0.0025", 2_500_000),
    ("0.005", 5_000_000),
    ("0.01", 10_000_000),
    ("0.025", 25_000_000),
    ("0.05", 50_000_000),
    ("0.1", 100_000_000),
    ("0.25", 250_000_000),
    ("0.5", 500_000_000),
    ("1", 1_000_000_000),
    ("2.5", 2_500_000_000),
    ("5", 5_000_000_000),
];

/// By the class of the status.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// What all threads counted.
#[derive(Default)]
pub struct Times(Mutex<Vec<Arc<Counts>>>);

/// What one thread counted.
#[derive(Default)]
pub struct Counts([Class; CLASSES.len()]);

#[derive(Default)]
struct Class {
    /// Answers below each bound but not below the one before it.
    within: [AtomicU64; BOUNDS.len()],
    all: AtomicU64,
    nanos: AtomicU64,
}

impl Counts {
    /// Notes an answer.
    pub fn note(&self, status: StatusCode, took: Duration) {
        let [good, moved, refused, failed] = &self.0;
        let class = match status.as_u16() {
            ..300 => good,
            300..400 => moved,
            400..500 => refused,
            500.. => failed,
        };
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let within = BOUNDS.iter().zip(&class.within).find(|((_, bound), _)| nanos <= *bound);
        within.into_iter().for_each(|(_, count)| add(count, 1));
        add(&class.nanos, nanos);
        add(&class.all, 1);
    }
}

/// Of one thread alone, so nothing is lost between reading and writing.
fn add(count: &AtomicU64, more: u64) {
    count.store(count.load(Ordering::Relaxed).wrapping_add(more), Ordering::Relaxed);
}

impl Times {
    /// For one more thread, and for no other.
    #[must_use]
    pub fn of_this_thread(&self) -> Arc<Counts> {
        let counts = Arc::new(Counts::default());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(counts.clone());
        counts
    }
}

fn sum<'c>(counts: impl Iterator<Item = &'c AtomicU64>) -> u64 {
    counts.map(|count| count.load(Ordering::Relaxed)).sum()
}

/// As a histogram in the text form of Prometheus.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAME: &str = "rowhouse_http_seconds";
        writeln!(f, "# TYPE {NAME} histogram")?;
        let threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (place, class) in CLASSES.into_iter().enumerate() {
            let of_all = || threads.iter().filter_map(|counts| counts.0.get(place));
            let mut below = 0;
            for (bound, (le, _)) in BOUNDS.iter().enumerate() {
                below += sum(of_all().filter_map(|counts| counts.within.get(bound)));
                writeln!(f, "{NAME}_bucket{{class=\"{class}\",le=\"{le}\"}} {below}")?;
            }
            let all = sum(of_all().map(|counts| &counts.all));
            let took = Duration::from_nanos(sum(of_all().map(|counts| &counts.nanos)));
            writeln!(f, "{NAME}_bucket{{class=\"{class}\",le=\"+Inf\"}} {all}")?;
            writeln!(f, "{NAME}_sum{{class=\"{class}\"}} {}", took.as_secs_f64())?;
            writeln!(f, "{NAME}_count{{class=\"{class}\"}} {all}")?;
        }
        f.write_char('\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_threads_counted_is_told_together() {
        let times = Times::default();
        for (status, ms) in [(200, 2), (200, 900), (304, 0), (503, 60_000)] {
            let took = Duration::from_millis(ms);
            times.of_this_thread().note(StatusCode::from_u16(status).unwrap(), took);
        }
        let text = times.to_string();
        for line in [
            "rowhouse_http_seconds_bucket{class=\"2xx\",le=\"0.001\"} 0",
            "rowhouse_http_seconds_bucket{class=\"2xx\",le=\"0.0025\"} 1",
            "rowhouse_http_seconds_bucket{class=\"2xx\",le=\"1\"} 2",
            "rowhouse_http_seconds_sum{class=\"2xx\"} 0.902",
            "rowhouse_http_seconds_count{class=\"2xx\"} 2",
            "rowhouse_http_seconds_bucket{class=\"3xx\",le=\"0.0005\"} 1",
            "rowhouse_http_seconds_bucket{class=\"5xx\",le=\"5\"} 0",
            "rowhouse_http_seconds_bucket{class=\"5xx\",le=\"+Inf\"} 1",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
        }
    }
}
