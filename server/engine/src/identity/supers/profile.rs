//! What super users change about themselves: how they are shown and reached.

use crate::{
    error::{EngineError, Result},
    identity::{NewPerson, ProfileEdit, SignedIn, rate::Key, users::taken},
    node::Core,
};

/// Changes how one is shown and reached; there are no words about oneself in the catalogue.
///
/// # Errors
/// [`EngineError::Invalid`] at `email`, `name` or `current`, [`EngineError::TooMany`], or what the database says.
#[crate::boxed]
pub async fn edit_profile(core: &Core, who: &SignedIn, edit: &ProfileEdit) -> Result<()> {
    let missing = || EngineError::NotFound("super user");
    let user = core.catalogue.super_user(who.user).await?.ok_or_else(missing)?;
    let (email, name) = (edit.email.clone(), edit.name.clone());
    let person = NewPerson { user: user.name, email, name, bio: String::new() }.parse()?;
    if person.email_text() != user.email {
        let (key, now) = (Key::account(None, who.user), core.clock.moment());
        core.identity.confirm(key, user.password_hash, &edit.current, now).await?;
    }
    let edited = core.catalogue.edit_super_user(who.user, person.email_text(), person.name).await;
    if edited.map_err(taken)? { Ok(()) } else { Err(missing()) }
}
