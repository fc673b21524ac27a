//! What the tests of this crate share: a node in parts, a clock that can be moved, and what whoever runs them
//! gives, servers and real data. What is not given is skipped and printed; where continuous integration says that nothing may be skipped, it is a failure.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rowhouse_cluster::{clock::SystemClock, protocol::AsDesigned};
use rowhouse_domain::{Clock, Moment, tenant::Isolation};
use rowhouse_media::MediaUrl;
use rowhouse_store::{Budget, DbUrl, NoSteps, PoolLimits};

use crate::{
    CacheSettings, Mode, NodeParts, Settings,
    identity::{HashCost, IdentitySettings},
    keys::KeyRing,
    mail::MailSettings,
};

/// Noon of 2026-11-21, and as much later as a test wants.
#[derive(Default)]
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn forward(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_secs()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        start + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }

    fn moment(&self) -> Moment {
        SystemClock.moment()
    }
}

/// A small node: passwords cost little, nothing is given up early.
pub(crate) fn settings(tenants: String) -> Settings {
    Settings {
        node: "test".into(),
        build: "test".into(),
        mode: Mode::Multi,
        public_url: "https://sites.example".parse().unwrap(),
        tenant_database_url: tenants,
        isolation: Isolation::Database,
        grace: Duration::from_secs(3_600),
        old_prefix_for: None,
        budget: Budget::default(),
        redis: None,
        catalogue_pool: PoolLimits::default(),
        cache: CacheSettings::default(),
        themes_dir: None,
        renders: 1,
        identity: IdentitySettings {
            hash: HashCost { memory_kib: 64, passes: 1, lanes: 1 },
            ..IdentitySettings::default()
        },
        mail: MailSettings::default(),
    }
}

/// What a node of these settings is made of. Media are in memory, and no step is a trap.
pub(crate) fn parts(settings: Settings, database: DbUrl, clock: Arc<HandClock>) -> NodeParts {
    NodeParts {
        settings,
        database,
        media: MediaUrl::Memory,
        keys: KeyRing::generate(),
        clock,
        steps: Arc::new(NoSteps),
        rules: Arc::new(AsDesigned),
        runtime: tokio::runtime::Handle::current(),
    }
}

/// Runs a test on every kind of database there is: on files, with `None`, and on the server of this URL.
///
/// # Panics
/// If the test fails.
pub(crate) fn on_each(test: impl AsyncFn(Option<String>)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        test(None).await;
        match variable("ROWHOUSE_TEST_POSTGRES") {
            Some(server) => test(Some(server)).await,
            None => skipped("ROWHOUSE_TEST_POSTGRES names no PostgreSQL; tests/run starts one"),
        }
    });
}

/// The public theme unit test export of WordPress, which lies beside the project and is no part of it.
pub(crate) fn export() -> Option<PathBuf> {
    let beside = || {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        top.join("../shared/data/wordpress/theme-unit-test.xml")
    };
    let file = variable("ROWHOUSE_TEST_WXR").map_or_else(beside, PathBuf::from);
    if file.is_file() {
        return Some(file);
    }
    skipped(&format!("there is no export at {}; set ROWHOUSE_TEST_WXR", file.display()));
    None
}

fn skipped(what: &str) {
    assert!(variable("CI").as_deref() != Some("true"), "nothing may be skipped with CI=true: {what}");
    eprintln!("SKIPPED: {what}");
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says what there is")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
