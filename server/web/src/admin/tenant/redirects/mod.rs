//! Old addresses that lead to new ones.

pub mod create;
pub mod delete;
pub mod list;

use actix_web::{HttpRequest, HttpResponse};
use rowhouse_domain::ItemId;
use rowhouse_engine::content::{self, RedirectRow as Kept};

use crate::{
    admin::{
        frame, say,
        view::{Pager, Problem, RedirectRow, Redirects, Sort},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// Rows on one page.
const PER_PAGE: u64 = 50;

/// What the list is asked for, and what is in the form beside it.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    sort: String,
    dir: String,
    page: String,
    #[serde(skip)]
    from: String,
    #[serde(skip)]
    to: String,
    #[serde(skip)]
    passing: bool,
}

async fn screen(
    web: &Web,
    request: &HttpRequest,
    member: &Member,
    asked: &Asked,
    problems: Vec<Problem>,
) -> Result<HttpResponse> {
    let (site, actor) = (&member.at.site, member.actor());
    let mut all = content::redirects(site, &actor).await?;
    let wanted = asked.q.trim().to_lowercase();
    let fits = |text: Option<&str>| text.is_some_and(|text| text.to_lowercase().contains(&wanted));
    all.retain(|row| wanted.is_empty() || fits(Some(row.from.as_str())) || fits(row.to.as_deref()));
    let sort = sorted(&mut all, asked);
    let pager = Pager::new(asked.page.parse().unwrap_or(1), PER_PAGE, all.len() as u64);
    let first = usize::try_from((pager.page - 1) * PER_PAGE).unwrap_or(usize::MAX);
    let shown: Vec<Kept> = all.into_iter().skip(first).take(PER_PAGE as usize).collect();
    let view = Redirects {
        shell: frame::member(web, request, member, "Redirects", "/redirects"),
        problems,
        q: asked.q.clone(),
        query: say::query(&[("q", &asked.q)]),
        sort,
        pager,
        rows: rows(member, shown).await?,
        from: asked.from.clone(),
        to: asked.to.clone(),
        permanent: !asked.passing,
    };
    if view.problems.is_empty() {
        frame::show(web, request, member.at.path(), &view)
    } else {
        frame::show_problems(web, request, member.at.path(), &view)
    }
}

fn sorted(all: &mut [Kept], asked: &Asked) -> Sort {
    let descending = asked.dir == "desc";
    match asked.sort.as_str() {
        "to" => all.sort_by(|a, b| a.to.cmp(&b.to)),
        "made" => all.sort_by_key(|row| row.created_at),
        _ => all.sort_by(|a, b| a.from.cmp(&b.from)),
    }
    if descending {
        all.reverse();
    }
    let key = if matches!(asked.sort.as_str(), "to" | "made") { asked.sort.as_str() } else { "from" };
    Sort { key: key.to_owned(), descending }
}

async fn rows(member: &Member, shown: Vec<Kept>) -> Result<Vec<RedirectRow>> {
    let (site, actor) = (&member.at.site, member.actor());
    let items: Vec<ItemId> = shown.iter().filter_map(|row| row.item).collect();
    let labels = content::labels(site, &actor, items).await?;
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let target = |row: &Kept| match (&row.to, row.item.and_then(|id| labels.get(&id))) {
        (Some(to), _) => to.clone(),
        (None, Some((_, Some(route)))) => route.to_string(),
        (None, Some((title, None))) => format!("“{title}”, which is not public"),
        (None, None) => String::new(),
    };
    let row = |row: Kept| RedirectRow {
        id: row.id.to_string(),
        from: row.from.to_string(),
        to: target(&row),
        permanent: row.permanent,
        origin: if row.automatic { "Address changed".into() } else { "By hand or import".into() },
        made: say::day(row.created_at, &zone),
    };
    Ok(shown.into_iter().map(row).collect())
}
