//! Accounts: finding and listing them, making them, and their passwords.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::UserId;

use super::model::{AccountFilter, AccountRow, AccountSort, AccountState};
use crate::{
    error::{Result, StoreError},
    query::{RunQueryDsl, columns},
    schema::tenant::{account, account_role, item},
    tenant::{Desk, Look},
    types::Col,
};

diesel::define_sql_function! {
    /// Lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Applies the filter to a boxed query over `account`.
macro_rules! filtered {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if let Some(text) = &$filter.text {
            let pattern = format!("%{}%", text.to_lowercase().replace(['%', '_', '\\'], ""));
            query = query.filter(
                account::name
                    .like(pattern.clone())
                    .or(lower(account::email).like(pattern.clone()))
                    .or(lower(account::display_name).like(pattern)),
            );
        }
        if let Some(role) = $filter.role {
            let members = account_role::table
                .filter(account_role::role_id.eq(Col(role)))
                .select(account_role::account_id);
            query = query.filter(account::id.eq_any(members));
        }
        match $filter.state {
            None => query,
            Some(AccountState::Disabled) => query.filter(account::disabled.eq(true)),
            Some(AccountState::Active) => {
                query.filter(account::disabled.eq(false)).filter(account::password_hash.is_not_null())
            }
            Some(AccountState::Invited) => {
                query.filter(account::disabled.eq(false)).filter(account::password_hash.is_null())
            }
        }
    }};
}

/// Says which of the two unique things is taken; neither database names them alike.
pub(crate) fn taken(error: diesel::result::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Taken(what) if what.contains("email") => StoreError::Taken("the mail address".into()),
        StoreError::Taken(_) => StoreError::Taken("the user name".into()),
        other => other,
    }
}

impl Look {
    /// One account.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn account(&mut self, id: UserId) -> Result<Option<AccountRow>> {
        Ok(account::table
            .find(Col(id))
            .select(columns::<AccountRow>())
            .first(&mut self.conn)
            .await
            .optional()?)
    }

    /// The account with this login.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn account_named(&mut self, name: &str) -> Result<Option<AccountRow>> {
        Ok(account::table
            .filter(account::name.eq(name))
            .select(columns::<AccountRow>())
            .first(&mut self.conn)
            .await
            .optional()?)
    }

    /// The account with this mail address, given in lower case.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn account_with_email(&mut self, key: &str) -> Result<Option<AccountRow>> {
        Ok(account::table
            .filter(account::email.ne(""))
            .filter(lower(account::email).eq(key))
            .select(columns::<AccountRow>())
            .first(&mut self.conn)
            .await
            .optional()?)
    }

    /// Accounts that a list shows, and how many there are in all.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn accounts(&mut self, filter: &AccountFilter) -> Result<(Vec<AccountRow>, i64)> {
        let rows = {
            let query = filtered!(account::table.select(columns::<AccountRow>()).into_boxed(), filter);
            let query = match (filter.sort, filter.descending) {
                (AccountSort::Name, false) => {
                    query.order((lower(account::display_name).asc(), account::id.asc()))
                }
                (AccountSort::Name, true) => {
                    query.order((lower(account::display_name).desc(), account::id.desc()))
                }
                // who was never here comes last in either direction; the databases differ on that
                (AccountSort::Seen, false) => {
                    query.order((account::seen_at.is_null().asc(), account::seen_at.asc(), account::id.asc()))
                }
                (AccountSort::Seen, true) => query.order((
                    account::seen_at.is_null().asc(),
                    account::seen_at.desc(),
                    account::id.desc(),
                )),
            };
            query.offset(filter.offset).limit(filter.limit).load(&mut self.conn).await
        }?;
        let all = {
            filtered!(account::table.select(diesel::dsl::count_star()).into_boxed(), filter)
                .first(&mut self.conn)
                .await
        }?;
        Ok((rows, all))
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn account_count(&mut self) -> Result<i64> {
        Ok(account::table.count().get_result(&mut self.conn).await?)
    }

    /// How many items outside the bin an account is the author of.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn items_by(&mut self, user: UserId) -> Result<i64> {
        Ok(item::table
            .filter(item::author_id.eq(Some(Col(user))))
            .filter(item::deleted_at.is_null())
            .count()
            .get_result(&mut self.conn)
            .await?)
    }
}

impl Desk {
    /// Makes an account without roles.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if its login or address is another's, or what the database says.
    #[crate::boxed]
    pub async fn add_account(&mut self, row: &AccountRow) -> Result<()> {
        diesel::insert_into(account::table).values(row).execute(&mut self.conn).await.map_err(taken)?;
        Ok(())
    }

    /// Sets a password. `must_change` says that its owner did not choose it.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_password(
        &mut self,
        user: UserId,
        hash: &str,
        must_change: bool,
        now: Timestamp,
    ) -> Result<()> {
        let values = (
            account::password_hash.eq(Some(hash)),
            account::must_change.eq(must_change),
            account::password_changed_at.eq(Some(Col(now))),
        );
        diesel::update(account::table.find(Col(user))).set(values).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Replaces the stored form of a password that stays the same, unless it was changed in between.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn rehash(&mut self, user: UserId, old: &str, new: &str) -> Result<()> {
        let same =
            account::table.filter(account::id.eq(Col(user))).filter(account::password_hash.eq(Some(old)));
        diesel::update(same).set(account::password_hash.eq(Some(new))).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Notes that the owner was here.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn see_account(&mut self, user: UserId, now: Timestamp) -> Result<()> {
        diesel::update(account::table.find(Col(user)))
            .set(account::seen_at.eq(Some(Col(now))))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }
}
