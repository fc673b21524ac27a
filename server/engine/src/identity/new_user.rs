//! A new user of a tenant: with a password, or by a link that can go by mail. Account, roles, link and mail are
//! one change, so that none is there without the others.

use rowhouse_domain::{RoleId, UserId};
use rowhouse_store::{AccountRow, Col};

use super::{
    link::{OneTimeLink, add_link, fresh_for, post, posted},
    password::FEWEST,
    person::{NewPerson, Password, Person},
    users::{USERS, guard_roles, taken},
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// How a new user gets in.
#[derive(Clone, Debug)]
pub enum Entrance {
    /// By an invitation, to choose a password.
    Link,
    /// With a password that was typed for them, and is to be changed at the first sign-in.
    Password(Password),
    /// With a password of their own choice.
    Own(Password),
}

/// A new user as typed.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Who it is.
    pub person: NewPerson,
    /// The roles to give.
    pub roles: Vec<RoleId>,
    /// How they get in.
    pub entrance: Entrance,
}

/// A user just made.
#[derive(Clone, Debug)]
pub struct Created {
    /// The account.
    pub id: UserId,
    /// The invitation, where they get in by one.
    pub link: Option<OneTimeLink>,
}

async fn hashed(site: &Site, new: &NewUser) -> Result<(Person, Option<String>)> {
    match &new.entrance {
        Entrance::Link => Ok((new.person.parse()?, None)),
        Entrance::Password(password) | Entrance::Own(password) => {
            let title = site.info().title.clone();
            let (person, password) = new.person.parse_with(password, FEWEST, &[&title])?;
            Ok((person, Some(site.core().identity.hasher.hash(&password).await?)))
        }
    }
}

/// Makes a user with roles; visitors see nothing of it.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::Invalid`] at `user`, `email`, `name`, `bio`, `password` or `role`,
/// [`EngineError::Quota`], or what the database says.
#[crate::boxed]
pub async fn create_user(site: &Site, actor: &Actor, new: &NewUser) -> Result<Created> {
    make_user(site, actor, new, None).await
}

/// As [`create_user`]; if they get in by a link and have an address, a mail goes there with the link as
/// `{link_base}{token}`.
///
/// # Errors
/// As [`create_user`].
#[crate::boxed]
pub async fn invite_user(site: &Site, actor: &Actor, new: &NewUser, link_base: &str) -> Result<Created> {
    actor.require(USERS)?;
    site.note_due([site.now()]).await?;
    let created = make_user(site, actor, new, Some(link_base)).await?;
    site.due_now().await;
    Ok(created)
}

async fn make_user(site: &Site, actor: &Actor, new: &NewUser, link_base: Option<&str>) -> Result<Created> {
    actor.require(USERS)?;
    let (person, hash) = hashed(site, new).await?;
    let now = site.now();
    let row = AccountRow {
        id: Col(UserId::fresh()),
        name: person.user.to_string(),
        email: person.email_text(),
        display_name: person.name,
        bio: person.bio,
        password_changed_at: hash.as_ref().map(|_| Col(now)),
        password_hash: hash,
        disabled: false,
        must_change: matches!(new.entrance, Entrance::Password(_)),
        created_at: Col(now),
        seen_at: None,
    };
    let mut created = Created { id: row.id.0, link: None };
    let (mut token, mut mail) = (None, None);
    if matches!(new.entrance, Entrance::Link) {
        let (mut link, kept, purpose) = fresh_for(site, &row);
        if let Some(base) = link_base {
            mail = posted(site, &row, purpose, &mut link, base)?;
        }
        (created.link, token) = (Some(link), Some(kept));
    }
    let (actor, roles, most) = (actor.clone(), new.roles.clone(), site.info().quotas.users);
    site.write(move |s| {
        Box::pin(async move {
            let count = u64::try_from(s.account_count().await?).unwrap_or_default();
            if most > 0 && count >= most {
                let text = format!("this site may have {most} users and has {count}; remove one first");
                return Err(EngineError::Quota(text).into());
            }
            guard_roles(s, &actor, &roles).await?;
            s.add_account(&row).await.map_err(taken)?;
            s.set_roles(row.id.0, &roles).await?;
            if let Some(token) = &token {
                add_link(s, row.id.0, token).await?;
            }
            post(s, mail).await
        })
    })
    .await?;
    Ok(created)
}
