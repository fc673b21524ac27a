//! Two versions of an item side by side.

use actix_web::{
    HttpRequest,
    web::{Data, Path, Query},
};
use rowhouse_domain::ItemId;
use rowhouse_engine::content::{self, compare_documents};
use serde::Deserialize;

use super::{differ, titled, versions::entry};
use crate::{
    admin::{
        frame, say,
        view::{Choice, Compare, Link},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// What the address asks for: numbers of versions.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
}

impl Asked {
    /// The older and the newer number; without any, the last two.
    fn pair(&self, latest: u64) -> (u64, u64) {
        let to = self.to.parse().unwrap_or(latest);
        let from = self.from.parse().unwrap_or_else(|_| to.saturating_sub(1).max(1));
        (from.min(to), from.max(to))
    }
}

/// Shows them.
///
/// # Errors
/// If the item or a version is not there, or may not be edited.
pub async fn show(
    request: HttpRequest,
    web: Data<Web>,
    member: Member,
    id: Path<ItemId>,
    asked: Query<Asked>,
) -> Result {
    let (site, actor) = (&member.at.site, member.actor());
    let row = content::item(site, &actor, *id).await?;
    let latest = u64::from(row.version_count.unsigned_abs());
    let (from, to) = asked.pair(latest);
    let older = content::version_numbered(site, &actor, *id, from).await?;
    let newer = content::version_numbered(site, &actor, *id, to).await?;
    let compared = compare_documents(&older.document, &newer.document);
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let mut shell = frame::member(&web, &request, &member, "Compare versions", "/content");
    let list = format!("{}/content", member.admin());
    shell.crumbs.push(Link::new("Content", &list));
    shell.crumbs.push(Link::new(titled(&row.title), &format!("{list}/{id}")));
    shell.crumbs.push(Link::new("Versions", &format!("{list}/{id}/versions")));
    let view = Compare {
        shell,
        id: id.to_string(),
        title: row.title.clone(),
        from: entry(&row, &older, &zone),
        to: entry(&row, &newer, &zone),
        from_choices: choices(latest, from),
        to_choices: choices(latest, to),
        fields: differ::fields(&member, &compared).await?,
        diff: differ::rows(&compared),
        can_restore: row.deleted_at.is_none() && from != latest,
    };
    frame::show(&web, &request, member.at.path(), &view)
}

fn choices(latest: u64, chosen: u64) -> Vec<Choice> {
    let choice = |number: u64| Choice {
        selected: number == chosen,
        ..Choice::new(&number.to_string(), &format!("Version {number}"))
    };
    (1..=latest).rev().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_one_stands_on_the_left() {
        let pair = |from: &str, to: &str| Asked { from: from.into(), to: to.into() }.pair(5);
        assert_eq!([pair("4", "2"), pair("", ""), pair("", "1")], [(2, 4), (4, 5), (1, 1)]);
    }
}
