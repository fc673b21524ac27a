//! Finished pages on their way out: onto the shelf and to the other nodes, one after the other, over a
//! connection of their own, so that no note waits behind a page.

use std::{sync::Arc, time::Duration};

use metrics::Counter;
use redis::Cmd;
use rowhouse_domain::coherence::RenderKey;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::BusSettings;
use crate::{
    driver::Lease,
    redis::Line,
    render::Render,
    wire::{PageNote, Sealer, pack},
};

/// Nobody waits for these.
const PATIENCE: Duration = Duration::from_secs(1);

/// Takes back a lease, unless somebody else has it by now.
const RELEASE: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

pub(super) enum Outgoing {
    Page { key: RenderKey, render: Arc<Render>, lease: Option<Lease> },
    Nothing { key: RenderKey, lease: Lease },
    Forget { keys: Vec<RenderKey> },
}

pub(super) struct Sender {
    pub(super) node: Uuid,
    pub(super) line: Line,
    pub(super) sealer: Sealer,
    pub(super) settings: BusSettings,
    pub(super) pushed: Counter,
    pub(super) failed: Counter,
}

impl Sender {
    pub(super) async fn run(self, mut queue: mpsc::Receiver<Outgoing>) {
        while let Some(outgoing) = queue.recv().await {
            match outgoing {
                Outgoing::Page { key, render, lease } => self.page(&key, &render, lease).await,
                Outgoing::Nothing { key, lease } => {
                    self.end_lease(&key, lease).await;
                    self.note(&PageNote::NotShared { key: key.to_text() }).await;
                }
                Outgoing::Forget { keys } => {
                    for key in keys {
                        self.ask(redis::cmd("DEL").arg(self.settings.place("page", &key))).await;
                    }
                }
            }
        }
    }

    async fn page(&self, key: &RenderKey, render: &Arc<Render>, lease: Option<Lease>) {
        let packed = pack(self.node, key, render, &self.sealer);
        let mut set = redis::cmd("SET");
        set.arg(self.settings.place("page", key)).arg(&packed);
        set.arg("EX").arg(self.settings.keep_pages.as_secs().max(1));
        let on_shelf = self.ask(&set).await;
        let told = if packed.len() <= self.settings.largest_push {
            self.ask(redis::cmd("PUBLISH").arg(self.settings.pages()).arg(packed)).await
        } else {
            on_shelf && self.note(&PageNote::OnShelf { key: key.to_text() }).await
        };
        if told {
            self.pushed.increment(1)
        } else {
            self.failed.increment(1)
        }
        if let Some(lease) = lease {
            // last, so that whoever gets it next has the page already
            self.end_lease(key, lease).await;
        }
    }

    async fn end_lease(&self, key: &RenderKey, lease: Lease) {
        let place = self.settings.place("lease", key);
        self.ask(redis::cmd("EVAL").arg(RELEASE).arg(1).arg(place).arg(lease.0.to_string())).await;
    }

    async fn note(&self, note: &PageNote) -> bool {
        let bytes = note.pack(self.node, &self.sealer);
        self.ask(redis::cmd("PUBLISH").arg(self.settings.pages()).arg(bytes)).await
    }

    async fn ask(&self, command: &Cmd) -> bool {
        self.line.ask::<redis::Value>(command.clone(), PATIENCE).await.is_some()
    }
}
