//! The roles of a tenant. Administrator is fixed and may do everything; the other built-in roles keep their
//! names and can grant otherwise; own roles come and go. Nobody gives or takes a grant they do not have.

use rowhouse_domain::{
    RoleId,
    name::Slug,
    permission::{Act, Area, BuiltinRole, Grants, Permission},
};
use rowhouse_store::{Col, Json, RoleRow, StoreError};
use serde::Serialize;

use super::{session::granted_by, users::beyond};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

const ROLES: Permission = Permission::Site(Area::Roles);

/// A role as screens show it.
#[derive(Clone, Debug, Serialize)]
pub struct RoleSummary {
    /// Its id.
    pub id: RoleId,
    /// Its word.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Whether it can be neither renamed nor deleted.
    pub builtin: bool,
    /// Whether its grants cannot be changed.
    pub locked: bool,
    /// Whether it can be given to users; the roles of everybody cannot.
    pub assignable: bool,
    /// Whether the one who asks may give it.
    pub may_give: bool,
    /// What it grants.
    pub grants: Grants,
    /// How many users have it.
    pub users: u64,
}

/// A role as typed.
#[derive(Clone, Debug)]
pub struct RoleEdit {
    /// Its title; kept as it is for built-in roles.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// What it grants.
    pub grants: Grants,
}

fn builtin(row: &RoleRow) -> Option<BuiltinRole> {
    row.builtin.then(|| row.name.parse().ok()).flatten()
}

fn summary(row: RoleRow, sizes: &[(RoleId, i64)], actor: &Actor) -> RoleSummary {
    let known = builtin(&row);
    let grants = granted_by(&row);
    let assignable = known.is_none_or(BuiltinRole::assignable);
    let users = sizes.iter().find(|(id, _)| *id == row.id.0).map_or(0, |(_, n)| *n);
    RoleSummary {
        id: row.id.0,
        name: row.name,
        title: row.title,
        description: row.description,
        builtin: row.builtin,
        locked: known == Some(BuiltinRole::Administrator),
        assignable,
        may_give: assignable && beyond(&actor.grants, &grants).is_none(),
        grants,
        users: u64::try_from(users).unwrap_or_default(),
    }
}

/// All roles, for who manages users or roles.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn roles(site: &Site, actor: &Actor) -> Result<Vec<RoleSummary>> {
    if !actor.may(Permission::Site(Area::Users)) {
        actor.require(ROLES)?;
    }
    let (rows, sizes) =
        site.look(|s| Box::pin(async move { Ok((s.roles().await?, s.role_sizes().await?)) })).await?;
    let mut list: Vec<RoleSummary> = rows.into_iter().map(|row| summary(row, &sizes, actor)).collect();
    // the built-in ones as they are declared: from most to least
    let place = |role: &RoleSummary| BuiltinRole::ALL.iter().position(|b| b.as_str() == role.name);
    list.sort_by_key(|role| (!role.builtin, place(role).unwrap_or(usize::MAX)));
    Ok(list)
}

/// One role.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], or what the database says.
#[crate::boxed]
pub async fn role(site: &Site, actor: &Actor, id: RoleId) -> Result<RoleSummary> {
    let all = roles(site, actor).await?;
    all.into_iter().find(|role| role.id == id).ok_or(EngineError::NotFound("role"))
}

fn parsed(edit: &RoleEdit) -> Result<(String, String)> {
    let (title, description) = (edit.title.trim(), edit.description.trim());
    if title.is_empty() {
        return Err(EngineError::invalid("name", "a role needs a name"));
    }
    if title.chars().count() > 60 || title.chars().any(char::is_control) {
        return Err(EngineError::invalid("name", "60 characters are allowed, on one line"));
    }
    if description.chars().count() > 500 {
        return Err(EngineError::invalid("description", "500 characters are allowed"));
    }
    Ok((title.to_owned(), description.to_owned()))
}

/// What changes from `old` to `new` must be the actor's own; visitors can only be let see things.
fn guard_grants(actor: &Actor, name: &str, old: &Grants, new: &Grants) -> Result<()> {
    let changed = Grants::of(old.iter().filter(|p| !new.has(*p)).chain(new.iter().filter(|p| !old.has(*p))));
    if let Some(need) = beyond(&actor.grants, &changed) {
        return Err(EngineError::Denied { need: need.to_string() });
    }
    let only_views = new.iter().all(|p| matches!(p, Permission::Item(_, Act::View)));
    if name == BuiltinRole::Anonymous.as_str() && !only_views {
        return Err(EngineError::invalid("grant", "visitors who are not signed in can only be let read"));
    }
    Ok(())
}

fn taken(error: StoreError) -> StoreError {
    match error {
        StoreError::Taken(_) => {
            EngineError::invalid("name", "there is a role of this name; choose another").into()
        }
        other => other,
    }
}

/// Makes a role of the tenant's own.
///
/// # Errors
/// [`EngineError::Denied`] if it grants what the actor does not have, [`EngineError::Invalid`] at `name` or
/// `description`, or what the database says.
#[crate::boxed]
pub async fn create_role(site: &Site, actor: &Actor, new: &RoleEdit) -> Result<RoleId> {
    actor.require(ROLES)?;
    let (title, description) = parsed(new)?;
    let name = Slug::derive(&title).to_string();
    guard_grants(actor, &name, &Grants::default(), &new.grants)?;
    let id = RoleId::fresh();
    let grants = Json(new.grants.clone());
    let row = RoleRow { id: Col(id), name, title, description, builtin: false, grants };
    site.private(move |s| Box::pin(async move { s.add_role(&row).await.map_err(taken) })).await?;
    Ok(id)
}

/// Changes a role. Of built-in ones only what they grant changes, and of Administrator nothing.
///
/// # Errors
/// As [`create_role`], [`EngineError::NotFound`], and [`EngineError::Conflict`] for Administrator.
#[crate::boxed]
pub async fn edit_role(site: &Site, actor: &Actor, id: RoleId, edit: &RoleEdit) -> Result<()> {
    actor.require(ROLES)?;
    let (title, description) = parsed(edit)?;
    let (actor, grants) = (actor.clone(), edit.grants.clone());
    site.write(move |s| {
        Box::pin(async move {
            let mut row = s.role(id).await?.ok_or(EngineError::NotFound("role"))?;
            match builtin(&row) {
                Some(BuiltinRole::Administrator) => {
                    let text = "administrators may do everything; this role cannot be changed";
                    return Err(EngineError::Conflict(text.into()).into());
                }
                Some(_) => {}
                None => {
                    row.name = Slug::derive(&title).to_string();
                    row.title = title;
                    row.description = description;
                }
            }
            guard_grants(&actor, &row.name, &row.grants.0, &grants)?;
            row.grants = Json(grants);
            s.edit_role(&row).await.map_err(taken)
        })
    })
    .await
}

/// Removes a role of the tenant's own, also from those who have it.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], [`EngineError::Conflict`] for built-in ones, or what the
/// database says.
#[crate::boxed]
pub async fn delete_role(site: &Site, actor: &Actor, id: RoleId) -> Result<()> {
    actor.require(ROLES)?;
    let actor = actor.clone();
    site.write(move |s| {
        Box::pin(async move {
            let row = s.role(id).await?.ok_or(EngineError::NotFound("role"))?;
            if row.builtin {
                let text = format!("{} is a built-in role and stays", row.title);
                return Err(EngineError::Conflict(text).into());
            }
            guard_grants(&actor, &row.name, &row.grants.0, &Grants::default())?;
            s.remove_role(id).await
        })
    })
    .await
}
