//! The users of a tenant: finding, editing, keeping out and removing them; making one is `new_user.rs`. Nobody
//! manages an account that may do more than they may, nobody gives a role that grants more, and the last
//! administrator who can sign in stays one. All of it happens under the tenant's lock, so that two at once cannot
//! break a rule.

use jiff::Timestamp;
use rowhouse_domain::{
    RoleId, UserId,
    permission::{Area, BuiltinRole, Grants, Permission},
};
use rowhouse_store::{
    AccountFilter, AccountRow, AccountSort, AccountState, Change, Look, Profile, RoleRow, StoreError,
};
use serde::Serialize;

use super::{
    person::NewPerson,
    session::{granted_by, united},
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

pub(super) const USERS: Permission = Permission::Site(Area::Users);

/// Which users a list shows.
#[derive(Clone, Debug)]
pub struct UserFilter {
    /// Letters in login, address or shown name.
    pub text: Option<String>,
    /// Only those with this role.
    pub role: Option<RoleId>,
    /// Only those in this state.
    pub state: Option<AccountState>,
    /// The order.
    pub sort: AccountSort,
    /// Whether the order is turned round.
    pub descending: bool,
    /// Rows to skip.
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
}

impl Default for UserFilter {
    fn default() -> Self {
        Self {
            text: None,
            role: None,
            state: None,
            sort: AccountSort::Name,
            descending: false,
            offset: 0,
            limit: 50,
        }
    }
}

/// A role somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleRef {
    /// Its id.
    pub id: RoleId,
    /// Its word.
    pub name: String,
    /// Its title.
    pub title: String,
}

/// A user in a list.
#[derive(Clone, Debug, Serialize)]
pub struct UserSummary {
    /// The account.
    pub id: UserId,
    /// The login.
    pub name: String,
    /// The mail address; may be empty.
    pub email: String,
    /// The name that is shown.
    pub display_name: String,
    /// A few words that visitors may read.
    pub bio: String,
    /// Whether the account can be used.
    pub state: AccountState,
    /// The roles given.
    pub roles: Vec<RoleRef>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its owner was last here.
    pub seen_at: Option<Timestamp>,
}

/// One user with all that the admin shows.
#[derive(Clone, Debug, Serialize)]
pub struct UserDetail {
    /// As in a list.
    pub summary: UserSummary,
    /// Items outside the bin whose author they are.
    pub items: u64,
    /// Whether the one who asks may change the account: it may do no more than they.
    pub manageable: bool,
}

/// An edited user as typed.
#[derive(Clone, Debug)]
pub struct UserEdit {
    /// Who it is.
    pub person: NewPerson,
    /// Exactly these roles; unchanged where absent.
    pub roles: Option<Vec<RoleId>>,
}

fn summary(row: AccountRow, roles: Vec<RoleRow>) -> UserSummary {
    UserSummary {
        id: row.id.0,
        state: row.state(),
        name: row.name,
        email: row.email,
        display_name: row.display_name,
        bio: row.bio,
        roles: roles.into_iter().map(|r| RoleRef { id: r.id.0, name: r.name, title: r.title }).collect(),
        created_at: row.created_at.0,
        seen_at: row.seen_at.map(|t| t.0),
    }
}

/// What `wanted` grants and `has` does not.
pub(super) fn beyond(has: &Grants, wanted: &Grants) -> Option<Permission> {
    wanted.iter().find(|permission| !has.has(*permission))
}

/// The account, if `actor` may manage it: it grants nothing that they do not have.
#[crate::boxed]
pub(super) async fn guard_account(
    s: &mut Look,
    actor: &Actor,
    user: UserId,
) -> rowhouse_store::Result<AccountRow> {
    let account = s.account(user).await?.ok_or(EngineError::NotFound("user"))?;
    let roles = s.roles_of(user).await?;
    match beyond(&actor.grants, &united(&roles)) {
        Some(need) => Err(EngineError::Denied { need: need.to_string() }.into()),
        None => Ok(account),
    }
}

/// The roles of these ids, if `actor` may give all of them.
#[crate::boxed]
pub(super) async fn guard_roles(s: &mut Look, actor: &Actor, ids: &[RoleId]) -> rowhouse_store::Result<()> {
    for id in ids {
        let role = s.role(*id).await?.ok_or(EngineError::NotFound("role"))?;
        if role.name.parse().is_ok_and(|builtin: BuiltinRole| !builtin.assignable()) {
            let text = format!("{} is a role that nobody is given", role.title);
            return Err(EngineError::invalid("role", text).into());
        }
        if let Some(need) = beyond(&actor.grants, &granted_by(&role)) {
            return Err(EngineError::Denied { need: need.to_string() }.into());
        }
    }
    Ok(())
}

/// Says at which field something is taken.
pub(super) fn taken(error: StoreError) -> StoreError {
    match error {
        StoreError::Taken(what) if what.contains("mail") => {
            EngineError::invalid("email", "this address is another user's").into()
        }
        StoreError::Taken(_) => {
            EngineError::invalid("user", "this user name is taken; choose another").into()
        }
        other => other,
    }
}

/// Refuses if there was an administrator who can sign in and now is none.
async fn guard_last(s: &mut Change, before: i64) -> rowhouse_store::Result<()> {
    if before > 0 && s.active_administrators().await? == 0 {
        let text = "this is the last administrator who can sign in; give the role to somebody else first";
        return Err(EngineError::Conflict(text.into()).into());
    }
    Ok(())
}

fn not_oneself(actor: &Actor, user: UserId, act: &str) -> Result<()> {
    if actor.user == Some(user) {
        return Err(EngineError::Conflict(format!("you cannot {act} your own account")));
    }
    Ok(())
}

/// Users that a list shows, and how many there are in all.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn users(site: &Site, actor: &Actor, filter: UserFilter) -> Result<(Vec<UserSummary>, u64)> {
    actor.require(USERS)?;
    let filter = AccountFilter {
        text: filter.text.filter(|t| !t.trim().is_empty()).map(|t| t.trim().to_owned()),
        role: filter.role,
        state: filter.state,
        sort: filter.sort,
        descending: filter.descending,
        offset: i64::from(filter.offset),
        limit: i64::from(filter.limit.min(500)),
    };
    site.look(move |s| {
        Box::pin(async move {
            let (rows, all) = s.accounts(&filter).await?;
            let ids: Vec<UserId> = rows.iter().map(|row| row.id.0).collect();
            let given = s.roles_of_all(&ids).await?;
            let roles_of =
                |id| given.iter().filter(|(user, _)| *user == id).map(|(_, role)| role.clone()).collect();
            let list = rows.into_iter().map(|row| (roles_of(row.id.0), row)).map(|(r, row)| summary(row, r));
            Ok((list.collect(), u64::try_from(all).unwrap_or_default()))
        })
    })
    .await
}

/// One user.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], or what the database says.
#[crate::boxed]
pub async fn user(site: &Site, actor: &Actor, id: UserId) -> Result<UserDetail> {
    actor.require(USERS)?;
    let grants = actor.grants.clone();
    site.look(move |s| {
        Box::pin(async move {
            let row = s.account(id).await?.ok_or(EngineError::NotFound("user"))?;
            let roles = s.roles_of(id).await?;
            let manageable = beyond(&grants, &united(&roles)).is_none();
            let items = u64::try_from(s.items_by(id).await?).unwrap_or_default();
            Ok(UserDetail { summary: summary(row, roles), items, manageable })
        })
    })
    .await
}

/// The user of this login or address.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn find_user(site: &Site, actor: &Actor, login: &str) -> Result<Option<UserId>> {
    actor.require(USERS)?;
    Ok(super::sign_in::find_called(site, login).await?.map(|account| account.id.0))
}

/// Changes a user. Another address ends the links that were sent to the old one.
///
/// # Errors
/// As [`create_user`](super::create_user), [`EngineError::NotFound`], and [`EngineError::Conflict`] if it would
/// take the role from the last administrator.
#[crate::boxed]
pub async fn edit_user(site: &Site, actor: &Actor, id: UserId, edit: &UserEdit) -> Result<()> {
    actor.require(USERS)?;
    let person = edit.person.parse()?;
    let profile = Profile {
        name: person.user.to_string(),
        email: person.email_text(),
        display_name: person.name,
        bio: person.bio,
    };
    let (actor, roles) = (actor.clone(), edit.roles.clone());
    site.write(move |s| {
        Box::pin(async move {
            let old = guard_account(s, &actor, id).await?;
            s.edit_account(id, &profile).await.map_err(taken)?;
            if old.email != profile.email {
                s.drop_tokens_of(id).await?;
            }
            let Some(roles) = roles else { return Ok(()) };
            guard_roles(s, &actor, &roles).await?;
            let before = s.active_administrators().await?;
            s.set_roles(id, &roles).await?;
            guard_last(s, before).await
        })
    })
    .await
}

/// Keeps a user out, which ends their sessions and links, or lets them in again.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], [`EngineError::Conflict`] for oneself and for the last
/// administrator, or what the database says.
#[crate::boxed]
pub async fn set_user_disabled(site: &Site, actor: &Actor, id: UserId, disabled: bool) -> Result<()> {
    actor.require(USERS)?;
    not_oneself(actor, id, "disable")?;
    let actor = actor.clone();
    site.write(move |s| {
        Box::pin(async move {
            guard_account(s, &actor, id).await?;
            let before = s.active_administrators().await?;
            s.set_disabled(id, disabled).await?;
            if disabled {
                s.end_sessions_of(id, None).await?;
                s.drop_tokens_of(id).await?;
            }
            guard_last(s, before).await
        })
    })
    .await
}

/// Removes a user. What they wrote stays, as the heir's or as nobody's.
///
/// # Errors
/// As [`set_user_disabled`].
#[crate::boxed]
pub async fn delete_user(site: &Site, actor: &Actor, id: UserId, heir: Option<UserId>) -> Result<()> {
    actor.require(USERS)?;
    not_oneself(actor, id, "delete")?;
    let actor = actor.clone();
    site.write(move |s| {
        Box::pin(async move {
            guard_account(s, &actor, id).await?;
            if let Some(heir) = heir
                && (heir == id || s.account(heir).await?.is_none())
            {
                return Err(EngineError::NotFound("user to give the content to").into());
            }
            let before = s.active_administrators().await?;
            s.remove_account(id, heir).await?;
            guard_last(s, before).await
        })
    })
    .await
}
