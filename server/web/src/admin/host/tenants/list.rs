//! All tenants: filtered, sorted, a page at a time.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use rowhouse_domain::tenant::TenantState;
use rowhouse_engine::{
    TenantInfo,
    tenants::{TenantFilter, TenantSort, newest_schema},
};
use serde::Deserialize;

use crate::{
    admin::{
        frame,
        host::{admin_of, badge, home, when},
        say,
        view::{Badge, Choice, Pager, Sort, TenantList, TenantRow, Tone},
    },
    error::Result,
    extract::SuperUser,
    reply,
    state::Web,
};

const PER_PAGE: u64 = 50;

/// Filters, order, page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    state: String,
    sort: String,
    dir: String,
    page: String,
}

/// The admin begins with the list.
///
/// # Errors
/// If nobody is signed in.
pub async fn first(_who: SuperUser) -> Result {
    Ok(reply::see_other("/admin/tenants"))
}

/// The list.
///
/// # Errors
/// What the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, who: SuperUser, asked: Query<Asked>) -> Result {
    let state: Option<TenantState> = asked.state.parse().ok();
    let (key, sort) = order(&asked.sort);
    // the latest change comes first, unless that is turned round
    let descending = if key == "changed" { asked.dir != "asc" } else { asked.dir == "desc" };
    let mut filter = TenantFilter {
        state,
        text: Some(asked.q.trim().to_owned()).filter(|q| !q.is_empty()),
        sort,
        reverse: descending != (key == "changed"),
        offset: 0,
        limit: i64::try_from(PER_PAGE).unwrap_or(i64::MAX),
    };
    let (lifecycle, actor) = (web.node().lifecycle(), who.actor());
    let wanted: u64 = asked.page.parse().unwrap_or(1);
    filter.offset = i64::try_from((wanted.max(1) - 1).saturating_mul(PER_PAGE)).unwrap_or(i64::MAX);
    let found = lifecycle.list(filter, &actor).await?;
    let total = u64::try_from(found.total).unwrap_or_default();
    let deleted = TenantFilter { state: Some(TenantState::Deleted), limit: 1, ..TenantFilter::default() };
    let deleted = lifecycle.list(deleted, &actor).await?.total;
    let rows = found.tenants.iter().map(|tenant| row(&web, tenant));
    let unreadable = found.unreadable.iter().map(|(name, why)| TenantRow {
        name: name.to_string(),
        title: name.to_string(),
        state: Badge::new(Tone::Danger, "Unreadable"),
        reason: say::sentence(why),
        ..TenantRow::default()
    });
    let view = TenantList {
        shell: frame::host(&web, &request, &who, "Tenants", "/tenants"),
        q: asked.q.clone(),
        states: states(&web, state, deleted),
        filtered: !asked.q.trim().is_empty() || state.is_some(),
        query: say::query(&[("q", &asked.q), ("state", &asked.state)]),
        sort: Sort { key: key.to_owned(), descending },
        pager: Pager::new(wanted, PER_PAGE, total),
        rows: rows.chain(unreadable).collect(),
    };
    frame::show(&web, &request, "", &view)
}

fn order(key: &str) -> (&'static str, TenantSort) {
    match key {
        "changed" => ("changed", TenantSort::Updated),
        "state" => ("state", TenantSort::State),
        _ => ("name", TenantSort::Name),
    }
}

/// The states to filter by, each with how many there are.
fn states(web: &Web, chosen: Option<TenantState>, deleted: i64) -> Vec<Choice> {
    let known = web.node().tenants();
    let any = Choice::new("", "Any state").with_hint(&known.len().to_string());
    let any = if chosen.is_none() { any.chosen() } else { any };
    let choice = |state: &TenantState| {
        let count = match state {
            TenantState::Deleted => usize::try_from(deleted).unwrap_or_default(),
            other => known.iter().filter(|tenant| tenant.state == *other).count(),
        };
        let choice = Choice::new(state.as_str(), &badge(*state).label).with_hint(&count.to_string());
        if chosen == Some(*state) { choice.chosen() } else { choice }
    };
    std::iter::once(any).chain(TenantState::ALL.iter().map(choice)).collect()
}

fn row(web: &Web, tenant: &TenantInfo) -> TenantRow {
    let url = home(web, tenant);
    TenantRow {
        name: tenant.name.to_string(),
        title: tenant.title.clone(),
        state: badge(tenant.state),
        reason: tenant.reason.clone().unwrap_or_default(),
        prefix: tenant.prefix.as_ref().map(ToString::to_string).unwrap_or_default(),
        hosts: tenant.hosts.iter().map(ToString::to_string).collect(),
        database_kind: tenant.database_kind().to_owned(),
        database_name: super::form::database_name(tenant),
        schema_version: tenant.schema_version.to_string(),
        schema_behind: tenant.schema_version < newest_schema(),
        changed: when(tenant.updated_at),
        admin_url: admin_of(web, tenant),
        public_url: url,
        can_suspend: tenant.state == TenantState::Running,
        can_resume: matches!(tenant.state, TenantState::Suspended | TenantState::Failed),
    }
}
