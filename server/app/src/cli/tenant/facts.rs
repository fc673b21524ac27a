//! A tenant as the command line shows it.

use std::sync::Arc;

use jiff::Timestamp;
use rowhouse_domain::{
    TenantId,
    tenant::{Feature, Isolation, Quotas, Recipe, TenantState},
};
use rowhouse_engine::{TenantInfo, identity::OneTimeLink, tenants::MadeAdmin};
use serde::Serialize;

use crate::cli::{Session, out};

/// Facts of a tenant, for people and programs.
#[derive(Debug, Serialize)]
pub struct Facts {
    pub id: TenantId,
    pub name: String,
    pub title: String,
    pub state: TenantState,
    pub reason: Option<String>,
    pub url: Option<String>,
    pub admin_url: Option<String>,
    pub prefix: Option<String>,
    pub hosts: Vec<String>,
    pub ring: String,
    pub isolation: Isolation,
    pub database: String,
    pub schema_version: i64,
    pub recipe: Recipe,
    pub themes: Vec<String>,
    pub features: Vec<Feature>,
    pub quotas: Quotas,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    pub kept_until: Option<Timestamp>,
}

impl Facts {
    pub fn of(session: &Session, tenant: &Arc<TenantInfo>) -> Self {
        let url = session.home(tenant);
        Self {
            id: tenant.id,
            name: tenant.name.to_string(),
            title: tenant.title.clone(),
            state: tenant.state,
            reason: tenant.reason.clone(),
            admin_url: url.as_ref().map(|url| format!("{url}admin")),
            url,
            prefix: tenant.prefix.as_ref().map(ToString::to_string),
            hosts: tenant.hosts.iter().map(ToString::to_string).collect(),
            ring: tenant.ring.clone(),
            isolation: tenant.isolation,
            database: tenant.database_label(),
            schema_version: tenant.schema_version,
            recipe: tenant.recipe,
            themes: tenant.themes.0.iter().cloned().collect(),
            features: tenant.features.0.iter().copied().collect(),
            quotas: tenant.quotas,
            created_at: tenant.created_at,
            updated_at: tenant.updated_at,
            deleted_at: tenant.deleted_at,
            kept_until: session.tenants().kept_until(tenant),
        }
    }

    pub fn text(&self) -> String {
        let all_or = |names: Vec<String>| if names.is_empty() { "all".to_owned() } else { names.join(", ") };
        let limit = |n: u64| if n == 0 { "no limit".to_owned() } else { n.to_string() };
        let media = self.quotas.media_bytes;
        let media = if media == 0 { limit(0) } else { out::size(media) };
        out::facts(&[
            ("name", self.name.clone()),
            ("title", self.title.clone()),
            ("state", self.state.to_string()),
            ("reason", self.reason.clone().unwrap_or_default()),
            ("site", self.url.clone().unwrap_or_default()),
            ("admin", self.admin_url.clone().unwrap_or_default()),
            ("prefix", self.prefix.clone().unwrap_or_default()),
            ("hosts", self.hosts.join(", ")),
            ("ring", self.ring.clone()),
            ("id", self.id.to_string()),
            ("database", self.database.clone()),
            ("schema", self.schema_version.to_string()),
            ("recipe", self.recipe.to_string()),
            ("themes", all_or(self.themes.clone())),
            ("features", all_or(self.features.iter().map(ToString::to_string).collect())),
            ("media", media),
            ("items", limit(self.quotas.items)),
            ("users", limit(self.quotas.users)),
            ("made", time(self.created_at)),
            ("changed", time(self.updated_at)),
            ("deleted", self.deleted_at.map(time).unwrap_or_default()),
            ("kept until", self.kept_until.map(time).unwrap_or_default()),
        ])
    }
}

/// A moment for people, in UTC.
pub fn time(at: Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// What is shown once: who may get in, and by what.
#[derive(Debug, Default, Serialize)]
pub struct Entrance {
    pub admin_user: Option<String>,
    pub admin_password: Option<String>,
    pub setup_url: Option<String>,
    pub setup_until: Option<Timestamp>,
}

impl Entrance {
    pub fn of(url: Option<&str>, admin: Option<&MadeAdmin>, setup: Option<&OneTimeLink>) -> Self {
        Self {
            admin_user: admin.map(|a| a.user.to_string()),
            admin_password: admin.and_then(|a| a.password.as_ref()).map(|p| p.0.clone()),
            setup_url: setup.zip(url).map(|(link, url)| format!("{url}setup?token={}", link.token)),
            setup_until: setup.map(|link| link.expires_at),
        }
    }

    pub fn text(&self) -> String {
        let until = self.setup_until.map(|at| format!("until {}, once", time(at)));
        out::facts(&[
            ("administrator", self.admin_user.clone().unwrap_or_default()),
            (
                "password",
                self.admin_password.as_ref().map(|p| format!("{p}   (shown once)")).unwrap_or_default(),
            ),
            ("set-up link", self.setup_url.clone().unwrap_or_default()),
            ("which works", until.unwrap_or_default()),
        ])
    }
}
