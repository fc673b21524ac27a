//! Edit locks: who is editing what, so that two people learn of each other. A lock forbids nothing by
//! itself: what protects texts is the check of the version that a save is based on.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{ItemId, UserId};

use super::super::super::desk::Desk;
use crate::{error::Result, query::RunQueryDsl, schema::tenant::item, types::Col};

/// What became of a try to lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockState {
    /// It is theirs until the time asked for.
    Taken,
    /// Somebody else has it.
    Held {
        /// Who.
        by: UserId,
        /// Until when.
        until: Timestamp,
    },
    /// There is no such item.
    Gone,
}

impl Desk {
    /// Takes or renews the lock of an item; `force` takes it from whoever has it.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn take_lock(
        &mut self,
        id: ItemId,
        account: UserId,
        now: Timestamp,
        until: Timestamp,
        force: bool,
    ) -> Result<LockState> {
        let Some(row) = self.item_locked(id).await? else { return Ok(LockState::Gone) };
        if let Some((by, held)) = row.lock
            && by != account
            && held > now
            && !force
        {
            return Ok(LockState::Held { by, until: held });
        }
        let lock = (item::lock_account.eq(Some(Col(account))), item::lock_until.eq(Some(Col(until))));
        diesel::update(item::table.find(Col(id))).set(lock).execute(&mut self.conn).await?;
        Ok(LockState::Taken)
    }

    /// Gives up the lock of an item, if it is theirs.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn release_lock(&mut self, id: ItemId, account: UserId) -> Result<()> {
        let theirs = item::table.filter(item::id.eq(Col(id))).filter(item::lock_account.eq(Col(account)));
        let none = (item::lock_account.eq(None::<Col<UserId>>), item::lock_until.eq(None::<Col<Timestamp>>));
        diesel::update(theirs).set(none).execute(&mut self.conn).await?;
        Ok(())
    }
}
