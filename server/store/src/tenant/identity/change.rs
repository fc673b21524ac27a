//! Changes of people that visitors may see, or that must not race: all happen under the tenant's lock.

use diesel::prelude::*;
use rowhouse_domain::{ItemId, RoleId, UserId, coherence::Tag, permission::BuiltinRole};

use super::{
    account::taken,
    model::{Profile, RoleRow},
};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{account, account_role, autosave, item, role},
    tenant::Change,
    types::Col,
};

impl Change {
    /// Changes login, address, shown name and words of an account. Answers whether there is one.
    ///
    /// # Errors
    /// [`StoreError::Taken`](crate::StoreError::Taken) if login or address is another's, or what the database
    /// says.
    #[crate::boxed]
    pub async fn edit_account(&mut self, id: UserId, new: &Profile) -> Result<bool> {
        let Some(old) = self.account(id).await? else { return Ok(false) };
        let values = (
            account::name.eq(&new.name),
            account::email.eq(&new.email),
            account::display_name.eq(&new.display_name),
            account::bio.eq(&new.bio),
        );
        diesel::update(account::table.find(Col(id)))
            .set(values)
            .execute(&mut self.conn)
            .await
            .map_err(taken)?;
        // the login stands where no name to show is given
        if old.name != new.name || old.display_name != new.display_name || old.bio != new.bio {
            self.touch(Tag::Author(id));
        }
        Ok(true)
    }

    /// Keeps an account out, or lets it in again.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_disabled(&mut self, id: UserId, disabled: bool) -> Result<()> {
        diesel::update(account::table.find(Col(id)))
            .set(account::disabled.eq(disabled))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Gives an account exactly these roles.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_roles(&mut self, id: UserId, roles: &[RoleId]) -> Result<()> {
        let old = account_role::table.filter(account_role::account_id.eq(Col(id)));
        diesel::delete(old).execute(&mut self.conn).await?;
        for role in roles {
            let value = (account_role::account_id.eq(Col(id)), account_role::role_id.eq(Col(*role)));
            diesel::insert_into(account_role::table)
                .values(value)
                .on_conflict_do_nothing()
                .execute(&mut self.conn)
                .await?;
        }
        Ok(())
    }

    /// Removes an account with its sessions and tokens. What it wrote stays, and is the heir's from now on,
    /// or nobody's.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn remove_account(&mut self, id: UserId, heir: Option<UserId>) -> Result<()> {
        let author = Some(Col(id));
        let items: Vec<Col<ItemId>> =
            item::table.filter(item::author_id.eq(author)).select(item::id).load(&mut self.conn).await?;
        let theirs = item::table.filter(item::author_id.eq(author));
        diesel::update(theirs).set(item::author_id.eq(heir.map(Col))).execute(&mut self.conn).await?;
        let locked = item::table.filter(item::lock_account.eq(author));
        let unlock = (item::lock_account.eq(None::<Col<UserId>>), item::lock_until.eq(None::<Col<_>>));
        diesel::update(locked).set(unlock).execute(&mut self.conn).await?;
        let saved = autosave::table.filter(autosave::account_id.eq(Col(id)));
        diesel::delete(saved).execute(&mut self.conn).await?;
        diesel::delete(account::table.find(Col(id))).execute(&mut self.conn).await?;
        self.touch(Tag::Author(id));
        if !items.is_empty() {
            self.touch(posts_by(id));
            heir.into_iter().for_each(|heir| self.touch(posts_by(heir)));
        }
        items.into_iter().for_each(|item| self.touch(Tag::Item(item.0)));
        Ok(())
    }

    /// Changes a role. What visitors may do who are not signed in shows in pages.
    ///
    /// # Errors
    /// [`StoreError::Taken`](crate::StoreError::Taken) if its word is another's, or what the database says.
    #[crate::boxed]
    pub async fn edit_role(&mut self, row: &RoleRow) -> Result<()> {
        diesel::update(role::table.find(row.id)).set(row).execute(&mut self.conn).await?;
        if row.name == BuiltinRole::Anonymous.as_str() {
            self.touch(Tag::Settings);
        }
        Ok(())
    }

    /// Removes a role, also from those who have it.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn remove_role(&mut self, id: RoleId) -> Result<()> {
        diesel::delete(role::table.find(Col(id))).execute(&mut self.conn).await?;
        Ok(())
    }
}

/// The published posts of an author, as the queries for visitors name that list.
fn posts_by(author: UserId) -> Tag {
    Tag::list(&format!("post/author/{author}"))
}
