//! Tokens that work once. Using one is a single conditional update, so that of two who try at once one wins.
//! The same queries serve a tenant's tokens and the catalogue's.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::UserId;

use super::model::{TokenPurpose, TokenRow};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::one_time_token,
    tenant::{Desk, Look},
    types::Col,
};

/// The queries over one table of tokens, as functions over a connection.
macro_rules! token_queries {
    ($table:ident, $user:ident) => {
        #[crate::boxed]
        pub(super) async fn insert(
            conn: &mut $crate::conn::Conn,
            row: &$crate::tenant::TokenRow,
        ) -> $crate::error::Result<()> {
            let values = (
                $table::hash.eq(row.hash.as_slice()),
                $table::purpose.eq(row.purpose.as_str()),
                $table::$user.eq(row.user),
                $table::created_at.eq(row.created_at),
                $table::expires_at.eq(row.expires_at),
                $table::used_at.eq(row.used_at),
            );
            diesel::insert_into($table::table).values(values).execute(conn).await?;
            Ok(())
        }

        #[crate::boxed]
        pub(super) async fn find(
            conn: &mut $crate::conn::Conn,
            hash: &[u8],
        ) -> $crate::error::Result<Option<$crate::tenant::TokenRow>> {
            Ok($table::table.find(hash).first(conn).await.optional()?)
        }

        #[crate::boxed]
        pub(super) async fn spend(
            conn: &mut $crate::conn::Conn,
            hash: &[u8],
            now: Timestamp,
        ) -> $crate::error::Result<Option<$crate::tenant::TokenRow>> {
            let unused = $table::table
                .filter($table::hash.eq(hash))
                .filter($table::used_at.is_null())
                .filter($table::expires_at.gt(Col(now)));
            let done = diesel::update(unused).set($table::used_at.eq(Some(Col(now)))).execute(conn).await?;
            if done == 0 { Ok(None) } else { find(conn, hash).await }
        }

        #[crate::boxed]
        pub(super) async fn drop_of(
            conn: &mut $crate::conn::Conn,
            user: UserId,
        ) -> $crate::error::Result<()> {
            let all = $table::table.filter($table::$user.eq(Some(Col(user))));
            diesel::delete(all).execute(conn).await?;
            Ok(())
        }

        #[crate::boxed]
        pub(super) async fn drop_for(
            conn: &mut $crate::conn::Conn,
            purpose: $crate::tenant::TokenPurpose,
        ) -> $crate::error::Result<()> {
            let all = $table::table.filter($table::purpose.eq(purpose.as_str()));
            diesel::delete(all).execute(conn).await?;
            Ok(())
        }

        #[crate::boxed]
        pub(super) async fn drop_expired(
            conn: &mut $crate::conn::Conn,
            now: Timestamp,
        ) -> $crate::error::Result<usize> {
            let over = $table::table.filter($table::expires_at.le(Col(now)));
            Ok(diesel::delete(over).execute(conn).await?)
        }
    };
}
pub(crate) use token_queries;

token_queries!(one_time_token, account_id);

impl Look {
    /// The token of this hash, used or not.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn token(&mut self, hash: [u8; 32]) -> Result<Option<TokenRow>> {
        find(&mut self.conn, &hash).await
    }
}

impl Desk {
    /// Keeps a new token.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn add_token(&mut self, row: &TokenRow) -> Result<()> {
        insert(&mut self.conn, row).await
    }

    /// Uses a token up, if it still works; of two who try at once, one gets it.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn spend_token(&mut self, hash: [u8; 32], now: Timestamp) -> Result<Option<TokenRow>> {
        spend(&mut self.conn, &hash, now).await
    }

    /// Removes all tokens about an account.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn drop_tokens_of(&mut self, user: UserId) -> Result<()> {
        drop_of(&mut self.conn, user).await
    }

    /// Removes all tokens for one purpose.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn drop_tokens_for(&mut self, purpose: TokenPurpose) -> Result<()> {
        drop_for(&mut self.conn, purpose).await
    }

    /// Removes tokens that are too old; answers how many.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn drop_expired_tokens(&mut self, now: Timestamp) -> Result<usize> {
        drop_expired(&mut self.conn, now).await
    }
}
