//! Doors for signed-in eyes: [`Look`] reads everything, [`Desk`] also writes what visitors never see. A
//! change has both and more, so one query body serves all.

use std::ops::{Deref, DerefMut};

use rowhouse_domain::TenantId;

use crate::{
    conn::{Begin, Conn},
    door::{Parcel, Work},
    error::Result,
};

/// Untagged reads of everything a tenant holds.
pub struct Look {
    pub(crate) conn: Conn,
    tenant: TenantId,
}

impl Look {
    pub(super) const fn new(conn: Conn, tenant: TenantId) -> Self {
        Self { conn, tenant }
    }

    /// Whose data this is.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }
}

/// Private writes, and all reads.
pub struct Desk(Look);

impl Deref for Desk {
    type Target = Look;

    fn deref(&self) -> &Look {
        &self.0
    }
}

impl DerefMut for Desk {
    fn deref_mut(&mut self) -> &mut Look {
        &mut self.0
    }
}

impl Desk {
    pub(super) const fn new(look: Look) -> Self {
        Self(look)
    }
}

/// Runs `work` between begin and commit, or rolls back.
#[crate::boxed]
pub(super) async fn inside(conn: Conn, tenant: TenantId, kind: Begin, work: Work<Desk>) -> Result<Parcel> {
    let mut desk = Desk::new(Look::new(conn, tenant));
    desk.conn.begin(kind).await?;
    match work(&mut desk).await {
        Ok(done) => {
            desk.conn.commit().await?;
            Ok(done)
        }
        Err(error) => {
            let _ = desk.conn.rollback().await;
            Err(error)
        }
    }
}
