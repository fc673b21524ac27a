//! Roles: reading them, making them, and which count for whom.

use diesel::prelude::*;
use rowhouse_domain::{
    RoleId, UserId,
    coherence::Tag,
    permission::{BuiltinRole, Grants},
};

use super::model::RoleRow;
use crate::{
    error::Result,
    query::{RunQueryDsl, columns},
    schema::tenant::{account, account_role, role},
    tenant::{Desk, Look, Snapshot},
    types::Col,
};

impl Snapshot {
    /// What visitors may do who are not signed in. Depends on the settings: that is what a change of this
    /// role touches.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn anonymous_grants(&mut self) -> Result<Grants> {
        self.depends_on(Tag::Settings);
        let found: Option<RoleRow> = role::table
            .filter(role::name.eq(BuiltinRole::Anonymous.as_str()))
            .select(columns::<RoleRow>())
            .first(&mut self.conn)
            .await
            .optional()?;
        Ok(found.map(|r| r.grants.0).unwrap_or_default())
    }
}

impl Look {
    /// All roles: the built-in ones first, then by title.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn roles(&mut self) -> Result<Vec<RoleRow>> {
        Ok(role::table
            .order((role::builtin.desc(), role::title.asc()))
            .select(columns::<RoleRow>())
            .load(&mut self.conn)
            .await?)
    }

    /// One role.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn role(&mut self, id: RoleId) -> Result<Option<RoleRow>> {
        Ok(role::table.find(Col(id)).select(columns::<RoleRow>()).first(&mut self.conn).await.optional()?)
    }

    /// One role by its word.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn role_named(&mut self, name: &str) -> Result<Option<RoleRow>> {
        Ok(role::table
            .filter(role::name.eq(name))
            .select(columns::<RoleRow>())
            .first(&mut self.conn)
            .await
            .optional()?)
    }

    /// The roles that count for an account: its own, and those that everybody signed in has.
    #[crate::boxed]
    pub(super) async fn counting_roles(&mut self, user: UserId) -> Result<Vec<RoleRow>> {
        let own = || {
            account_role::table.filter(account_role::account_id.eq(Col(user))).select(account_role::role_id)
        };
        Ok(role::table
            .filter(
                role::id
                    .eq_any(own())
                    .or(role::name.eq(BuiltinRole::Authenticated.as_str()))
                    .or(role::name.eq(BuiltinRole::Anonymous.as_str())),
            )
            .select(columns::<RoleRow>())
            .load(&mut self.conn)
            .await?)
    }

    /// The roles given to an account, by title.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn roles_of(&mut self, user: UserId) -> Result<Vec<RoleRow>> {
        Ok(role::table
            .inner_join(account_role::table.on(account_role::role_id.eq(role::id)))
            .filter(account_role::account_id.eq(Col(user)))
            .order(role::title.asc())
            .select(columns::<RoleRow>())
            .load(&mut self.conn)
            .await?)
    }

    /// The roles given to these accounts, by title.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn roles_of_all(&mut self, users: &[UserId]) -> Result<Vec<(UserId, RoleRow)>> {
        let wanted: Vec<Col<UserId>> = users.iter().copied().map(Col).collect();
        let rows: Vec<(Col<UserId>, RoleRow)> = role::table
            .inner_join(account_role::table.on(account_role::role_id.eq(role::id)))
            .filter(account_role::account_id.eq_any(&wanted))
            .order(role::title.asc())
            .select((account_role::account_id, columns::<RoleRow>()))
            .load(&mut self.conn)
            .await?;
        Ok(rows.into_iter().map(|(user, role)| (user.0, role)).collect())
    }

    /// How many accounts have each role that anybody has.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn role_sizes(&mut self) -> Result<Vec<(RoleId, i64)>> {
        let rows: Vec<(Col<RoleId>, i64)> = account_role::table
            .group_by(account_role::role_id)
            .select((account_role::role_id, diesel::dsl::count_star()))
            .load(&mut self.conn)
            .await?;
        Ok(rows.into_iter().map(|(role, n)| (role.0, n)).collect())
    }

    /// How many administrators can sign in now.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn active_administrators(&mut self) -> Result<i64> {
        let members = account_role::table
            .inner_join(role::table.on(role::id.eq(account_role::role_id)))
            .filter(role::name.eq(BuiltinRole::Administrator.as_str()))
            .select(account_role::account_id);
        Ok(account::table
            .filter(account::disabled.eq(false))
            .filter(account::password_hash.is_not_null())
            .filter(account::id.eq_any(members))
            .count()
            .get_result(&mut self.conn)
            .await?)
    }
}

impl Desk {
    /// Makes a role that nobody has yet.
    ///
    /// # Errors
    /// [`StoreError::Taken`](crate::StoreError::Taken) if its word is another's, or what the database says.
    #[crate::boxed]
    pub async fn add_role(&mut self, row: &RoleRow) -> Result<()> {
        diesel::insert_into(role::table).values(row).execute(&mut self.conn).await?;
        Ok(())
    }
}
