//! Texts that a word opens. Whoever gave the right word gets a proof, bound to the item and to the word, so
//! that changing the word closes the text again.

use rowhouse_domain::name::RoutePath;
use rowhouse_store::PublicItem;
use subtle::ConstantTimeEq;

use crate::{
    error::{EngineError, Result},
    site::Site,
};

/// The purpose that proofs are signed for.
const PURPOSE: &str = "unlocked item";

/// What a browser brings to show that it gave the right word.
#[derive(Clone, Debug)]
pub struct Unlocked(pub String);

async fn item_at(site: &Site, path: &RoutePath) -> Result<Option<PublicItem>> {
    let path = path.clone();
    let (item, _) = site.read(move |s| Box::pin(async move { s.item_at(&path).await })).await?;
    Ok(item)
}

fn message(site: &Site, item: &PublicItem, word: &str) -> Vec<u8> {
    format!("{}\n{}\n{word}", site.id(), item.id).into_bytes()
}

impl Unlocked {
    /// Whether the proof opens what stands at a path.
    #[crate::boxed]
    pub(super) async fn opens(&self, site: &Site, path: &RoutePath) -> Result<bool> {
        let Some(item) = item_at(site, path).await? else { return Ok(false) };
        let Some(word) = &item.password else { return Ok(false) };
        Ok(site.keys().verify(PURPOSE, &message(site, &item, word), &self.0))
    }
}

/// The proof for a right word.
///
/// # Errors
/// [`EngineError::NotFound`] if nothing protected stands there; [`EngineError::Invalid`] for a wrong word.
#[crate::boxed]
pub async fn unlock(site: &Site, path: &RoutePath, word: &str) -> Result<Unlocked> {
    let item = item_at(site, path).await?.ok_or(EngineError::NotFound("page"))?;
    let right = item.password.as_deref().ok_or(EngineError::NotFound("page"))?;
    if bool::from(right.as_bytes().ct_eq(word.as_bytes())) {
        Ok(Unlocked(site.keys().sign(PURPOSE, &message(site, &item, right))))
    } else {
        Err(EngineError::invalid("password", "that is not the word; ask whoever sent you here"))
    }
}
