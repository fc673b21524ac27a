//! The files of a site.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use rowhouse_domain::permission::{Area, Permission};
use rowhouse_engine::content::{self, MediaFilter, MediaSort};
use serde::Deserialize;

use super::{ACCEPT, item};
use crate::{
    admin::{
        frame, say,
        view::{Choice, MediaLibrary, Pager, Problem, Sort},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// Files on one page.
const PER_PAGE: u64 = 48;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    kind: String,
    view: String,
    sort: String,
    dir: String,
    page: String,
}

impl Asked {
    fn sort(&self) -> Sort {
        match self.sort.as_str() {
            key @ ("name" | "size") => Sort { key: key.into(), descending: self.dir == "desc" },
            _ => Sort { key: "uploaded".into(), descending: self.dir != "asc" },
        }
    }

    fn filter(&self, page: u64) -> MediaFilter {
        let sort = self.sort();
        let (by, reverse) = match sort.key.as_str() {
            "name" => (MediaSort::Name, sort.descending),
            "size" => (MediaSort::Size, sort.descending),
            _ => (MediaSort::Uploaded, !sort.descending),
        };
        MediaFilter {
            text: Some(self.q.clone()).filter(|q| !q.is_empty()),
            pictures: self.kind == "image",
            account: None,
            sort: by,
            reverse,
            offset: (page - 1) * PER_PAGE,
            limit: PER_PAGE,
        }
    }
}

/// Shows them.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, member: Member, asked: Query<Asked>) -> Result {
    screen(&web, &request, &member, &asked, Vec::new()).await
}

pub(super) async fn screen(
    web: &Web,
    request: &HttpRequest,
    member: &Member,
    asked: &Asked,
    problems: Vec<Problem>,
) -> Result<HttpResponse> {
    let (site, actor) = (&member.at.site, member.actor());
    let page = asked.page.parse().unwrap_or(1).clamp(1, 100_000);
    let found = content::media_list(site, &actor, asked.filter(page)).await?;
    let names = content::account_names(site, &actor).await?;
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let (used, most) = content::media_space(site, &actor).await?;
    let kind = |value: &str, label| Choice { selected: asked.kind == value, ..Choice::new(value, label) };
    let query = say::query(&[("q", &asked.q), ("kind", &asked.kind)]);
    let view = MediaLibrary {
        shell: frame::member(web, request, member, "Media", "/media"),
        q: asked.q.clone(),
        kinds: vec![kind("", "All files"), kind("image", "Images")],
        layout: if asked.view == "table" { "table".into() } else { "grid".into() },
        filtered: !query.is_empty(),
        query,
        sort: asked.sort(),
        pager: Pager::new(page, PER_PAGE, found.total),
        items: found.rows.iter().map(|row| item(member.at.path(), row, &names, &zone)).collect(),
        can_upload: actor.may(Permission::Site(Area::MediaUpload)),
        accept: ACCEPT.into(),
        largest: say::size(web.settings().upload_bytes as u64),
        space: if most == 0 { String::new() } else { format!("{} of {}", say::size(used), say::size(most)) },
        space_percent: percent(used, most),
        problems,
    };
    if view.problems.is_empty() {
        frame::show(web, request, member.at.path(), &view)
    } else {
        frame::show_problems(web, request, member.at.path(), &view)
    }
}

fn percent(used: u64, most: u64) -> u8 {
    let hundredths = used.saturating_mul(100).checked_div(most).unwrap_or_default();
    u8::try_from(hundredths.min(100)).unwrap_or(100)
}
