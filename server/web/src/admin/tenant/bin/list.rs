//! What is in the bin.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use rowhouse_engine::content::{self, ItemFilter, ItemSort};
use serde::Deserialize;

use super::{super::content::kind_word, may_delete};
use crate::{
    admin::{
        frame, say,
        view::{Bin, BinRow, Pager, Sort},
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
    sort: String,
    dir: String,
    page: String,
}

/// Shows it.
///
/// # Errors
/// Without any permission for content, or what the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, member: Member, asked: Query<Asked>) -> Result {
    let page = asked.page.parse().unwrap_or(1).clamp(1, 100_000);
    let sort = match asked.sort.as_str() {
        "title" => Sort { key: "title".into(), descending: asked.dir == "desc" },
        _ => Sort { key: "deleted".into(), descending: asked.dir != "asc" },
    };
    let filter = ItemFilter {
        bin: true,
        sort: if sort.key == "title" { ItemSort::Title } else { ItemSort::Deleted },
        reverse: if sort.key == "title" { sort.descending } else { !sort.descending },
        offset: (page - 1) * PER_PAGE,
        limit: PER_PAGE,
        ..ItemFilter::default()
    };
    let found = content::overview(&member.at.site, &member.actor(), filter).await?;
    let zone = say::zone(&found.settings.time_zone);
    let row = |row: &content::ItemRow| BinRow {
        id: row.id.to_string(),
        title: row.title.clone(),
        kind: kind_word(row.kind).into(),
        who: row.author_name.clone().unwrap_or_default(),
        deleted: say::when(row.deleted_at.unwrap_or(row.updated_at), &zone),
        leaves: None,
    };
    let view = Bin {
        shell: frame::member(&web, &request, &member, "Bin", "/bin"),
        query: String::new(),
        sort,
        pager: Pager::new(page, PER_PAGE, found.page.total),
        rows: found.page.rows.iter().map(row).collect(),
        keep_days: None,
        can_purge: found.page.rows.iter().any(|row| may_delete(&member, row)),
    };
    frame::show(&web, &request, member.at.path(), &view)
}
