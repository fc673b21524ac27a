//! What was measured, as a table and as JSON.

use std::fmt;

use serde::Serialize;

/// Medians of one contender in one scene. Ratios are to the bare handler in the same round.
#[derive(Debug, Serialize)]
pub struct Measured {
    pub scene: String,
    pub who: String,
    pub each_second: f64,
    pub ratio: f64,
    /// The least and the greatest ratio.
    pub spread: (f64, f64),
    /// In milliseconds.
    pub p99: f64,
    pub p99_ratio: f64,
}

/// All of it.
#[derive(Debug, Default, Serialize)]
pub struct Table(Vec<Measured>);

impl Table {
    pub fn add(&mut self, line: Measured) {
        println!("{line}");
        self.0.push(line);
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<30} {:<11} {:>9.0}/s  {:>5.2} of bare ({:.2}-{:.2})  p99 {:>7.3} ms, {:>5.2} times",
            self.scene,
            self.who,
            self.each_second,
            self.ratio,
            self.spread.0,
            self.spread.1,
            self.p99,
            self.p99_ratio,
        )
    }
}
