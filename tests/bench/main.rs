//! Measurements that are ratios of one run: what is compared is measured in turns, several times, and the
//! medians are told. Nothing here passes or fails.
//!
//! ```text
//! cargo run --release -p rowhouse-tests --bin rowhouse-bench -- outage [ROUNDS]
//! ```

mod load;
mod outage;

use anyhow::{Result, bail};

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["outage"] => outage::run(7).await,
        ["outage", rounds] => outage::run(rounds.parse()?).await,
        _ => bail!("give: outage [ROUNDS]"),
    }
}

/// The middle of the values.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        0 if sorted.is_empty() => f64::NAN,
        0 => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    }
}
