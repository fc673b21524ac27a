//! A super user's own account: how they are shown and reached, the password, where one is signed in, light or dark.

pub mod password;
pub mod profile;
pub mod scheme;
pub mod sessions;
pub mod show;

use actix_web::HttpRequest;
use rowhouse_engine::identity::{PASSWORD_MINIMUM_SUPER, SessionInfo, supers};

use super::when;
use crate::{
    admin::{
        frame,
        tenant::account::browser,
        view::{Account, SessionRow},
    },
    error::Result,
    extract::SuperUser,
    state::Web,
};

/// The screen as it is before anybody types.
async fn view(request: &HttpRequest, web: &Web, who: &SuperUser) -> Result<Account> {
    let row = |place: SessionInfo| SessionRow {
        id: place.id,
        current: place.current,
        agent: browser(&place.agent),
        address: place.address,
        began: when(place.began),
        seen: when(place.seen),
    };
    Ok(Account {
        shell: frame::host(web, request, who, "Your account", "/account"),
        user: who.who.name.clone(),
        name: who.who.display_name.clone(),
        email: who.who.email.clone(),
        minimum: PASSWORD_MINIMUM_SUPER,
        sessions: supers::sessions(web.node().core(), &who.who).await?.into_iter().map(row).collect(),
        ..Account::default()
    })
}
