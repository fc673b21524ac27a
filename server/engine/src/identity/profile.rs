//! What people change about themselves: their password, and how they are shown and reached.

use rowhouse_domain::UserId;
use rowhouse_store::{AccountRow, Profile};

use super::{
    NewPassword,
    password::FEWEST,
    person::{NewPerson, Password},
    rate::Key,
    session::SignedIn,
    users::taken,
};
use crate::{
    error::{EngineError, Result},
    site::Site,
};

async fn account(site: &Site, user: UserId) -> Result<AccountRow> {
    let found = site.look(move |s| Box::pin(s.account(user))).await?;
    found.ok_or(EngineError::NotFound("user"))
}

/// How one is shown and reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnProfile {
    /// The mail address; may be empty.
    pub email: String,
    /// The name that is shown.
    pub name: String,
    /// A few words that visitors may read.
    pub bio: String,
}

/// How one is shown and reached now.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn own_profile(site: &Site, who: &SignedIn) -> Result<OwnProfile> {
    let account = account(site, who.user).await?;
    Ok(OwnProfile { email: account.email, name: account.display_name, bio: account.bio })
}

/// Changes one's own password, which needs the present one. All other sessions and all links end.
///
/// # Errors
/// [`EngineError::Invalid`] at `current` or `password`, [`EngineError::TooMany`], or what the database says.
#[crate::boxed]
pub async fn change_password(site: &Site, who: &SignedIn, current: &Password, new: &Password) -> Result<()> {
    let account = account(site, who.user).await?;
    let identity = &site.core().identity;
    let title = site.info().title.clone();
    let names = [&account.name, &account.email, &account.display_name, &title].map(String::as_str);
    let new = NewPassword::parse(&new.0, FEWEST, &names);
    let key = Key::account(Some(site.id()), who.user);
    identity.confirm(key, account.password_hash.clone(), current, site.clock().moment()).await?;
    let new = new.map_err(|problem| EngineError::invalid("password", problem))?;
    let kept = identity.hasher.hash(&new).await?;
    let (user, session, now) = (who.user, who.session, site.now());
    site.private(move |s| {
        Box::pin(async move {
            s.set_password(user, &kept, false, now).await?;
            s.drop_tokens_of(user).await?;
            s.end_sessions_of(user, Some(session)).await?;
            Ok(())
        })
    })
    .await
}

/// What one may change about oneself. The login is not among it.
#[derive(Clone, Debug, Default)]
pub struct ProfileEdit {
    /// The mail address; may be empty.
    pub email: String,
    /// The name that is shown.
    pub name: String,
    /// A few words that visitors may read; super users have none.
    pub bio: String,
    /// The present password: needed when the address changes, because links for new passwords go there.
    pub current: Password,
}

/// Changes how one is shown and reached.
///
/// # Errors
/// [`EngineError::Invalid`] at `email`, `name`, `bio` or `current`, [`EngineError::TooMany`], or what the
/// database says.
#[crate::boxed]
pub async fn edit_profile(site: &Site, who: &SignedIn, edit: &ProfileEdit) -> Result<()> {
    let account = account(site, who.user).await?;
    let person = NewPerson {
        user: account.name.clone(),
        email: edit.email.clone(),
        name: edit.name.clone(),
        bio: edit.bio.clone(),
    };
    let person = person.parse()?;
    let moved = person.email_text() != account.email;
    if moved {
        let key = Key::account(Some(site.id()), who.user);
        let now = site.clock().moment();
        site.core().identity.confirm(key, account.password_hash, &edit.current, now).await?;
    }
    let profile = Profile {
        name: account.name,
        email: person.email_text(),
        display_name: person.name,
        bio: person.bio,
    };
    let user = who.user;
    site.write(move |s| {
        Box::pin(async move {
            if !s.edit_account(user, &profile).await.map_err(taken)? {
                return Err(EngineError::NotFound("user").into());
            }
            if moved { s.drop_tokens_of(user).await } else { Ok(()) }
        })
    })
    .await
}
