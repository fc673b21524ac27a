//! Super users and their one-time tokens. They live in the catalogue and are nobody in any tenant's own tables.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::UserId;

use super::{Catalogue, jobs, super_sessions::sessions};
use crate::{
    conn::Conn,
    error::Result,
    jobs::NewJob,
    query::{RunQueryDsl, columns},
    schema::catalogue::super_user,
    sql::Locked,
    tenant::{TokenPurpose, TokenRow, taken},
    types::Col,
};

/// A super user.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = super_user, treat_none_as_default_value = false)]
pub struct SuperUserRow {
    /// Never reused.
    pub id: Col<UserId>,
    /// The login, lower case and unique.
    pub name: String,
    /// The mail address, unique in any case of letters; may be empty.
    pub email: String,
    /// The name that is shown.
    pub display_name: String,
    /// A PHC string; absent until a password is chosen.
    pub password_hash: Option<String>,
    /// Whether the account is kept out.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Col<Timestamp>,
    /// When the password was last chosen.
    pub password_changed_at: Option<Col<Timestamp>>,
    /// When its owner was last here, to the minute.
    pub seen_at: Option<Col<Timestamp>>,
}

/// What became of taking a super user out or in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuperUserChange {
    /// It is done.
    Done,
    /// There is no such super user.
    Missing,
    /// It is the last one that can sign in.
    Last,
}

mod tokens {
    use diesel::prelude::*;
    use jiff::Timestamp;
    use rowhouse_domain::UserId;

    use crate::{query::RunQueryDsl, schema::catalogue::one_time_token, types::Col};

    crate::tenant::token_queries!(one_time_token, subject);
}

diesel::define_sql_function! {
    /// Lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

pub(super) async fn find(conn: &mut Conn, id: UserId) -> Result<Option<SuperUserRow>> {
    Ok(super_user::table.find(Col(id)).select(columns::<SuperUserRow>()).first(conn).await.optional()?)
}

/// All super users, locked, so that two of them cannot take out each other at once.
async fn all_locked(conn: &mut Conn) -> Result<Vec<SuperUserRow>> {
    let all = super_user::table.select(columns::<SuperUserRow>()).order(super_user::id);
    Ok(all.locked().load(conn).await?)
}

async fn insert(conn: &mut Conn, row: &SuperUserRow) -> Result<()> {
    diesel::insert_into(super_user::table).values(row).execute(conn).await.map_err(taken)?;
    Ok(())
}

async fn set_password(conn: &mut Conn, id: UserId, hash: &str, now: Timestamp) -> Result<()> {
    let values =
        (super_user::password_hash.eq(Some(hash)), super_user::password_changed_at.eq(Some(Col(now))));
    diesel::update(super_user::table.find(Col(id))).set(values).execute(conn).await?;
    tokens::drop_of(conn, id).await
}

impl Catalogue {
    /// Whether anybody can manage the installation, or could: disabled and invited ones count.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn has_super_user(&self) -> Result<bool> {
        self.read(|conn| {
            Box::pin(async move {
                let n: i64 = super_user::table.count().get_result(conn).await?;
                Ok(n > 0)
            })
        })
        .await
    }

    /// All super users by login.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn super_users(&self) -> Result<Vec<SuperUserRow>> {
        self.read(|conn| {
            Box::pin(async move {
                Ok(super_user::table
                    .order(super_user::name.asc())
                    .select(columns::<SuperUserRow>())
                    .load(conn)
                    .await?)
            })
        })
        .await
    }

    /// One super user.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn super_user(&self, id: UserId) -> Result<Option<SuperUserRow>> {
        self.read(move |conn| Box::pin(find(conn, id))).await
    }

    /// The super user with this login, or with this mail address in lower case.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn super_user_called(&self, key: String) -> Result<Option<SuperUserRow>> {
        self.read(move |conn| {
            Box::pin(async move {
                let named = super_user::name.eq(&key);
                let at = super_user::email.ne("").and(lower(super_user::email).eq(&key));
                Ok(super_user::table
                    .filter(named.or(at))
                    .select(columns::<SuperUserRow>())
                    .first(conn)
                    .await
                    .optional()?)
            })
        })
        .await
    }

    /// Makes a super user, and the job that mails the invitation.
    ///
    /// # Errors
    /// [`StoreError::Taken`](crate::StoreError::Taken) if login or address is another's, or what the database
    /// says.
    #[crate::boxed]
    pub async fn add_super_user(
        &self,
        row: SuperUserRow,
        invite: Option<TokenRow>,
        mail: Option<NewJob>,
    ) -> Result<()> {
        self.write(move |conn| {
            Box::pin(async move {
                insert(conn, &row).await?;
                if let Some(token) = &invite {
                    tokens::insert(conn, token).await?;
                }
                post(conn, mail).await
            })
        })
        .await
    }

    /// Makes the first super user by a token for that purpose, which ends all such tokens. Answers whether
    /// the token worked.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn add_first_super_user(
        &self,
        row: SuperUserRow,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<bool> {
        self.write(move |conn| {
            Box::pin(async move {
                let spent = tokens::spend(conn, &token, now).await?;
                let fit = spent.is_some_and(|t| t.purpose == TokenPurpose::FirstRun.as_str());
                if !fit || !all_locked(conn).await?.is_empty() {
                    return Ok(false);
                }
                tokens::drop_for(conn, TokenPurpose::FirstRun).await?;
                insert(conn, &row).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Keeps a super user out, or lets them in again. Keeping out ends their sessions and tokens.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_super_user_disabled(&self, id: UserId, disabled: bool) -> Result<SuperUserChange> {
        self.write(move |conn| {
            Box::pin(async move {
                let all = all_locked(conn).await?;
                if !all.iter().any(|row| row.id.0 == id) {
                    return Ok(SuperUserChange::Missing);
                }
                let others = all.iter().any(|r| r.id.0 != id && !r.disabled && r.password_hash.is_some());
                if disabled && !others {
                    return Ok(SuperUserChange::Last);
                }
                let one = super_user::table.find(Col(id));
                diesel::update(one).set(super_user::disabled.eq(disabled)).execute(conn).await?;
                if disabled {
                    sessions::end_all_but(conn, id, None).await?;
                    tokens::drop_of(conn, id).await?;
                }
                Ok(SuperUserChange::Done)
            })
        })
        .await
    }

    /// Changes how a super user is reached and shown. Another address ends all tokens about them, which went to
    /// the old one. Answers whether there is such a super user.
    ///
    /// # Errors
    /// [`StoreError::Taken`](crate::StoreError::Taken) if the address is another's, or what the database says.
    #[crate::boxed]
    pub async fn edit_super_user(&self, id: UserId, email: String, shown: String) -> Result<bool> {
        self.write(move |conn| {
            Box::pin(async move {
                let Some(before) = find(conn, id).await? else { return Ok(false) };
                let values = (super_user::email.eq(&email), super_user::display_name.eq(&shown));
                diesel::update(super_user::table.find(Col(id)))
                    .set(values)
                    .execute(conn)
                    .await
                    .map_err(taken)?;
                if before.email != email {
                    tokens::drop_of(conn, id).await?;
                }
                Ok(true)
            })
        })
        .await
    }

    /// Sets a password; ends all tokens about the super user and all sessions but the one kept.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn set_super_password(
        &self,
        id: UserId,
        hash: String,
        kept: Option<[u8; 32]>,
        now: Timestamp,
    ) -> Result<()> {
        self.write(move |conn| {
            Box::pin(async move {
                set_password(conn, id, &hash, now).await?;
                sessions::end_all_but(conn, id, kept.as_ref().map(<[u8; 32]>::as_slice)).await?;
                Ok(())
            })
        })
        .await
    }

    /// Sets a password by a token, which is used up, and ends all sessions. Answers whether the token worked.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn redeem_super_token(&self, token: [u8; 32], hash: String, now: Timestamp) -> Result<bool> {
        self.write(move |conn| {
            Box::pin(async move {
                let Some(spent) = tokens::spend(conn, &token, now).await? else { return Ok(false) };
                let Some(id) = spent.user else { return Ok(false) };
                let usable = find(conn, id.0).await?.is_some_and(|user| !user.disabled);
                if !usable {
                    return Ok(false);
                }
                set_password(conn, id.0, &hash, now).await?;
                sessions::end_all_but(conn, id.0, None).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Keeps a token, and the job that mails it; earlier ones about the same super user end, and so do those
    /// that are too old.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn add_super_token(&self, row: TokenRow, mail: Option<NewJob>) -> Result<()> {
        self.write(move |conn| {
            Box::pin(async move {
                tokens::drop_expired(conn, row.created_at.0).await?;
                if let Some(user) = row.user {
                    tokens::drop_of(conn, user.0).await?;
                }
                tokens::insert(conn, &row).await?;
                post(conn, mail).await
            })
        })
        .await
    }

    /// The token of this hash, used or not.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn super_token(&self, hash: [u8; 32]) -> Result<Option<TokenRow>> {
        self.read(move |conn| Box::pin(async move { tokens::find(conn, &hash).await })).await
    }
}

async fn post(conn: &mut Conn, mail: Option<NewJob>) -> Result<()> {
    match mail {
        Some(job) => jobs::insert(conn, &job).await.map(drop),
        None => Ok(()),
    }
}

/// Removes links that are too old; answers how many.
pub(super) async fn drop_old_tokens(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    tokens::drop_expired(conn, now).await
}
