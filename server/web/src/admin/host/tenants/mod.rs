//! Tenants: the list, a new one, one of them with its addresses and limits, and what can be done to it.

pub mod backup;
pub mod delete;
pub mod detail;
pub mod edit;
mod form;
pub mod list;
pub mod new;
pub mod reset;
pub mod setup_link;
pub mod state;

use rowhouse_engine::identity::OneTimeLink;

use super::when;
use crate::admin::view::OneTime;

/// Where a tenant's screen is.
fn place(name: &str) -> String {
    format!("/admin/tenants/{name}")
}

/// A set-up link as it is shown once.
fn once(home: &str, link: &OneTimeLink) -> OneTime {
    OneTime { link: format!("{home}setup?token={}", link.token), expires: when(link.expires_at) }
}
