//! Sessions. The same queries serve the sessions of a tenant's users and those of super users: two tables
//! alike but for the name of the column that says whose they are.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::UserId;

use super::model::{AccountRow, SessionRow, SignedInRows};
use crate::{
    error::Result,
    query::{RunQueryDsl, columns},
    schema::tenant::{account, session},
    tenant::{Desk, Look},
    types::Col,
};

/// The queries over one table of sessions, as functions over a connection.
macro_rules! session_queries {
    ($table:ident, $user:ident) => {
        #[crate::boxed]
        pub(super) async fn insert(
            conn: &mut $crate::conn::Conn,
            row: &$crate::tenant::SessionRow,
        ) -> $crate::error::Result<()> {
            let values = (
                $table::hash.eq(row.hash.as_slice()),
                $table::$user.eq(row.user),
                $table::csrf.eq(row.csrf.as_slice()),
                $table::agent.eq(row.agent.as_str()),
                $table::address.eq(row.address.as_str()),
                $table::created_at.eq(row.created_at),
                $table::seen_at.eq(row.seen_at),
                $table::expires_at.eq(row.expires_at),
            );
            diesel::insert_into($table::table).values(values).execute(conn).await?;
            Ok(())
        }

        #[crate::boxed]
        pub(super) async fn touch(
            conn: &mut $crate::conn::Conn,
            hash: &[u8],
            now: Timestamp,
        ) -> $crate::error::Result<()> {
            diesel::update($table::table.find(hash)).set($table::seen_at.eq(Col(now))).execute(conn).await?;
            Ok(())
        }

        #[crate::boxed]
        pub(super) async fn of_user(
            conn: &mut $crate::conn::Conn,
            user: UserId,
        ) -> $crate::error::Result<Vec<$crate::tenant::SessionRow>> {
            Ok($table::table
                .filter($table::$user.eq(Col(user)))
                .order($table::seen_at.desc())
                .load(conn)
                .await?)
        }

        #[crate::boxed]
        pub(super) async fn end(conn: &mut $crate::conn::Conn, hash: &[u8]) -> $crate::error::Result<()> {
            diesel::delete($table::table.find(hash)).execute(conn).await?;
            Ok(())
        }

        #[crate::boxed]
        pub(super) async fn end_one_of(
            conn: &mut $crate::conn::Conn,
            user: UserId,
            hash: &[u8],
        ) -> $crate::error::Result<bool> {
            let one = $table::table.filter($table::hash.eq(hash)).filter($table::$user.eq(Col(user)));
            Ok(diesel::delete(one).execute(conn).await? > 0)
        }

        #[crate::boxed]
        pub(in super::super) async fn end_all_but(
            conn: &mut $crate::conn::Conn,
            user: UserId,
            kept: Option<&[u8]>,
        ) -> $crate::error::Result<usize> {
            // no hash is empty, so that without one to keep all go
            let others = $table::table
                .filter($table::$user.eq(Col(user)))
                .filter($table::hash.ne(kept.unwrap_or_default()));
            Ok(diesel::delete(others).execute(conn).await?)
        }

        #[crate::boxed]
        pub(super) async fn end_expired(
            conn: &mut $crate::conn::Conn,
            now: Timestamp,
            unseen_since: Timestamp,
        ) -> $crate::error::Result<usize> {
            let over = $table::table
                .filter($table::expires_at.le(Col(now)).or($table::seen_at.le(Col(unseen_since))));
            Ok(diesel::delete(over).execute(conn).await?)
        }
    };
}
pub(crate) use session_queries;

session_queries!(session, account_id);

impl Look {
    /// The session of this hash with its account and the roles that count, in two queries.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn signed_in(&mut self, hash: [u8; 32]) -> Result<Option<SignedInRows>> {
        let found: Option<(SessionRow, AccountRow)> = session::table
            .inner_join(account::table.on(account::id.eq(session::account_id)))
            .filter(session::hash.eq(hash.as_slice()))
            .select((session::all_columns, columns::<AccountRow>()))
            .first(&mut self.conn)
            .await
            .optional()?;
        let Some((session, account)) = found else { return Ok(None) };
        let roles = self.counting_roles(account.id.0).await?;
        Ok(Some(SignedInRows { session, account, roles }))
    }

    /// Where an account is signed in, last used first; those that are over included.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn sessions_of(&mut self, user: UserId) -> Result<Vec<SessionRow>> {
        of_user(&mut self.conn, user).await
    }
}

impl Desk {
    /// Begins a session.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn begin_session(&mut self, row: &SessionRow) -> Result<()> {
        insert(&mut self.conn, row).await
    }

    /// Notes that a session and its account's owner were here now.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn see_session(&mut self, user: UserId, hash: [u8; 32], now: Timestamp) -> Result<()> {
        touch(&mut self.conn, &hash, now).await?;
        self.see_account(user, now).await
    }

    /// Ends the session of this hash, whosever it is.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn end_session(&mut self, hash: [u8; 32]) -> Result<()> {
        end(&mut self.conn, &hash).await
    }

    /// Ends one session of this account; answers whether there was one.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn end_session_of(&mut self, user: UserId, hash: [u8; 32]) -> Result<bool> {
        end_one_of(&mut self.conn, user, &hash).await
    }

    /// Ends all sessions of an account, but the one kept; answers how many.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn end_sessions_of(&mut self, user: UserId, kept: Option<[u8; 32]>) -> Result<usize> {
        end_all_but(&mut self.conn, user, kept.as_ref().map(<[u8; 32]>::as_slice)).await
    }

    /// Removes sessions that are over, or were not used since the given time; answers how many.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn end_expired_sessions(&mut self, now: Timestamp, unseen_since: Timestamp) -> Result<usize> {
        end_expired(&mut self.conn, now, unseen_since).await
    }
}
