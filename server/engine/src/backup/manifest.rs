//! What a backup says of itself.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rowhouse_domain::{
    TenantId,
    name::{HostPattern, Prefix, TenantName},
    tenant::{Feature, Quotas, Recipe, TenantState},
};
use serde::{Deserialize, Serialize};

use crate::tenant_info::TenantInfo;

/// The layout of the archive. A reader refuses a higher one.
pub(super) const FORMAT: u32 = 1;
/// The manifest's name in the archive.
pub(super) const NAME: &str = "manifest.json";

/// The last entry of a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The layout of the archive.
    pub format: u32,
    /// The build that wrote it.
    pub program: String,
    /// When it was begun.
    pub made_at: Timestamp,
    /// The schema of the tables.
    pub schema_version: i64,
    /// The tenant's revision that the rows are of.
    pub revision: i64,
    /// The tenant as the catalogue had it.
    pub tenant: TenantFacts,
    /// The tables in it.
    pub tables: Vec<TableFacts>,
    /// The media in it.
    pub media: MediaFacts,
    /// Every other entry, in order.
    pub entries: Vec<Entry>,
}

/// A tenant as the catalogue had it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TenantFacts {
    /// Its id; a restored tenant has another.
    pub id: TenantId,
    /// Its name.
    pub name: TenantName,
    /// What people call it.
    pub title: String,
    /// Its prefix.
    pub prefix: Option<Prefix>,
    /// Its hosts.
    pub hosts: Vec<HostPattern>,
    /// The group of nodes that served it.
    pub ring: String,
    /// Its state.
    pub state: TenantState,
    /// What it had started with.
    pub recipe: Recipe,
    /// Themes it might wear; all if empty.
    pub themes: Names,
    /// Features it might use; all if empty.
    pub features: Features,
    /// What it might use at most.
    pub quotas: Quotas,
    /// When it was created.
    pub created_at: Timestamp,
}

/// Names of themes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names(pub BTreeSet<String>);

/// Features.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Features(pub BTreeSet<Feature>);

impl TenantFacts {
    pub(super) fn of(info: &TenantInfo) -> Self {
        Self {
            id: info.id,
            name: info.name.clone(),
            title: info.title.clone(),
            prefix: info.prefix.clone(),
            hosts: info.hosts.clone(),
            ring: info.ring.clone(),
            state: info.state,
            recipe: info.recipe,
            themes: Names(info.themes.0.clone()),
            features: Features(info.features.0.clone()),
            quotas: info.quotas,
            created_at: info.created_at,
        }
    }
}

/// One table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TableFacts {
    /// Its name.
    pub name: String,
    /// The columns that its rows name.
    pub columns: Vec<String>,
    /// How many rows there are.
    pub rows: u64,
}

/// The media.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFacts {
    /// Files in the archive.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were gone by the time their turn came.
    pub missing: u64,
}

/// One file in the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its path.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}
