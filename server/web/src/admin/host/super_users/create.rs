//! A new super user, who chooses a password by a one-time link.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::identity::{NewPerson, supers};
use serde::Deserialize;

use super::{HERE, once, reset_address};
use crate::{
    admin::{
        frame,
        host::see,
        say,
        view::{SuperUsers, Tone},
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    user: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

/// Makes one and shows the link once; it goes by mail, too, if there is an address.
///
/// # Errors
/// What the catalogue says.
pub async fn create(request: HttpRequest, web: Data<Web>, who: SuperUser, posted: Posted<Typed>) -> Result {
    let typed = who.accept(posted)?;
    let person = NewPerson {
        user: typed.user.clone(),
        email: typed.email.clone(),
        name: typed.name.clone(),
        bio: String::new(),
    };
    let core = web.node().core();
    let made = match supers::invite(core, &who.actor(), &person, &reset_address(&web)).await {
        Ok(made) => made,
        Err(error) => {
            let problems = say::refusal(error)?;
            let Typed { user, name, email } = typed;
            let view = SuperUsers { problems, user, name, email, ..super::view(&request, &web, &who).await? };
            return frame::show_problems(&web, &request, "", &view);
        }
    };
    let Some(link) = made.link else {
        return Ok(see(&web, HERE, Tone::Good, "The super user is there."));
    };
    let link = once(&web, &link);
    let called = if typed.name.trim().is_empty() { typed.user } else { typed.name };
    let view = SuperUsers { link_for: called, link: Some(link), ..super::view(&request, &web, &who).await? };
    frame::show(&web, &request, "", &view)
}
