//! Lists of tenants: filtered, ordered, a page at a time.

use diesel::prelude::*;
use rowhouse_domain::tenant::TenantState;

use super::{Catalogue, TenantRow};
use crate::{
    conn::Conn,
    error::Result,
    query::{RunQueryDsl, columns},
    schema::catalogue::tenant,
    types::Col,
};

/// Which tenants a list shows.
#[derive(Clone, Debug, Default)]
pub struct TenantFilter {
    /// Only this state; otherwise all but the deleted.
    pub state: Option<TenantState>,
    /// Words in name, title, prefix or hosts.
    pub text: Option<String>,
    /// The order.
    pub sort: TenantSort,
    /// Whether the order is turned round.
    pub reverse: bool,
    /// Rows to skip.
    pub offset: i64,
    /// Rows at most.
    pub limit: i64,
}

/// The order of a list of tenants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TenantSort {
    /// By name.
    #[default]
    Name,
    /// Newest first.
    Created,
    /// Last changed first.
    Updated,
    /// By state, then name.
    State,
}

impl Catalogue {
    /// Tenants that a list shows, and how many there are in all.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn tenants(&self, filter: TenantFilter) -> Result<(Vec<TenantRow>, i64)> {
        self.read(move |conn| {
            Box::pin(async move {
                let rows = listed(conn, &filter).await?;
                let count = counted(conn, &filter).await?;
                Ok((rows, count))
            })
        })
        .await
    }
}

/// Applies the filter to a boxed query over `tenant`.
macro_rules! filtered {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        query = match $filter.state {
            Some(state) => query.filter(tenant::state.eq(Col(state))),
            None => query.filter(tenant::deleted_at.is_null()),
        };
        if let Some(text) = &$filter.text {
            let pattern = format!("%{}%", text.to_lowercase().replace(['%', '_', '\\'], ""));
            query = query.filter(diesel::BoolExpressionMethods::or(
                searchable().like(pattern.clone()),
                lower(tenant::title).like(pattern),
            ));
        }
        query
    }};
}

diesel::define_sql_function! {
    /// Lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Name, prefix and hosts as one lower-case text.
fn searchable() -> diesel::expression::SqlLiteral<diesel::sql_types::Text> {
    diesel::dsl::sql("tenant.name || ' ' || COALESCE(tenant.prefix, '') || ' ' || CAST(tenant.hosts AS TEXT)")
}

async fn listed(conn: &mut Conn, filter: &TenantFilter) -> Result<Vec<TenantRow>> {
    Ok({
        let query = filtered!(tenant::table.select(columns::<TenantRow>()).into_boxed(), filter);
        let query = match (filter.sort, filter.reverse) {
            (TenantSort::Name, false) => query.order(tenant::name.asc()),
            (TenantSort::Name, true) => query.order(tenant::name.desc()),
            (TenantSort::Created, false) => query.order(tenant::created_at.desc()),
            (TenantSort::Created, true) => query.order(tenant::created_at.asc()),
            (TenantSort::Updated, false) => query.order(tenant::updated_at.desc()),
            (TenantSort::Updated, true) => query.order(tenant::updated_at.asc()),
            (TenantSort::State, false) => query.order((tenant::state.asc(), tenant::name.asc())),
            (TenantSort::State, true) => query.order((tenant::state.desc(), tenant::name.asc())),
        };
        query.offset(filter.offset).limit(filter.limit).load(conn).await
    }?)
}

async fn counted(conn: &mut Conn, filter: &TenantFilter) -> Result<i64> {
    Ok({ filtered!(tenant::table.select(diesel::dsl::count_star()).into_boxed(), filter).first(conn).await }?)
}
