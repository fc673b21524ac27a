//! Where super users are signed in.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::UserId;

use super::{
    Catalogue,
    supers::{SuperUserRow, drop_old_tokens, find},
};
use crate::{
    conn::Conn,
    error::Result,
    query::{RunQueryDsl, columns},
    schema::catalogue::{super_session, super_user},
    tenant::SessionRow,
    types::Col,
};

pub(super) mod sessions {
    use crate::query::RunQueryDsl;
    use diesel::prelude::*;
    use jiff::Timestamp;
    use rowhouse_domain::UserId;

    use crate::{schema::catalogue::super_session, types::Col};

    crate::tenant::session_queries!(super_session, user_id);
}

impl Catalogue {
    /// Begins a session, and ends the one that the browser had before. Sessions over or unused since
    /// `unseen_since` are removed. Begins none, and answers so, if the super user was kept out or has another
    /// password than `verified` by now. `renewed` is the form in which the password is kept from now on.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn begin_super_session(
        &self,
        row: SessionRow,
        before: Option<[u8; 32]>,
        unseen_since: Timestamp,
        verified: String,
        renewed: Option<String>,
    ) -> Result<bool> {
        self.write(move |conn| {
            Box::pin(async move {
                let (user, now) = (row.user.0, row.created_at.0);
                if let Some(before) = before {
                    sessions::end(conn, &before).await?;
                }
                sessions::end_expired(conn, now, unseen_since).await?;
                see(conn, user, now).await?;
                let still = find(conn, user).await?;
                if still.is_none_or(|u| u.disabled || u.password_hash.as_ref() != Some(&verified)) {
                    return Ok(false);
                }
                if let Some(new) = renewed {
                    let one = super_user::table.find(Col(user));
                    diesel::update(one)
                        .set(super_user::password_hash.eq(Some(new.as_str())))
                        .execute(conn)
                        .await?;
                }
                sessions::insert(conn, &row).await?;
                Ok(true)
            })
        })
        .await
    }

    /// The session of this hash and whose it is.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn super_session(&self, hash: [u8; 32]) -> Result<Option<(SessionRow, SuperUserRow)>> {
        self.read(move |conn| {
            Box::pin(async move {
                Ok(super_session::table
                    .inner_join(super_user::table.on(super_user::id.eq(super_session::user_id)))
                    .filter(super_session::hash.eq(hash.as_slice()))
                    .select((super_session::all_columns, columns::<SuperUserRow>()))
                    .first(conn)
                    .await
                    .optional()?)
            })
        })
        .await
    }

    /// Notes that a session and its owner were here now.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn see_super_session(&self, user: UserId, hash: [u8; 32], now: Timestamp) -> Result<()> {
        self.write(move |conn| {
            Box::pin(async move {
                sessions::touch(conn, &hash, now).await?;
                see(conn, user, now).await
            })
        })
        .await
    }

    /// Where a super user is signed in, last used first; those that are over included.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn super_sessions_of(&self, user: UserId) -> Result<Vec<SessionRow>> {
        self.read(move |conn| Box::pin(sessions::of_user(conn, user))).await
    }

    /// Ends the session of this hash.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn end_super_session(&self, hash: [u8; 32]) -> Result<()> {
        self.write(move |conn| Box::pin(async move { sessions::end(conn, &hash).await })).await
    }

    /// Ends one session of this super user; answers whether there was one.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn end_super_session_of(&self, user: UserId, hash: [u8; 32]) -> Result<bool> {
        self.write(move |conn| Box::pin(async move { sessions::end_one_of(conn, user, &hash).await })).await
    }

    /// Ends all sessions of a super user but the one kept; answers how many.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn end_super_sessions_of(&self, user: UserId, kept: Option<[u8; 32]>) -> Result<usize> {
        self.write(move |conn| {
            Box::pin(async move {
                sessions::end_all_but(conn, user, kept.as_ref().map(<[u8; 32]>::as_slice)).await
            })
        })
        .await
    }
}

/// Removes sessions that are over or were not used since, and links that are too old; answers how many.
#[crate::boxed]
pub(super) async fn drop_over(conn: &mut Conn, now: Timestamp, unseen_since: Timestamp) -> Result<usize> {
    Ok(sessions::end_expired(conn, now, unseen_since).await? + drop_old_tokens(conn, now).await?)
}

async fn see(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<()> {
    diesel::update(super_user::table.find(Col(user)))
        .set(super_user::seen_at.eq(Some(Col(now))))
        .execute(conn)
        .await?;
    Ok(())
}
