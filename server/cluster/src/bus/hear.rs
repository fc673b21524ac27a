//! Listening: what each message makes this node do. A message that cannot be opened is counted and no more.

use std::sync::Arc;

use super::{Bus, Ear, Redis};
use crate::{
    driver::{Coherence, Shelf},
    redis::{Listener, News},
    wire::{FromPages, Note, PageNote, SharedPage},
};

impl Bus {
    /// Hears for ever, if there is a Redis. Drop the future to stop.
    pub async fn run(self: &Arc<Self>, node: &Arc<Coherence>, ear: &dyn Ear) {
        let Some(redis) = &self.redis else { return std::future::pending().await };
        let listener = |channel, name| Listener { url: redis.url.clone(), channel, name };
        let notes = listener(redis.settings.notes(), "notes");
        let pages = listener(redis.settings.pages(), "pages");
        let hear_note = |news: News<'_>| match news {
            News::Message(bytes) => self.hear_note(redis, bytes, node, ear),
            // whatever was told meanwhile is in the databases
            News::Listening | News::Deaf => {
                node.poll_soon();
                ear.work(None);
            }
        };
        let hear_page = |news: News<'_>| {
            if let News::Message(bytes) = news {
                self.hear_page(redis, bytes, node);
            }
        };
        tokio::join!(notes.run(hear_note), pages.run(hear_page));
    }

    fn hear_note(&self, redis: &Redis, bytes: &[u8], node: &Arc<Coherence>, ear: &dyn Ear) {
        match Note::unpack(bytes, &redis.sealer) {
            Ok((from, _)) if from == self.node => {}
            Ok((_, Note::Changed { tenant, change })) => node.hint(tenant, &change),
            Ok((_, Note::Tenants)) => node.poll_soon(),
            Ok((_, Note::Work { tenant })) => ear.work(tenant),
            Ok((_, Note::Purge { tenant, key })) => node.purge_told(tenant, key.as_deref()),
            Err(why) => self.refused(why),
        }
    }

    fn hear_page(self: &Arc<Self>, redis: &Redis, bytes: &[u8], node: &Arc<Coherence>) {
        match FromPages::unpack(bytes, &redis.sealer) {
            Ok(heard) if heard.from() == self.node => {}
            Ok(FromPages::Page(page)) => take_page(*page, node),
            Ok(FromPages::Note(_, PageNote::OnShelf { key })) => self.fetch(&key, node),
            Ok(FromPages::Note(_, PageNote::NotShared { key })) => node.not_coming(&key),
            Err(why) => self.refused(why),
        }
    }

    /// A page too large for a message, for a tenant that is alive here.
    fn fetch(self: &Arc<Self>, key: &str, node: &Arc<Coherence>) {
        let Some(key) = rowhouse_domain::coherence::RenderKey::parse_text(key) else { return };
        let Some(live) = node.live(key.tenant()) else { return };
        let bus = self.clone();
        tokio::spawn(async move {
            if let Some(render) = bus.take(&key).await {
                live.pushed(key, &Arc::new(render));
            }
        });
    }
}

/// Tenants that nobody visits here get no pages: they would push out those that somebody wants.
fn take_page(page: SharedPage, node: &Arc<Coherence>) {
    if let Some(live) = node.live(page.key.tenant()) {
        live.pushed(page.key, &Arc::new(page.render));
    }
}
