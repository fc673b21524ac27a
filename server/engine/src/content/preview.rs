//! Links that show one unpublished version to whoever has them, for a day.

use std::time::Duration;

use jiff::Timestamp;
use rowhouse_domain::{ItemId, VersionId};
use rowhouse_store::PublicItem;

use super::guard::{Wish, allow};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// What the signatures are for.
const PURPOSE: &str = "preview";
/// How long a link shows its version.
const VALID: Duration = Duration::from_secs(24 * 60 * 60);

/// What a link shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviewToken {
    /// The item.
    pub item: ItemId,
    /// The version.
    pub version: VersionId,
    /// Until when.
    pub until: Timestamp,
}

fn message(site: &Site, token: &PreviewToken) -> String {
    format!("{}/{}/{}/{}", site.id(), token.item, token.version, token.until.as_second())
}

/// Makes the token of a link to a version.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
pub async fn make_preview(site: &Site, actor: &Actor, item: ItemId, version: VersionId) -> Result<String> {
    let actor = actor.clone();
    site.look(move |s| {
        Box::pin(async move {
            let row = s.item(item).await?.ok_or(EngineError::NotFound("item"))?;
            allow(&actor, &row, Wish::Edit)?;
            let there = s.version(version).await?.is_some_and(|v| v.item == item);
            if there { Ok(()) } else { Err(EngineError::NotFound("version").into()) }
        })
    })
    .await?;
    let token = PreviewToken { item, version, until: site.now() + VALID };
    let signature = site.keys().sign(PURPOSE, message(site, &token).as_bytes());
    Ok(format!("{item}.{version}.{}.{signature}", token.until.as_second()))
}

/// Reads a token of this site's.
fn read(site: &Site, text: &str) -> Option<PreviewToken> {
    let mut parts = text.splitn(4, '.');
    let item = parts.next()?.parse().ok()?;
    let version = parts.next()?.parse().ok()?;
    let until = Timestamp::from_second(parts.next()?.parse().ok()?).ok()?;
    let token = PreviewToken { item, version, until };
    let signed = site.keys().verify(PURPOSE, message(site, &token).as_bytes(), parts.next()?);
    (signed && site.now() < until).then_some(token)
}

/// What a link shows: the version as it would look when published.
///
/// # Errors
/// [`EngineError::NotFound`] if the token is not of this site, has run out, or its version has gone; else
/// what the database says.
pub async fn open_preview(site: &Site, token: &str) -> Result<(PreviewToken, PublicItem)> {
    let token = read(site, token).ok_or(EngineError::NotFound("preview"))?;
    site.look(move |s| {
        Box::pin(async move {
            let shown = s.as_published(token.item, token.version).await?;
            Ok((token, shown.ok_or(EngineError::NotFound("preview"))?))
        })
    })
    .await
}
