//! Roles: what they grant, as a matrix over kinds of content and a list of everything else.

pub mod delete;
pub mod edit;
pub mod list;
pub mod new;

use actix_web::HttpRequest;
use rowhouse_domain::{
    RoleId,
    content::Kind,
    permission::{Act, Area, Grants, Permission},
};
use rowhouse_engine::{
    EngineError,
    identity::{self, RoleSummary},
};
use serde::Deserialize;

use crate::{
    admin::{
        frame,
        view::{Choice, GrantCell, GrantGroup, GrantRow, Link, RoleEdit},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// A role as typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    grant: Vec<String>,
}

impl Typed {
    fn read(&self) -> Result<identity::RoleEdit, EngineError> {
        let grants = self.grant.iter().map(|word| word.parse::<Permission>());
        let grants: Vec<Permission> = grants
            .collect::<Result<_, _>>()
            .map_err(|_| EngineError::invalid("grant", "there is no such grant; load the page again"))?;
        let (title, description) = (self.name.clone(), self.description.clone());
        Ok(identity::RoleEdit { title, description, grants: Grants::of(grants) })
    }

    /// The grants that were ticked, for showing them again.
    fn ticked(&self) -> Grants {
        Grants::of(self.grant.iter().filter_map(|word| word.parse().ok()))
    }
}

const fn act(act: Act) -> &'static str {
    match act {
        Act::View => "View",
        Act::Create => "Create",
        Act::EditOwn => "Edit own",
        Act::EditAny => "Edit any",
        Act::PublishOwn => "Publish own",
        Act::PublishAny => "Publish any",
        Act::DeleteOwn => "Delete own",
        Act::DeleteAny => "Delete any",
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Page => "Pages",
        Kind::Post => "Posts",
    }
}

const fn area(area: Area) -> &'static str {
    match area {
        Area::Admin => "Enter the admin",
        Area::MediaUpload => "Upload and describe files",
        Area::MediaManage => "Change and delete files of others",
        Area::Terms => "Change categories and tags",
        Area::Menus => "Change menus",
        Area::Redirects => "Change redirects",
        Area::Settings => "Change settings",
        Area::Themes => "Change the look",
        Area::Users => "Invite, change and remove users",
        Area::Roles => "Change what roles grant",
        Area::Tools => "Import and cache tools",
    }
}

/// Columns of the matrix, from looking to deleting.
const ACTS: [Act; 8] = [
    Act::View,
    Act::Create,
    Act::EditOwn,
    Act::EditAny,
    Act::PublishOwn,
    Act::PublishAny,
    Act::DeleteOwn,
    Act::DeleteAny,
];

fn matrix(granted: &Grants) -> Vec<GrantRow> {
    let cell = |permission: Permission| GrantCell {
        key: Some(permission.to_string()),
        granted: granted.has(permission),
    };
    let row = |k: &Kind| GrantRow {
        label: kind(*k).to_owned(),
        cells: ACTS.iter().map(|a| cell(Permission::Item(*k, *a))).collect(),
    };
    Kind::ALL.iter().map(row).collect()
}

fn others(granted: &Grants) -> Vec<GrantGroup> {
    let group = |label: &str, areas: &[Area]| GrantGroup {
        label: label.to_owned(),
        grants: areas
            .iter()
            .map(|a| {
                let permission = Permission::Site(*a);
                let choice = Choice::new(&permission.to_string(), area(*a));
                Choice { selected: granted.has(permission), ..choice }
            })
            .collect(),
    };
    vec![
        group("Media", &[Area::MediaUpload, Area::MediaManage]),
        group("Structure", &[Area::Terms, Area::Menus, Area::Redirects]),
        group("Site", &[Area::Admin, Area::Themes, Area::Settings, Area::Tools]),
        group("People", &[Area::Users, Area::Roles]),
    ]
}

/// A screen for a role that is yet to be made, or with what was typed.
fn blank(request: &HttpRequest, web: &Web, member: &Member, title: &str, granted: &Grants) -> RoleEdit {
    let mut shell = frame::member(web, request, member, title, "/roles");
    shell.crumbs.push(Link::new("Roles", &format!("{}/roles", member.admin())));
    RoleEdit {
        shell,
        actions: ACTS.iter().map(|a| act(*a).to_owned()).collect(),
        matrix: matrix(granted),
        others: others(granted),
        ..RoleEdit::default()
    }
}

/// The screen of a role.
fn view(request: &HttpRequest, web: &Web, member: &Member, role: &RoleSummary) -> RoleEdit {
    RoleEdit {
        id: Some(role.id.to_string()),
        name: role.title.clone(),
        description: role.description.clone(),
        builtin: role.builtin,
        locked: role.locked,
        users: role.users,
        ..blank(request, web, member, &role.title, &role.grants)
    }
}

fn address_of(member: &Member, id: RoleId) -> String {
    format!("{}/roles/{id}", member.admin())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_permission_has_one_place_on_the_screen() {
        let everything = Grants::everything();
        let cells = matrix(&everything).into_iter().flat_map(|row| row.cells).filter_map(|cell| cell.key);
        let choices =
            others(&everything).into_iter().flat_map(|group| group.grants).map(|choice| choice.value);
        let shown: Vec<String> = cells.chain(choices).collect();
        let known: BTreeSet<String> = Permission::all().map(|p| p.to_string()).collect();
        assert_eq!(shown.len(), known.len());
        assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), known);
    }
}
