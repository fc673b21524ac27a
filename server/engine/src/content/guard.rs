//! Checks that use cases share: is it there, may they, is the text in order.

use rowhouse_domain::{
    ItemId,
    content::{Document, Kind},
    permission::{Act, Area, Permission},
    tenant::Feature,
};
use rowhouse_store::{Desk, ItemRow, Result as Stored};

use crate::{
    actor::Actor,
    error::{EngineError, FieldError, Result},
    site::Site,
    tenant_info::TenantInfo,
};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 300;
/// The longest body, in bytes.
const LONGEST_BODY: usize = 4 << 20;
/// The longest excerpt and descriptions, in characters.
const LONGEST_EXCERPT: usize = 2_000;

/// What somebody wants to do with an item.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wish {
    Edit,
    Publish,
    Delete,
}

impl Wish {
    const fn acts(self) -> (Act, Act) {
        match self {
            Wish::Edit => (Act::EditOwn, Act::EditAny),
            Wish::Publish => (Act::PublishOwn, Act::PublishAny),
            Wish::Delete => (Act::DeleteOwn, Act::DeleteAny),
        }
    }
}

/// The permission to do something with an item.
pub(super) fn allow(actor: &Actor, row: &ItemRow, wish: Wish) -> Result<()> {
    let (own, any) = wish.acts();
    actor.require_item(row.kind, own, any, row.author)
}

/// The item, held until the transaction ends, if the actor may do with it what they wish.
#[crate::boxed]
pub(super) async fn held(s: &mut Desk, actor: &Actor, id: ItemId, wish: Wish) -> Stored<ItemRow> {
    let row = s.item_locked(id).await?.ok_or(EngineError::NotFound("item"))?;
    allow(actor, &row, wish)?;
    Ok(row)
}

/// As [`held`], and not in the bin.
#[crate::boxed]
pub(super) async fn live(s: &mut Desk, actor: &Actor, id: ItemId, wish: Wish) -> Stored<ItemRow> {
    let row = held(s, actor, id, wish).await?;
    if row.deleted_at.is_some() {
        return Err(EngineError::Conflict("it is in the bin; take it out first".into()).into());
    }
    Ok(row)
}

/// The permission for an area of the admin.
pub(super) fn area(actor: &Actor, area: Area) -> Result<()> {
    actor.require(Permission::Site(area))
}

/// Refuses what the tenant may not use.
pub(super) fn feature(site: &Site, feature: Feature) -> Result<()> {
    if site.info().features.allows(&feature) {
        return Ok(());
    }
    Err(EngineError::Denied { need: format!("feature {feature}, which this site does not have") })
}

/// Whether the tenant may have items of a kind.
pub(super) fn kind(site: &Site, kind: Kind) -> Result<()> {
    match kind {
        Kind::Page => Ok(()),
        Kind::Post => feature(site, Feature::Posts),
    }
}

/// Checks what was typed, and puts it into its usual form: no blanks around titles and the like.
pub(super) fn document(info: &TenantInfo, kind: Kind, mut d: Document) -> Result<Document> {
    d.title = d.title.trim().to_owned();
    d.excerpt = d.excerpt.trim().to_owned();
    d.fields.seo_title = d.fields.seo_title.trim().to_owned();
    d.fields.seo_description = d.fields.seo_description.trim().to_owned();
    d.fields.password = d.fields.password.map(|p| p.trim().to_owned()).filter(|p| !p.is_empty());
    match kind {
        Kind::Page => d.fields.sticky = false,
        Kind::Post => d.fields.parent = None,
    }
    let mut problems = Vec::new();
    let mut say = |field, problem: String| problems.push(FieldError::new(field, problem));
    let long = |text: &str, most: usize| text.chars().count() > most;
    if d.title.is_empty() {
        say("title", "give it a title".into());
    }
    if long(&d.title, LONGEST_TITLE) || d.title.chars().any(char::is_control) {
        say("title", format!("one line of at most {LONGEST_TITLE} characters"));
    }
    if d.body.len() > LONGEST_BODY {
        say("body", format!("the text has {} bytes; {LONGEST_BODY} are allowed", d.body.len()));
    }
    if d.body.contains('\0') {
        say("body", "the text holds a character that no text has (NUL)".into());
    }
    let notes = [
        ("excerpt", &d.excerpt),
        ("seo_title", &d.fields.seo_title),
        ("seo_description", &d.fields.seo_description),
    ];
    for (field, text) in notes {
        if long(text, LONGEST_EXCERPT) || text.contains('\0') {
            say(field, format!("at most {LONGEST_EXCERPT} characters"));
        }
    }
    if d.fields.password.is_some() && !info.features.allows(&Feature::Passwords) {
        say("password", "this site may not protect content by passwords".into());
    }
    if problems.is_empty() { Ok(d) } else { Err(EngineError::Invalid(problems)) }
}
