//! Logs and metrics of the process.

use std::{io::IsTerminal, sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Config;

/// The framework tells of every worker it starts; the level may still ask for that by name.
const TALKATIVE: &str = "actix_server";

/// Starts logging to standard error. A second call in one process (tests) changes nothing.
pub fn log(config: &Config) {
    let asked = config.log_levels.iter().any(|(target, _)| target == TALKATIVE);
    let levels = config.log_levels.clone();
    let levels = if asked { levels } else { levels.with_target(TALKATIVE, LevelFilter::WARN) };
    let heard = tracing_subscriber::registry().with(levels);
    let ansi = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(ansi).with_target(false);
    // another logger in this process is as good
    let _ = if config.log_json {
        heard.with(lines.json()).try_init()
    } else {
        heard.with(lines.compact()).try_init()
    };
}

/// How often what was measured is put into its buckets: until then each measurement takes memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// Keeps the memory of what was measured small, also where nobody ever asks for it. Drop the future to stop.
pub async fn upkeep() {
    let Some(handle) = metrics() else { return };
    let mut turns = tokio::time::interval(UPKEEP);
    loop {
        turns.tick().await;
        handle.run_upkeep();
    }
}

/// The recorder of this process; it can be installed once, so all nodes of a test share it.
pub fn metrics() -> Option<PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
            let builder = PrometheusBuilder::new().set_buckets(&buckets).ok()?;
            builder.install_recorder().ok()
        })
        .clone()
}
