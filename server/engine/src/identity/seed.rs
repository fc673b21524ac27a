//! The first people of a tenant: its roles, and its administrator by a one-time link where nobody was named
//! when it was created.

use jiff::Timestamp;
use rowhouse_domain::{RoleId, UserId, permission::BuiltinRole};
use rowhouse_store::{AccountRow, Col, Json, Look, RoleRow, TokenPurpose};

use super::{
    link::{OneTimeLink, spent, works},
    password::FEWEST,
    person::{NewPerson, Password},
    users::taken,
};
use crate::{
    error::{EngineError, Result},
    keys::hash_token,
    site::Site,
};

const fn words(role: BuiltinRole) -> (&'static str, &'static str) {
    match role {
        BuiltinRole::Administrator => ("Administrator", "May do everything on this site."),
        BuiltinRole::Editor => ("Editor", "Writes and publishes, also what others wrote."),
        BuiltinRole::Author => ("Author", "Writes and publishes posts of their own."),
        BuiltinRole::Contributor => ("Contributor", "Writes; others publish."),
        BuiltinRole::Authenticated => ("Authenticated", "Everyone who is signed in."),
        BuiltinRole::Anonymous => ("Anonymous", "Everyone else."),
    }
}

/// Makes the built-in roles that are missing. Answers the administrators' role.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn seed_roles(site: &Site) -> Result<RoleId> {
    site.private(|s| {
        Box::pin(async move {
            for role in BuiltinRole::ALL {
                if s.role_named(role.as_str()).await?.is_some() {
                    continue;
                }
                let (title, description) = words(*role);
                s.add_role(&RoleRow {
                    id: Col(RoleId::fresh()),
                    name: role.as_str().to_owned(),
                    title: title.to_owned(),
                    description: description.to_owned(),
                    builtin: true,
                    grants: Json(role.default_grants()),
                })
                .await?;
            }
            administrators(s).await
        })
    })
    .await
}

async fn administrators(s: &mut Look) -> rowhouse_store::Result<RoleId> {
    let found = s.role_named(BuiltinRole::Administrator.as_str()).await?;
    Ok(found.ok_or(EngineError::NotFound("administrators' role"))?.id.0)
}

/// Whether somebody can sign in who may do everything.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn has_administrator(site: &Site) -> Result<bool> {
    site.look(|s| Box::pin(async move { Ok(s.active_administrators().await? > 0) })).await
}

/// A link by which a tenant's own administrator sets it up; earlier ones end.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn setup_link(site: &Site) -> Result<OneTimeLink> {
    let valid = site.core().identity.settings.invite_for;
    let (link, row) = OneTimeLink::fresh(TokenPurpose::Setup, None, site.now(), valid);
    site.private(move |s| {
        Box::pin(async move {
            s.drop_tokens_for(TokenPurpose::Setup).await?;
            s.add_token(&row).await
        })
    })
    .await?;
    Ok(link)
}

/// Until when a set-up link works, if it does.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn setup_open(site: &Site, token: &str) -> Result<Option<Timestamp>> {
    let (hash, now) = (hash_token(token), site.now());
    let row = site.look(move |s| Box::pin(s.token(hash))).await?;
    Ok(row.filter(|row| works(row, &[TokenPurpose::Setup], now)).map(|row| row.expires_at.0))
}

/// Makes the administrator by a set-up link, which is used up. Whoever calls makes the tenant run.
///
/// # Errors
/// [`EngineError::Invalid`] at `user`, `email`, `name`, `bio` or `password` (the link still works then),
/// [`EngineError::NotFound`] for a link that does not work, or what the database says.
#[crate::boxed]
pub async fn complete_setup(
    site: &Site,
    token: &str,
    person: &NewPerson,
    password: &Password,
) -> Result<UserId> {
    setup_open(site, token).await?.ok_or_else(spent)?;
    let title = site.info().title.clone();
    let (person, password) = person.parse_with(password, FEWEST, &[&title])?;
    let kept = site.core().identity.hasher.hash(&password).await?;
    let (now, hash, id) = (site.now(), hash_token(token), UserId::fresh());
    let row = AccountRow {
        id: Col(id),
        name: person.user.to_string(),
        email: person.email_text(),
        display_name: person.name,
        bio: person.bio,
        password_hash: Some(kept),
        disabled: false,
        must_change: false,
        created_at: Col(now),
        password_changed_at: Some(Col(now)),
        seen_at: None,
    };
    site.write(move |s| {
        Box::pin(async move {
            let row_of_link = s.spend_token(hash, now).await?;
            if row_of_link.is_none_or(|t| t.purpose != TokenPurpose::Setup.as_str()) {
                return Err(spent().into());
            }
            s.add_account(&row).await.map_err(taken)?;
            let role = administrators(s).await?;
            s.set_roles(id, &[role]).await
        })
    })
    .await?;
    Ok(id)
}
