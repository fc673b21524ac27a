//! One snapshot of what visitors see. Every query adds the tags of what it read, also of what it did not
//! find, so that nobody can forget one; the version is read first, in the same snapshot.

use rowhouse_domain::{
    TenantId,
    coherence::{Tag, TagSet, Version},
};

use super::version;
use crate::{
    conn::{Begin, Conn},
    error::Result,
};

/// Of which revision an answer is, and on what it depends.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The revision.
    pub version: Version,
    /// What was read.
    pub tags: TagSet,
}

/// An open snapshot.
pub struct Snapshot {
    pub(crate) conn: Conn,
    tenant: TenantId,
    version: Version,
    tags: TagSet,
}

impl Snapshot {
    #[crate::boxed]
    pub(super) async fn open(mut conn: Conn, tenant: TenantId) -> Result<Self> {
        conn.begin(Begin::Read).await?;
        let row = version::read(&mut conn, tenant).await?;
        Ok(Self { conn, tenant, version: row.version, tags: TagSet::new() })
    }

    #[crate::boxed]
    pub(super) async fn finish(mut self) -> Result<Stamp> {
        self.conn.commit().await?;
        Ok(Stamp { version: self.version, tags: self.tags })
    }

    #[crate::boxed]
    pub(super) async fn abandon(mut self) {
        // the caller's error is the one that matters; a connection that cannot roll back is closed
        let _ = self.conn.rollback().await;
    }

    /// Whose snapshot this is.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The revision that everything read here belongs to.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Notes that the answer depends on `tag`. Only queries of this room know what they read.
    pub(crate) fn depends_on(&mut self, tag: Tag) {
        self.tags.insert(tag);
    }
}
