//! The admin: what the people who run a site, and those who run the whole row, work in.
//!
//! `view` holds what each screen shows, as plain values; `frame` puts the shell around them. The handlers
//! stand in a folder for each noun and a file for each verb: `tenant` for a site's own admin, `host` for the
//! Default tenant's.

pub mod confirm;
pub mod frame;
pub mod host;
pub mod jobs;
pub mod say;
pub mod tenant;
pub mod view;

use actix_web::HttpRequest;
use rowhouse_domain::{
    content::Kind,
    permission::{Act, Area as Site, Permission},
};
use rowhouse_engine::{identity::SignedIn, pages::Ask};
use rowhouse_render::{RenderError, TemplateHelpers, Templates, context::Overlay};
use rust_embed::RustEmbed;

pub(crate) use tenant::content::preview::framed;

use crate::{context::Area, error, extract, fault::Failure, state::Web};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Sources;

/// Compiles the admin's templates.
///
/// # Errors
/// The first fault, with file and line.
pub fn templates() -> Result<Templates, RenderError> {
    let sources = Sources::iter().filter_map(|name| {
        let file = Sources::get(&name)?;
        Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    });
    Templates::compile(sources, &TemplateHelpers::default())
}

/// The page for a failure inside the admin.
#[must_use]
pub fn fault_page(web: &Web, request: &HttpRequest, area: &Area, failure: &Failure) -> String {
    frame::fault(web, request, area, failure)
}

/// Whose eyes a page of the site is for.
#[derive(Clone, Debug)]
pub enum Eyes {
    /// Nobody's that we know.
    Visitor,
    /// A signed-in person's, with the bar for those who may enter here. Whatever they may do, they are shown
    /// nothing older than their request.
    Member(Option<Overlay>),
}

/// Whose eyes the page is for. Nothing is looked up for a request without a session cookie that one of our
/// keys signed.
///
/// # Errors
/// If it carries one and the database does not say whether it counts: then it must not be taken for a visitor's.
pub async fn eyes(web: &Web, request: &HttpRequest, at: &extract::At, ask: &Ask) -> error::Result<Eyes> {
    let Some((who, _)) = extract::signed_in(web, request, at).await? else { return Ok(Eyes::Visitor) };
    Ok(Eyes::Member(if ask.format.is_page() { overlay(&who, at, ask) } else { None }))
}

fn overlay(who: &SignedIn, at: &extract::At, ask: &Ask) -> Option<Overlay> {
    let may_enter = who.grants.has(Permission::Site(Site::Admin));
    let may_edit = Kind::ALL.iter().any(|kind| who.grants.has(Permission::Item(*kind, Act::EditAny)))
        || who.grants.has(Permission::Item(Kind::Post, Act::EditOwn));
    let admin_url = at.link("/admin");
    let edit_url = may_edit.then(|| format!("{admin_url}/content/at?path={}", encoded(ask.path.as_str())));
    may_enter.then(|| Overlay { user: who.display_name.clone(), edit_url, admin_url, preview: false })
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
