//! The versions of an item.

use actix_web::{
    HttpRequest,
    web::{Data, Path, Query},
};
use jiff::tz::TimeZone;
use rowhouse_domain::{ItemId, content::word_count};
use rowhouse_engine::content::{self, ItemRow, VersionRow as Saved};
use serde::Deserialize;

use super::titled;
use crate::{
    admin::{
        frame, say,
        view::{Badge, Link, Pager, Sort, Tone, VersionRow, Versions},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// Rows on one page.
const PER_PAGE: u64 = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
}

/// Shows them, latest first.
///
/// # Errors
/// If it is not there, or may not be edited.
pub async fn show(
    request: HttpRequest,
    web: Data<Web>,
    member: Member,
    id: Path<ItemId>,
    asked: Query<Asked>,
) -> Result {
    let (site, actor) = (&member.at.site, member.actor());
    let row = content::item(site, &actor, *id).await?;
    let all = content::versions(site, &actor, *id).await?;
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let pager = Pager::new(asked.page.parse().unwrap_or(1), PER_PAGE, all.len() as u64);
    let first = usize::try_from((pager.page - 1) * PER_PAGE).unwrap_or(usize::MAX);
    let shown = all.iter().skip(first).take(PER_PAGE as usize);
    let mut shell = frame::member(&web, &request, &member, "Versions", "/content");
    let list = format!("{}/content", member.admin());
    shell.crumbs.push(Link::new("Content", &list));
    shell.crumbs.push(Link::new(titled(&row.title), &format!("{list}/{id}")));
    let view = Versions {
        shell,
        id: id.to_string(),
        title: row.title.clone(),
        rows: shown.map(|version| entry(&row, version, &zone)).collect(),
        pager,
        query: String::new(),
        sort: Sort::descending("number"),
        can_restore: row.deleted_at.is_none(),
    };
    frame::show(&web, &request, member.at.path(), &view)
}

/// A version as lists and comparisons show it.
pub(super) fn entry(row: &ItemRow, version: &Saved, zone: &TimeZone) -> VersionRow {
    let mut marks = Vec::new();
    if version.id == row.latest_version {
        marks.push(Badge::new(Tone::Neutral, "Latest"));
    }
    if Some(version.id) == row.published_version {
        marks.push(Badge::new(Tone::Good, "Published"));
    }
    VersionRow {
        number: version.number.unsigned_abs().into(),
        marks,
        who: version.author_name.clone().unwrap_or_else(|| "Somebody".to_owned()),
        when: say::when(version.created_at, zone),
        note: version.note.clone(),
        words: word_count(&version.document.body) as u64,
    }
}
