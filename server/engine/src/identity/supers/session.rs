//! Sign-in and sessions of super users, as those of a tenant's users but in the catalogue.

use rowhouse_domain::permission::Grants;

use crate::{
    error::{EngineError, Result, SignInError},
    identity::{
        Attempt, Begun, NewPassword, Password, SessionInfo, SignedIn,
        password::FEWEST_SUPER,
        person::Called,
        rate::Key,
        session::{earlier, fresh, hash_of_id, is_over, is_to_be_seen, listed, wanted},
        sign_in::Tried,
    },
    node::Core,
};

/// Signs a super user in, with a session that nobody had before.
///
/// # Errors
/// [`EngineError::SignIn`] with the reason, [`EngineError::Busy`], or what the database says.
#[crate::boxed]
pub async fn sign_in(core: &Core, attempt: &Attempt) -> Result<Begun> {
    let identity = &core.identity;
    let called = Called::read(&attempt.login).key().to_owned();
    let found = core.catalogue.super_user_called(called).await?;
    let tried = found.map(|u| Tried { user: u.id.0, hash: u.password_hash, disabled: u.disabled });
    let passed = identity.judge(None, attempt, tried, core.clock.moment()).await?;
    let now = core.clock.now();
    let (row, token) = fresh(&identity.settings, passed.user, attempt.address, &attempt.agent, now);
    let begun = Begun { token, user: passed.user, must_change: false, expires_at: row.expires_at.0 };
    let before = attempt.before.as_deref().and_then(wanted);
    let unseen_since = earlier(now, identity.settings.session_idle);
    let began =
        core.catalogue.begin_super_session(row, before, unseen_since, passed.hash, passed.renewed).await?;
    if !began {
        return Err(SignInError::Wrong.into());
    }
    tracing::info!(user = %begun.user, "a super user signed in");
    Ok(begun)
}

/// Which super user shows this session token, if one who is still signed in.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn resolve_session(core: &Core, token: &str) -> Result<Option<SignedIn>> {
    let Some(hash) = wanted(token) else { return Ok(None) };
    let Some((row, user)) = core.catalogue.super_session(hash).await? else { return Ok(None) };
    let now = core.clock.now();
    if user.disabled || is_over(&core.identity.settings, &row, now) {
        return Ok(None);
    }
    if is_to_be_seen(&row, now)
        && let Err(error) = core.catalogue.see_super_session(user.id.0, hash, now).await
    {
        tracing::warn!(%error, "the last use of a super user's session could not be noted");
    }
    Ok(Some(SignedIn {
        user: user.id.0,
        name: user.name,
        display_name: user.display_name,
        email: user.email,
        grants: Grants::everything(),
        roles: vec!["Super user".into()],
        must_change: false,
        is_super: true,
        session: hash,
        expires_at: row.expires_at.0,
        csrf: row.csrf,
    }))
}

/// Ends the session of this token.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn sign_out(core: &Core, token: &str) -> Result<()> {
    match wanted(token) {
        Some(hash) => Ok(core.catalogue.end_super_session(hash).await?),
        None => Ok(()),
    }
}

/// Where a super user is signed in, this place first.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn sessions(core: &Core, who: &SignedIn) -> Result<Vec<SessionInfo>> {
    let rows = core.catalogue.super_sessions_of(who.user).await?;
    Ok(listed(rows, who, &core.identity.settings, core.clock.now()))
}

/// Ends one of a super user's own sessions, by its [`SessionInfo::id`]; answers whether there was one.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn revoke_session(core: &Core, who: &SignedIn, id: &str) -> Result<bool> {
    match hash_of_id(id) {
        Some(hash) => Ok(core.catalogue.end_super_session_of(who.user, hash).await?),
        None => Ok(false),
    }
}

/// Ends all of a super user's sessions but the one that asks; answers how many.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn revoke_other_sessions(core: &Core, who: &SignedIn) -> Result<usize> {
    Ok(core.catalogue.end_super_sessions_of(who.user, Some(who.session)).await?)
}

/// Changes a super user's own password, which needs the present one. All other sessions and all links end.
///
/// # Errors
/// [`EngineError::Invalid`] at `current` or `password`, [`EngineError::TooMany`], or what the database says.
#[crate::boxed]
pub async fn change_password(core: &Core, who: &SignedIn, current: &Password, new: &Password) -> Result<()> {
    let user = core.catalogue.super_user(who.user).await?.ok_or(EngineError::NotFound("super user"))?;
    let names = [&user.name, &user.email, &user.display_name].map(String::as_str);
    let new = NewPassword::parse(&new.0, FEWEST_SUPER, &names);
    let key = Key::account(None, who.user);
    core.identity.confirm(key, user.password_hash.clone(), current, core.clock.moment()).await?;
    let new = new.map_err(|problem| EngineError::invalid("password", problem))?;
    let kept = core.identity.hasher.hash(&new).await?;
    Ok(core.catalogue.set_super_password(who.user, kept, Some(who.session), core.clock.now()).await?)
}
