//! What a node tells of itself at `/metrics`, and what the system tells of its process.

use std::{collections::BTreeMap, net::SocketAddr};

use anyhow::{Context, Result};
use rowhouse_tests::Client;

/// All figures of a node at one moment.
pub struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// Asks the listener for operations.
    pub async fn of(operations: SocketAddr) -> Self {
        Self::from(&Client::new(operations)).await
    }

    /// As [`Figures::of`], by somebody who is there already.
    pub async fn from(operator: &Client) -> Self {
        let text = operator.get("/metrics").await.is(200).text();
        let pairs = text.lines().filter_map(|line| line.rsplit_once(' '));
        Self(pairs.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect())
    }

    /// A figure with its labels as they are told; 0 where it was never counted.
    pub fn get(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or(0.0)
    }

    /// The mean of what a histogram was given since `before`, and how often that was.
    pub fn mean_since(&self, before: &Self, name: &str, labels: &str) -> (f64, f64) {
        let since = |suffix: &str| {
            let name = format!("{name}_{suffix}{{{labels}}}");
            self.get(&name) - before.get(&name)
        };
        (since("sum") / since("count"), since("count"))
    }
}

/// The memory of a process that is its own (not of files, not shared), in bytes.
pub fn memory(process: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("RssAnon")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1_024.0)
}
