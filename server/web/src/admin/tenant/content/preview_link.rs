//! Links that show an item before it is published.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use rowhouse_domain::ItemId;
use rowhouse_engine::{content, pages};
use serde::Deserialize;

use super::titled;
use crate::{
    admin::{
        frame, say,
        view::{Choice, Link, PreviewLinks, PreviewMade},
    },
    error::Result,
    extract::{Member, Posted},
    state::Web,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a link may live: what the form sends, in words, and in days.
const LIVES: [(&str, &str, u32); 3] = [("1d", "One day", 1), ("7d", "One week", 7), ("30d", "30 days", 30)];

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    duration: String,
}

/// Shows the form.
///
/// # Errors
/// If it is not there, or may not be edited.
pub async fn show(request: HttpRequest, web: Data<Web>, member: Member, id: Path<ItemId>) -> Result {
    screen(&web, &request, &member, *id, None, "7d").await
}

/// Makes a link and shows it, once.
///
/// # Errors
/// As [`show`].
pub async fn make(
    request: HttpRequest,
    web: Data<Web>,
    member: Member,
    id: Path<ItemId>,
    posted: Posted<Wanted>,
) -> Result {
    let wanted = member.accept(posted)?;
    let (site, actor) = (&member.at.site, member.actor());
    let days = LIVES.iter().find(|(key, ..)| *key == wanted.duration).map_or(7, |(_, _, days)| *days);
    let (token, until) = pages::make_preview(site, &actor, *id, DAY * days).await?;
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let origin = pages::origin_of(&web.node().settings().public_url, &member.at.base);
    let link = format!("{origin}{}", member.at.link(&format!("/_preview/{token}")));
    let made = PreviewMade { link, expires: say::when(until, &zone) };
    screen(&web, &request, &member, *id, Some(made), &wanted.duration).await
}

async fn screen(
    web: &Web,
    request: &HttpRequest,
    member: &Member,
    id: ItemId,
    made: Option<PreviewMade>,
    chosen: &str,
) -> Result<HttpResponse> {
    let row = content::item(&member.at.site, &member.actor(), id).await?;
    let mut shell = frame::member(web, request, member, "Preview link", "/content");
    let list = format!("{}/content", member.admin());
    shell.crumbs.push(Link::new("Content", &list));
    shell.crumbs.push(Link::new(titled(&row.title), &format!("{list}/{id}")));
    let choice =
        |(key, label, _): &(&str, &str, u32)| Choice { selected: *key == chosen, ..Choice::new(key, label) };
    let view = PreviewLinks {
        shell,
        id: id.to_string(),
        title: row.title,
        made,
        durations: LIVES.iter().map(choice).collect(),
    };
    frame::show(web, request, member.at.path(), &view)
}
