//! A new user.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::{
    EngineError,
    identity::{self, Created, Entrance, NewUser, Password},
};

use super::{Typed, address_of, choices, under, view_with_link};
use crate::{
    admin::{
        frame, say,
        tenant::doors::reset_address,
        view::{Tone, UserEdit},
    },
    error::Result,
    extract::{Can, Member, Posted, need},
    flash,
    state::Web,
};

async fn empty(request: &HttpRequest, web: &Web, member: &Member) -> Result<UserEdit> {
    let mut shell = frame::member(web, request, member, "New user", "/users");
    shell.crumbs.push(under(member));
    let (way, minimum) = ("link".to_owned(), identity::PASSWORD_MINIMUM);
    Ok(UserEdit { shell, roles: choices(member, &[]).await?, way, minimum, ..UserEdit::default() })
}

/// The form.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, can: Can<need::Users>) -> Result {
    let view = empty(&request, &web, &can).await?;
    frame::show(&web, &request, can.at.path(), &view)
}

async fn make(web: &Web, member: &Member, typed: &Typed) -> Result<Created, EngineError> {
    let entrance = match typed.way.as_str() {
        "password" => Entrance::Password(Password(typed.password.clone())),
        _ => Entrance::Link,
    };
    let new = NewUser { person: typed.person(String::new()), roles: typed.roles()?, entrance };
    identity::invite_user(&member.at.site, &member.actor(), &new, &reset_address(web, &member.at)).await
}

/// Makes the user; a link to choose a password is shown once.
///
/// # Errors
/// What the database says.
pub async fn create(
    request: HttpRequest,
    web: Data<Web>,
    can: Can<need::Users>,
    posted: Posted<Typed>,
) -> Result {
    let typed = can.accept(posted)?;
    match make(&web, &can, &typed).await {
        Ok(Created { id, link: Some(link) }) => {
            let view = view_with_link(&request, &web, &can, id, &link).await?;
            frame::show(&web, &request, can.at.path(), &view)
        }
        Ok(Created { id, link: None }) => {
            let text = "The user is there. They choose a password of their own when they first sign in.";
            Ok(flash::see_other(&web, can.at.path(), &address_of(&can, id), Tone::Good, text))
        }
        Err(error) => {
            let problems = say::refusal(error)?;
            let view = UserEdit { problems, ..typed.fill(empty(&request, &web, &can).await?) };
            frame::show_problems(&web, &request, can.at.path(), &view)
        }
    }
}
