//! The people who work on a site: inviting, editing, keeping out, removing.

pub mod access;
pub mod delete;
pub mod edit;
pub mod link;
pub mod list;
pub mod new;

use actix_web::HttpRequest;
use rowhouse_domain::{RoleId, UserId};
use rowhouse_engine::{
    EngineError,
    identity::{self, AccountState, NewPerson, OneTimeLink, RoleRef},
    preferences,
};
use serde::Deserialize;

use super::doors::reset_address;
use crate::{
    admin::{
        frame, say,
        view::{Badge, Choice, Flash, OneTime, Tone, UserEdit},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// A user as typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    user: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: Vec<String>,
    #[serde(default)]
    way: String,
    #[serde(default)]
    password: String,
}

impl Typed {
    fn person(&self, bio: String) -> NewPerson {
        NewPerson { user: self.user.clone(), email: self.email.clone(), name: self.name.clone(), bio }
    }

    fn roles(&self) -> Result<Vec<RoleId>, EngineError> {
        let read = self.role.iter().map(|id| id.parse());
        read.collect::<Result<_, _>>().map_err(|_| EngineError::invalid("role", "there is no such role"))
    }

    /// The screen with what was typed in it.
    fn fill(self, view: UserEdit) -> UserEdit {
        let chosen = |choice: Choice| Choice { selected: self.role.contains(&choice.value), ..choice };
        let roles = view.roles.into_iter().map(chosen).collect();
        UserEdit { roles, user: self.user, name: self.name, email: self.email, way: self.way, ..view }
    }
}

fn badge(state: AccountState) -> Badge {
    match state {
        AccountState::Active => Badge::new(Tone::Good, "Active"),
        AccountState::Invited => Badge::new(Tone::Waiting, "Invited"),
        AccountState::Disabled => Badge::new(Tone::Neutral, "Disabled"),
    }
}

/// The roles that can be given here, and those that are.
async fn choices(member: &Member, given: &[RoleRef]) -> Result<Vec<Choice>> {
    let roles = identity::roles(&member.at.site, &member.actor()).await?;
    let has = |id| given.iter().any(|role| role.id == id);
    let shown = roles.into_iter().filter(|role| role.assignable && (role.may_give || has(role.id)));
    Ok(shown
        .map(|role| {
            let choice = Choice::new(&role.id.to_string(), &role.title).with_hint(&role.description);
            Choice { selected: has(role.id), ..choice }
        })
        .collect())
}

/// The screen of one user as they are.
async fn view(request: &HttpRequest, web: &Web, member: &Member, id: UserId) -> Result<UserEdit> {
    let site = &member.at.site;
    let user = identity::user(site, &member.actor(), id).await?;
    let zone = preferences::zone(site).await?;
    let mut shell = frame::member(web, request, member, &user.summary.display_name, "/users");
    shell.crumbs.push(under(member));
    Ok(UserEdit {
        shell,
        id: Some(id.to_string()),
        roles: choices(member, &user.summary.roles).await?,
        state: badge(user.summary.state),
        disabled: user.summary.state == AccountState::Disabled,
        is_self: member.who.user == id,
        seen: user.summary.seen_at.map(|at| say::when(at, &zone)),
        content: user.items,
        user: user.summary.name,
        name: user.summary.display_name,
        email: user.summary.email,
        minimum: identity::PASSWORD_MINIMUM,
        ..UserEdit::default()
    })
}

fn under(member: &Member) -> crate::admin::view::Link {
    crate::admin::view::Link::new("Users", &format!("{}/users", member.admin()))
}

fn address_of(member: &Member, id: UserId) -> String {
    format!("{}/users/{id}", member.admin())
}

/// The screen of a user with a link that was just made for them, which also goes to them by mail if it can.
async fn view_with_link(
    request: &HttpRequest,
    web: &Web,
    member: &Member,
    id: UserId,
    link: &OneTimeLink,
) -> Result<UserEdit> {
    let (address, mailed) = (format!("{}{}", reset_address(web, &member.at), link.token), link.mailed);
    let zone = preferences::zone(&member.at.site).await?;
    let mut view = view(request, web, member, id).await?;
    view.link = Some(OneTime { link: address, expires: say::when(link.expires_at, &zone) });
    let text = if mailed {
        format!("The link below is on its way to {}, too.", view.email)
    } else {
        "There is no e-mail address on file: pass the link below on yourself.".to_owned()
    };
    view.shell.flashes.push(Flash::new(if mailed { Tone::Good } else { Tone::Waiting }, &text));
    Ok(view)
}
