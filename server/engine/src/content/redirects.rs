//! Redirects from old addresses.

use rowhouse_domain::{
    ItemId, RedirectId,
    name::RoutePath,
    permission::{Area, Permission},
    tenant::Feature,
};
use rowhouse_store::RedirectRow;

use super::guard;
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// All redirects by path.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn redirects(site: &Site, actor: &Actor) -> Result<Vec<RedirectRow>> {
    actor.require(Permission::Site(Area::Redirects))?;
    site.look(|s| Box::pin(async move { s.redirects().await })).await
}

/// Where a redirect may lead: a path of the site or an address on the web.
fn target(text: &str) -> Result<String> {
    let text = text.trim();
    let told =
        || EngineError::invalid("to", "write a path as in /about or an address as in https://example.org/");
    if text.len() > 2_000 || text.chars().any(char::is_control) {
        return Err(told());
    }
    if text.starts_with('/') && !text.starts_with("//") {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let canonical = RoutePath::canonical(path).map_err(|e| EngineError::invalid("to", e))?;
        let rest = text.strip_prefix(path).unwrap_or_default();
        return Ok(format!("{}{rest}", canonical.path));
    }
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url.into()),
        _ => Err(told()),
    }
}

/// Makes a redirect to an address or to an item, in place of one from the same path.
///
/// # Errors
/// [`EngineError::Conflict`] if something stands at the path, [`EngineError::Invalid`],
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn add_redirect(
    site: &Site,
    actor: &Actor,
    from: &str,
    to: Result<ItemId, String>,
    permanent: bool,
) -> Result<RedirectRow> {
    guard::area(actor, Area::Redirects)?;
    guard::feature(site, Feature::Redirects)?;
    let from = RoutePath::canonical(from.trim()).map_err(|e| EngineError::invalid("from", e))?.path;
    if from.is_root() {
        return Err(EngineError::invalid("from", "the front page cannot be redirected"));
    }
    let (item, to) = match to {
        Ok(item) => (Some(item), None),
        Err(address) => (None, Some(target(&address)?)),
    };
    if to.as_deref() == Some(from.as_str()) {
        return Err(EngineError::invalid("to", "it would lead to itself"));
    }
    let row = RedirectRow {
        id: RedirectId::fresh(),
        from,
        to,
        item,
        permanent,
        automatic: false,
        created_at: site.now(),
    };
    site.write(move |s| {
        Box::pin(async move {
            if s.item_by_route(&row.from).await?.is_some() {
                let told = format!("something is published at {}; move it first", row.from);
                return Err(EngineError::Conflict(told).into());
            }
            if let Some(item) = row.item
                && s.item(item).await?.is_none()
            {
                return Err(EngineError::NotFound("item").into());
            }
            // two that lead to each other would send visitors in a circle
            let back = match row.to.as_deref().map(RoutePath::parse) {
                Some(Ok(path)) => s.redirect_at(&path).await?,
                _ => None,
            };
            if back.is_some_and(|b| b.to.as_deref() == Some(row.from.as_str())) {
                return Err(EngineError::invalid("to", "that path leads back here").into());
            }
            s.put_redirect(&row).await?;
            Ok(row)
        })
    })
    .await
}

/// Removes a redirect.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn delete_redirect(site: &Site, actor: &Actor, id: RedirectId) -> Result<()> {
    guard::area(actor, Area::Redirects)?;
    let there = site.write(move |s| Box::pin(async move { s.delete_redirect(id).await })).await?;
    if there { Ok(()) } else { Err(EngineError::NotFound("redirect")) }
}
