//! The page as it would look, from what is in the editor's form; for the frame inside the editor.

use actix_web::{HttpRequest, HttpResponse, http::header, web::Data};
use rowhouse_domain::{
    ItemId,
    content::{Fields, Kind},
    permission::{Act, Permission},
};
use rowhouse_engine::{
    content,
    pages::{self, Draft, Typed as Unsaved},
};

use super::form::Typed;
use crate::{
    admin::say,
    error::Result,
    extract::{Member, Posted},
    headers,
    site::page,
    state::Web,
};

/// Shows it. Nothing is saved.
///
/// # Errors
/// If the user may neither edit it nor begin one, or the page cannot be made.
pub async fn show(request: HttpRequest, _web: Data<Web>, member: Member, posted: Posted<Typed>) -> Result {
    let typed = member.accept(posted)?;
    let (site, actor) = (&member.at.site, member.actor());
    let kind = typed.kind.parse().unwrap_or(Kind::Page);
    let item: Option<ItemId> = typed.item.parse().ok();
    let kept = match item {
        Some(id) => content::open(site, &actor, id).await?.latest.document.fields,
        None => {
            actor.require(Permission::Item(kind, Act::Create))?;
            Fields::default()
        }
    };
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let meant = typed.meant(kind, &kept, &zone);
    let author = meant.author.or(actor.user);
    let unsaved = Unsaved { item, kind, author, document: meant.document, tags: meant.tags };
    let draft = Draft::Typed(Box::new(unsaved));
    let served = pages::preview(site, &member.at.base, draft, None).await?;
    Ok(framed(page::respond(&request, &served)))
}

/// A page that the admin of the same site may frame, and that nobody keeps or finds.
pub(crate) fn framed(mut answer: HttpResponse) -> HttpResponse {
    let list = answer.headers_mut();
    headers::set(list, "content-security-policy", headers::CSP_PREVIEW);
    headers::set(list, "x-robots-tag", "noindex, nofollow");
    headers::set(list, "referrer-policy", "no-referrer");
    list.remove(header::ETAG);
    answer
}
