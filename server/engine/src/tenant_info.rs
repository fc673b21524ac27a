//! What a node knows of a tenant from the catalogue, decoded.

use jiff::Timestamp;
use rowhouse_domain::{
    TenantId,
    addressing::{Base, Entry},
    name::{HostPattern, Prefix, TenantName},
    tenant::{AllowList, Feature, Isolation, OldPrefix, Quotas, Recipe, TenantState},
};
use rowhouse_store::{Target, TenantRow};

use crate::{error::Result, keys::KeyRing};

/// The purpose that database URLs are sealed for.
pub(crate) const SEAL_URL: &str = "database url";

/// A tenant as the catalogue has it.
#[derive(Clone, Debug)]
pub struct TenantInfo {
    /// Never reused.
    pub id: TenantId,
    /// Its name.
    pub name: TenantName,
    /// What people call it.
    pub title: String,
    /// The address below the base.
    pub prefix: Option<Prefix>,
    /// Hosts of its own.
    pub hosts: Vec<HostPattern>,
    /// Prefixes it had.
    pub old_prefixes: Vec<OldPrefix>,
    /// The group of nodes that serves it.
    pub ring: String,
    /// Where it is in its life.
    pub state: TenantState,
    /// Why.
    pub reason: Option<String>,
    /// How its data is kept apart.
    pub isolation: Isolation,
    /// Where its data is.
    pub(crate) target: Target,
    /// Themes it may wear.
    pub themes: AllowList<String>,
    /// Features it may use.
    pub features: AllowList<Feature>,
    /// What it may use at most.
    pub quotas: Quotas,
    /// What it started with.
    pub recipe: Recipe,
    /// The schema of its database, as last seen.
    pub schema_version: i64,
    /// The version of its row.
    pub seq: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its row last changed.
    pub updated_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
}

impl TenantInfo {
    /// Decodes a row.
    ///
    /// # Errors
    /// If the database URL was sealed with a key that this node does not have.
    pub fn decode(row: TenantRow, keys: &KeyRing) -> Result<Self> {
        let url = keys.open(SEAL_URL, &row.database_url)?.parse()?;
        Ok(Self {
            id: row.id.0,
            name: row.name.0,
            title: row.title,
            prefix: row.prefix.map(|p| p.0),
            hosts: row.hosts.0,
            old_prefixes: row.old_prefixes.0,
            ring: row.ring,
            state: row.state.0,
            reason: row.state_reason,
            isolation: row.isolation.0,
            target: Target { url, schema: row.schema_name },
            themes: row.themes.0,
            features: row.features.0,
            quotas: row.quotas.0,
            recipe: row.recipe.0,
            schema_version: row.schema_version,
            seq: row.seq,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            deleted_at: row.deleted_at.map(|t| t.0),
        })
    }

    /// `PostgreSQL` or `SQLite`.
    #[must_use]
    pub fn database_kind(&self) -> &'static str {
        self.target.url.kind()
    }

    /// The database for screens: without its password, with the schema where there is one.
    #[must_use]
    pub fn database_label(&self) -> String {
        match &self.target.schema {
            Some(schema) => format!("{} schema {schema}", self.target.url),
            None => self.target.url.to_string(),
        }
    }

    /// The entry in the directory of addresses.
    #[must_use]
    pub fn entry(&self, now: Timestamp) -> Entry {
        Entry {
            tenant: self.id,
            name: self.name.clone(),
            prefix: self.prefix.clone(),
            hosts: self.hosts.clone(),
            old_prefixes: OldPrefix::still_leading(&self.old_prefixes, now),
            state: self.state,
        }
    }

    /// Where it answers first: its first exact host, or its prefix at the base.
    #[must_use]
    pub fn home(&self, now: Timestamp) -> Option<Base> {
        self.entry(now).home()
    }

    /// Whether only hosts of its own lead to it, so that it shares no browser origin with other tenants.
    #[must_use]
    pub fn has_own_origin(&self) -> bool {
        !self.hosts.is_empty() && self.prefix.is_none()
    }
}
