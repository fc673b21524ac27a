//! The list.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use jiff::tz::TimeZone;
use rowhouse_engine::{
    identity::{self, AccountSort, UserFilter, UserSummary},
    preferences,
};
use serde::Deserialize;

use super::badge;
use crate::{
    admin::{
        frame, say,
        view::{Choice, Pager, Sort, UserRow, Users},
    },
    error::Result,
    extract::{Can, Member, need},
    state::Web,
};

/// Rows of a page.
const ROWS: u32 = 50;

/// Filters, order and page.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    dir: String,
    page: Option<u32>,
}

impl Asked {
    fn filter(&self, page: u32) -> UserFilter {
        UserFilter {
            text: Some(self.q.clone()),
            role: self.role.parse().ok(),
            state: self.state.parse().ok(),
            sort: self.sort.parse().unwrap_or(AccountSort::Name),
            descending: self.dir == "desc",
            offset: (page - 1).saturating_mul(ROWS),
            limit: ROWS,
        }
    }
}

fn row(user: UserSummary, member: &Member, zone: &TimeZone) -> UserRow {
    let titles: Vec<&str> = user.roles.iter().map(|role| role.title.as_str()).collect();
    UserRow {
        id: user.id.to_string(),
        roles: titles.join(", "),
        state: badge(user.state),
        seen: user.seen_at.map(|at| say::when(at, zone)),
        is_self: user.id == member.who.user,
        name: user.display_name,
        user: user.name,
        email: user.email,
    }
}

/// Shows the users of the site.
///
/// # Errors
/// What the database says.
pub async fn show(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Users>,
    asked: Query<Asked>,
) -> Result {
    let (site, actor) = (&can.at.site, can.actor());
    let page = asked.page.unwrap_or(1).max(1);
    let filter = asked.filter(page);
    let sort = Sort { key: filter.sort.to_string(), descending: filter.descending };
    let (mut found, total) = identity::users(site, &actor, filter).await?;
    let pager = Pager::new(page.into(), ROWS.into(), total);
    if pager.page < u64::from(page) {
        // a page beyond the last one is the last one
        let last = u32::try_from(pager.page).unwrap_or(1);
        found = identity::users(site, &actor, asked.filter(last)).await?.0;
    }
    let zone = preferences::zone(site).await?;
    let roles = identity::roles(site, &actor).await?;
    let any = Choice { selected: asked.role.is_empty(), ..Choice::new("", "Any role") };
    let roles = roles.into_iter().filter(|role| role.assignable).map(|role| {
        let id = role.id.to_string();
        Choice { selected: asked.role == id, ..Choice::new(&id, &role.title) }
    });
    let view = Users {
        shell: frame::member(&web, &request, &can, "Users", "/users"),
        q: asked.q.clone(),
        roles: std::iter::once(any).chain(roles).collect(),
        query: say::query(&[("q", &asked.q), ("role", &asked.role), ("state", &asked.state)]),
        sort,
        pager,
        rows: found.into_iter().map(|user| row(user, &can, &zone)).collect(),
        can_create: true,
    };
    frame::show(&web, &request, can.at.path(), &view)
}
