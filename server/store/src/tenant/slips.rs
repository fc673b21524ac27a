//! Where the protocol of changes may slip: as designed each step here is the one line at its end.

use rowhouse_domain::coherence::{self, TagSet, Token, Version};

use super::{TenantStore, ask, version};
use crate::{Slip, conn::Conn, error::Result};

#[crate::boxed]
pub(super) async fn announce(store: &TenantStore, intent: Token) -> Result<bool> {
    if store.steps.slips(Slip::NoIntent) {
        return Ok(true);
    }
    if store.steps.slips(Slip::PollByTime) {
        let seq = store.catalogue.number_early().await?;
        store.steps.reached("slip.numbered").await;
        return store.catalogue.use_number(seq, store.id, intent, None).await;
    }
    store.catalogue.announce(store.id, intent).await
}

#[crate::boxed]
pub(super) async fn settle(store: &TenantStore, version: Version) -> Result<bool> {
    if store.steps.slips(Slip::NoIntent) || store.steps.slips(Slip::IntentClearedByAnyone) {
        return store.catalogue.settle_over_others(store.id, version).await;
    }
    if store.steps.slips(Slip::PollByTime) {
        let seq = store.catalogue.number_early().await?;
        store.steps.reached("slip.numbered").await;
        return store.catalogue.use_number(seq, store.id, version.token, Some(version)).await;
    }
    store.catalogue.settle(store.id, version).await
}

#[crate::boxed]
pub(super) async fn tags(
    store: &TenantStore,
    conn: &mut Conn,
    before: Version,
    tags: &TagSet,
) -> Result<TagSet> {
    if store.steps.slips(Slip::TagsBeforeLock) {
        let last = ask::answer(conn, store.id, before.n - 1).await?.changes;
        return Ok(last.last().map(|change: &coherence::Change| change.tags.clone()).unwrap_or_default());
    }
    Ok(tags.clone())
}

/// The version that a snapshot is stamped with: `first` is what it read before anything else.
#[crate::boxed]
pub(super) async fn stamped(store: &TenantStore, first: Version) -> Result<Version> {
    if store.steps.slips(Slip::VersionAfterContent) {
        store.steps.reached("slip.unstamped").await;
        let mut conn = store.connect(crate::conn::Purpose::Ask).await?;
        return Ok(version::read(&mut conn, store.id).await?.version);
    }
    Ok(first)
}
