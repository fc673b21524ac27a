//! Visitors who ask one after the other, and how long they waited.

use std::time::{Duration, Instant};

use rowhouse_tests::Client;

/// What visitors met.
#[derive(Debug, Default)]
pub struct Waits {
    waits: Vec<Duration>,
    /// How many answers had each status.
    pub statuses: std::collections::BTreeMap<u16, usize>,
}

impl Waits {
    /// The wait that so many of 100 stayed below, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.waits.clone();
        sorted.sort();
        let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(at).map_or(f64::NAN, |wait| wait.as_secs_f64() * 1_000.0)
    }

    /// How many answers there were.
    pub fn count(&self) -> usize {
        self.waits.len()
    }

    fn join(mut self, other: Self) -> Self {
        self.waits.extend(other.waits);
        other
            .statuses
            .into_iter()
            .for_each(|(status, count)| *self.statuses.entry(status).or_default() += count);
        self
    }
}

/// Sends `visitors` for `lasts`, each on a connection of their own, each asking every `pace` for the path of
/// their next number.
pub async fn visit(
    client: impl Fn() -> Client,
    path: impl Fn(u64) -> String + Clone + Send + 'static,
    visitors: usize,
    pace: Duration,
    lasts: Duration,
) -> Waits {
    let end = Instant::now() + lasts;
    let one = |client: Client, first: u64| {
        let path = path.clone();
        async move {
            let mut next = first..;
            let (mut met, mut ticks) = (Waits::default(), tokio::time::interval(pace));
            while Instant::now() < end {
                ticks.tick().await;
                let began = Instant::now();
                let path = path(next.next().unwrap_or_default());
                let status = client.get(&path).await.status.as_u16();
                met.waits.push(began.elapsed());
                *met.statuses.entry(status).or_default() += 1;
            }
            met
        }
    };
    let visits: Vec<_> =
        (0..visitors).map(|number| tokio::spawn(one(client(), number as u64 * 1_000_000))).collect();
    let mut all = Waits::default();
    for visit in visits {
        all = all.join(visit.await.expect("a visitor does not panic"));
    }
    all
}
