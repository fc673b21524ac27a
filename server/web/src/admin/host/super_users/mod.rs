//! Super users: who they are, a new one, links for passwords, keeping somebody out.

pub mod access;
pub mod create;
pub mod link;
pub mod list;

use actix_web::HttpRequest;
use rowhouse_domain::UserId;
use rowhouse_engine::identity::{
    AccountState, OneTimeLink,
    supers::{self, SuperUserInfo},
};

use super::when;
use crate::{
    admin::{
        frame,
        view::{Badge, OneTime, SuperUsers, Tone, UserRow},
    },
    error::{Result, WebError},
    extract::SuperUser,
    state::Web,
};

const HERE: &str = "/admin/super-users";

/// The screen as it is before anybody types.
async fn view(request: &HttpRequest, web: &Web, who: &SuperUser) -> Result<SuperUsers> {
    let users = supers::list(web.node().core(), &who.actor()).await?;
    let row = |user: SuperUserInfo| UserRow {
        id: user.id.to_string(),
        is_self: user.id == who.who.user,
        name: user.display_name,
        user: user.name,
        email: user.email,
        state: match user.state {
            AccountState::Active => Badge::new(Tone::Good, "Active"),
            AccountState::Invited => Badge::new(Tone::Waiting, "Invited"),
            AccountState::Disabled => Badge::new(Tone::Neutral, "Disabled"),
        },
        seen: user.seen_at.map(when),
        ..UserRow::default()
    };
    Ok(SuperUsers {
        shell: frame::host(web, request, who, "Super users", "/super-users"),
        rows: users.into_iter().map(row).collect(),
        ..SuperUsers::default()
    })
}

/// The address of one-time links, up to their secret part.
fn reset_address(web: &Web) -> String {
    format!("{}admin/reset/", web.node().settings().public_url)
}

/// A link by which somebody chooses a password, as it is shown once.
fn once(web: &Web, link: &OneTimeLink) -> OneTime {
    OneTime { link: format!("{}{}", reset_address(web), link.token), expires: when(link.expires_at) }
}

/// The account that an address names.
fn id_of(text: &str) -> Result<UserId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}
