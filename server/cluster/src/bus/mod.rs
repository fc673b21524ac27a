//! What nodes tell each other through Redis: notes about changes, and finished pages. Without Redis the same
//! calls tell nobody, which is right for one node.
//!
//! Nothing that is heard is trusted beyond what [`crate::protocol`] allows, and nothing that is told is waited
//! for longer than [`BusSettings::patience`]. Names in Redis begin with the installation's prefix; those of a
//! tenant have its id in braces, so that a Redis Cluster keeps them in one place.

mod hear;
mod pages;
mod shelf;

use std::{sync::Arc, time::Duration};

use metrics::{Counter, counter};
use rowhouse_domain::{TenantId, coherence::RenderKey};
use tokio::{runtime::Handle, sync::mpsc};
use uuid::Uuid;

use self::pages::Outgoing;
use crate::{
    redis::{Line, RedisUrl},
    wire::{Note, Refused, Sealer},
};

/// Pages on their way out at most; more are not pushed.
const MOST_OUTGOING: usize = 256;

/// How the bus behaves.
#[derive(Clone, Debug)]
pub struct BusSettings {
    /// What all names in Redis begin with.
    pub prefix: String,
    /// How long a command may take before the node goes on without it.
    pub patience: Duration,
    /// How long a page stays on the shelf.
    pub keep_pages: Duration,
    /// Pages whose packed form is larger are put on the shelf and not into a message, in bytes.
    pub largest_push: usize,
}

impl Default for BusSettings {
    fn default() -> Self {
        Self {
            prefix: "rowhouse:".into(),
            patience: Duration::from_millis(100),
            keep_pages: Duration::from_secs(3_600),
            largest_push: 64 << 10,
        }
    }
}

/// What is heard by whoever runs the node.
pub trait Ear: Send + Sync {
    /// Work was put into a queue: a tenant's, or the installation's own.
    fn work(&self, tenant: Option<TenantId>);
}

struct Counts {
    told: Counter,
    untold: Counter,
    forged: Counter,
    foreign: Counter,
    pushed: Counter,
    not_pushed: Counter,
}

/// One node's end of the bus.
pub struct Bus {
    node: Uuid,
    redis: Option<Redis>,
    count: Counts,
}

struct Redis {
    url: RedisUrl,
    sealer: Sealer,
    settings: BusSettings,
    /// Notes, leases and looks at the shelf.
    quick: Line,
    outgoing: mpsc::Sender<Outgoing>,
}

impl Bus {
    /// With nobody else.
    #[must_use]
    pub fn alone() -> Arc<Self> {
        Arc::new(Self { node: Uuid::new_v4(), redis: None, count: Counts::new() })
    }

    /// Over Redis. Connects in the background, on `runtime`.
    #[must_use]
    pub fn over(url: RedisUrl, sealer: Sealer, settings: BusSettings, runtime: &Handle) -> Arc<Self> {
        let (node, count) = (Uuid::new_v4(), Counts::new());
        let quick = Line::open(url.clone(), "quick", runtime);
        let (outgoing, queue) = mpsc::channel(MOST_OUTGOING);
        let sender = pages::Sender {
            node,
            line: Line::open(url.clone(), "pages", runtime),
            sealer: sealer.clone(),
            settings: settings.clone(),
            pushed: count.pushed.clone(),
            failed: count.not_pushed.clone(),
        };
        runtime.spawn(sender.run(queue));
        let redis = Redis { url, sealer, settings, quick, outgoing };
        Arc::new(Self { node, redis: Some(redis), count })
    }

    /// Waits until there is a connection, at most so long: a command that ends at once has no second chance
    /// to tell. Says whether there is one.
    pub async fn connected_within(&self, limit: Duration) -> bool {
        match &self.redis {
            Some(redis) => redis.quick.connected_within(limit).await,
            None => false,
        }
    }

    /// Whether there is a Redis at all.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.redis.is_some()
    }

    /// Tells all nodes. Comes back when Redis has it, or soon.
    pub async fn tell(&self, note: &Note) {
        let Some(redis) = &self.redis else { return };
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(redis.settings.notes()).arg(note.pack(self.node, &redis.sealer));
        match redis.quick.ask::<i64>(publish, redis.settings.patience).await {
            Some(_) => self.count.told.increment(1),
            None => self.count.untold.increment(1),
        }
    }

    fn refused(&self, why: Refused) {
        match why {
            Refused::Seal => self.count.forged.increment(1),
            Refused::Form => self.count.foreign.increment(1),
        }
    }
}

impl BusSettings {
    fn notes(&self) -> String {
        format!("{}notes", self.prefix)
    }

    fn pages(&self) -> String {
        format!("{}pages", self.prefix)
    }

    /// The place of a page on the shelf, or of the lease to make it.
    fn place(&self, what: &str, key: &RenderKey) -> String {
        use sha2::{Digest, Sha256};
        let mut name = hex::encode(Sha256::digest(key.to_text()));
        name.truncate(32);
        format!("{}{{{}}}:{what}:{name}", self.prefix, key.tenant())
    }
}

impl Counts {
    fn new() -> Self {
        let refused = |why: &'static str| counter!("rowhouse_bus_refused_total", "why" => why);
        Self {
            told: counter!("rowhouse_bus_notes_total", "outcome" => "told"),
            untold: counter!("rowhouse_bus_notes_total", "outcome" => "lost"),
            forged: refused("forged"),
            foreign: refused("foreign"),
            pushed: counter!("rowhouse_bus_pages_total", "outcome" => "pushed"),
            not_pushed: counter!("rowhouse_bus_pages_total", "outcome" => "lost"),
        }
    }
}

impl std::fmt::Debug for Bus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bus")
            .field("redis", &self.redis.as_ref().map(|redis| &redis.url))
            .finish_non_exhaustive()
    }
}
