//! The list of pages and posts.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use jiff::{Timestamp, tz::TimeZone};
use rowhouse_domain::{
    content::{Kind, Status},
    permission::Act,
};
use rowhouse_engine::content::{self, ItemFilter, ItemRow, ItemSort, Overview};
use serde::Deserialize;

use super::{kind_word, live_url, state, tree};
use crate::{
    admin::{
        frame, say,
        view::{Choice, ContentList, ContentRow, Pager, Shell, Sort},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// Rows on one page.
const PER_PAGE: u64 = 50;

/// What the address asks for; what it says wrongly is not asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
    status: String,
    author: String,
    term: String,
    q: String,
    sort: String,
    dir: String,
    page: String,
}

impl Asked {
    fn sort(&self) -> Sort {
        let key = match self.sort.as_str() {
            known @ ("title" | "author" | "published") => known,
            _ => "changed",
        };
        let latest_first = matches!(key, "changed" | "published") && self.dir != "asc";
        Sort { key: key.to_owned(), descending: latest_first || self.dir == "desc" }
    }

    fn page(&self) -> u64 {
        self.page.parse().unwrap_or(1).clamp(1, 100_000)
    }

    fn query(&self) -> String {
        say::query(&[
            ("kind", &self.kind),
            ("status", &self.status),
            ("author", &self.author),
            ("term", &self.term),
            ("q", &self.q),
        ])
    }

    fn filter(&self) -> ItemFilter {
        let sort = self.sort();
        let (by, reverse) = match sort.key.as_str() {
            "title" => (ItemSort::Title, sort.descending),
            "author" => (ItemSort::Author, sort.descending),
            "published" => (ItemSort::Published, !sort.descending),
            _ => (ItemSort::Saved, !sort.descending),
        };
        ItemFilter {
            kind: self.kind.parse().ok(),
            status: self.status.parse().ok(),
            author: self.author.parse().ok(),
            term: self.term.parse().ok(),
            text: Some(self.q.clone()).filter(|q| !q.is_empty()),
            bin: false,
            sort: by,
            reverse,
            offset: (self.page() - 1) * PER_PAGE,
            limit: PER_PAGE,
        }
    }
}

/// Shows the list.
///
/// # Errors
/// Without any permission for content, or what the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, member: Member, asked: Query<Asked>) -> Result {
    let found = content::overview(&member.at.site, &member.actor(), asked.filter()).await?;
    let shell = frame::member(&web, &request, &member, "Content", "/content");
    let view = screen(shell, &member, &asked, &found);
    frame::show(&web, &request, member.at.path(), &view)
}

fn screen(shell: Shell, member: &Member, asked: &Asked, found: &Overview) -> ContentList {
    let zone = say::zone(&found.settings.time_zone);
    let now = member.at.site.now();
    let rows = found.page.rows.iter().map(|row| entry(&shell, member, found, row, &zone, now)).collect();
    let may =
        |own, any| found.page.rows.iter().any(|row| member.actor().may_item(row.kind, own, any, row.author));
    let query = asked.query();
    ContentList {
        kinds: kinds(asked),
        statuses: statuses(asked),
        authors: authors(asked, found),
        terms: terms(asked, found),
        q: asked.q.clone(),
        filtered: !query.is_empty(),
        query,
        sort: asked.sort(),
        pager: Pager::new(asked.page(), PER_PAGE, found.page.total),
        rows,
        can_publish: may(Act::PublishOwn, Act::PublishAny),
        can_delete: may(Act::DeleteOwn, Act::DeleteAny),
        creates: shell.quick.clone(),
        shell,
    }
}

fn entry(
    shell: &Shell,
    member: &Member,
    found: &Overview,
    row: &ItemRow,
    zone: &TimeZone,
    now: Timestamp,
) -> ContentRow {
    let name_of = |id| found.names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    let terms: Vec<&str> =
        found.terms.get(&row.id).into_iter().flatten().map(|term| term.name.as_str()).collect();
    let lock = row.lock.filter(|(who, until)| *until > now && *who != member.who.user);
    ContentRow {
        id: row.id.to_string(),
        title: row.title.clone(),
        kind: kind_word(row.kind).to_owned(),
        state: state(row),
        has_changes: row.has_unpublished_changes(),
        author: row.author_name.clone().unwrap_or_default(),
        terms: terms.join(", "),
        route: row.route.as_ref().map_or_else(|| format!("/{}", row.slug), ToString::to_string),
        live_url: live_url(shell, row),
        changed: say::when(row.saved_at, zone),
        depth: 0,
        sticky: row.sticky,
        locked_by: lock.map(|(who, _)| name_of(who).unwrap_or_else(|| "Somebody".to_owned())),
        can_edit: member.actor().may_item(row.kind, Act::EditOwn, Act::EditAny, row.author),
    }
}

fn choices(first: &str, chosen: &str, others: impl Iterator<Item = (String, String)>) -> Vec<Choice> {
    let all = std::iter::once((String::new(), first.to_owned())).chain(others);
    let choice = |(value, label): (String, String)| {
        let selected = value == chosen;
        Choice { selected, ..Choice::new(&value, &label) }
    };
    all.map(choice).collect()
}

fn kinds(asked: &Asked) -> Vec<Choice> {
    let kinds = Kind::ALL.iter().map(|kind| (kind.to_string(), format!("{}s", kind_word(*kind))));
    choices("All kinds", &asked.kind, kinds)
}

fn statuses(asked: &Asked) -> Vec<Choice> {
    let words = [
        (Status::Draft, "Draft"),
        (Status::Review, "In review"),
        (Status::Scheduled, "Scheduled"),
        (Status::Published, "Published"),
        (Status::Archived, "Archived"),
    ];
    choices("Any state", &asked.status, words.into_iter().map(|(s, word)| (s.to_string(), word.to_owned())))
}

fn authors(asked: &Asked, found: &Overview) -> Vec<Choice> {
    choices("Anyone", &asked.author, found.names.iter().map(|(id, name)| (id.to_string(), name.clone())))
}

fn terms(asked: &Asked, found: &Overview) -> Vec<Choice> {
    let mut all = vec![Choice::new("", "Any category or tag")];
    all.extend(tree::of_terms(&found.categories, |_| true));
    all.extend(found.tags.iter().map(|tag| Choice::new(&tag.id.to_string(), &tag.name)));
    for choice in &mut all {
        choice.selected = choice.value == asked.term;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_says_wrongly_is_not_asked_for() {
        let asked = Asked { kind: "zebra".into(), page: "-3".into(), sort: "x".into(), ..Asked::default() };
        let filter = asked.filter();
        assert_eq!((filter.kind, filter.offset, filter.sort), (None, 0, ItemSort::Saved));
    }

    #[test]
    fn the_latest_comes_first_unless_turned_round() {
        let sorted = |sort: &str, dir: &str| {
            let asked = Asked { sort: sort.into(), dir: dir.into(), ..Asked::default() };
            (asked.sort().descending, asked.filter().reverse)
        };
        assert_eq!(sorted("", ""), (true, false));
        assert_eq!(sorted("changed", "asc"), (false, true));
        assert_eq!(sorted("title", ""), (false, false));
        assert_eq!(sorted("title", "desc"), (true, true));
    }
}
