//! Waiting for what must come, with a limit so generous that only a fault reaches it; and how long a long run is.

use std::time::Duration;

/// How long anything may take that must happen.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `probe` finds something.
///
/// # Panics
/// If it does not within [`PATIENCE`]; `what` says what was waited for.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut probe: impl FnMut() -> F) -> T {
    let found = async {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    match tokio::time::timeout(PATIENCE, found).await {
        Ok(found) => found,
        Err(_) => panic!("this did not happen within {PATIENCE:?}: {what}"),
    }
}

/// How much of something a test does: what is usual, or more where a variable says so.
///
/// # Panics
/// If the variable is no number.
#[must_use]
pub fn asked_for(variable: &str, usual: usize) -> usize {
    let given = crate::services::variable(variable);
    given.map_or(usual, |number| number.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}
