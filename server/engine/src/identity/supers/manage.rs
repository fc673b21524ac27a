//! Making, listing and keeping out super users, and the links by which they choose passwords.

use std::net::IpAddr;

use jiff::Timestamp;
use rowhouse_domain::UserId;
use rowhouse_store::{
    AccountState, Col, NewJob, StoreError, SuperUserChange, SuperUserRow, TokenPurpose, TokenRow,
};
use serde::Serialize;

use crate::{
    actor::Actor,
    error::{EngineError, Result},
    identity::{
        LinkOwner, NewPassword, NewPerson, OneTimeLink, Password,
        link::{spent, works},
        password::FEWEST_SUPER,
        person::{Called, Person},
        rate::Key,
    },
    jobs,
    keys::hash_token,
    mail,
    node::Core,
};

/// A super user as screens show one.
#[derive(Clone, Debug, Serialize)]
pub struct SuperUserInfo {
    /// The account.
    pub id: UserId,
    /// The login.
    pub name: String,
    /// The mail address; may be empty.
    pub email: String,
    /// The name that is shown.
    pub display_name: String,
    /// Whether the account can be used.
    pub state: AccountState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its owner was last here.
    pub seen_at: Option<Timestamp>,
}

/// A super user just made.
#[derive(Clone, Debug)]
pub struct NewSuperUser {
    /// The account.
    pub id: UserId,
    /// The invitation, where no password was given.
    pub link: Option<OneTimeLink>,
}

const fn state(row: &SuperUserRow) -> AccountState {
    match (row.disabled, &row.password_hash) {
        (true, _) => AccountState::Disabled,
        (false, None) => AccountState::Invited,
        (false, Some(_)) => AccountState::Active,
    }
}

fn guard(actor: &Actor) -> Result<()> {
    if actor.is_super { Ok(()) } else { Err(EngineError::Denied { need: "super user".into() }) }
}

fn row(person: Person, password_hash: Option<String>, now: Timestamp) -> SuperUserRow {
    SuperUserRow {
        id: Col(UserId::fresh()),
        name: person.user.to_string(),
        email: person.email_text(),
        display_name: person.name,
        password_changed_at: password_hash.as_ref().map(|_| Col(now)),
        password_hash,
        disabled: false,
        created_at: Col(now),
        seen_at: None,
    }
}

fn taken(error: StoreError) -> EngineError {
    crate::identity::users::taken(error).into()
}

/// All super users by login.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn list(core: &Core, actor: &Actor) -> Result<Vec<SuperUserInfo>> {
    guard(actor)?;
    let rows = core.catalogue.super_users().await?;
    Ok(rows
        .into_iter()
        .map(|row| SuperUserInfo {
            id: row.id.0,
            state: state(&row),
            name: row.name,
            email: row.email,
            display_name: row.display_name,
            created_at: row.created_at.0,
            seen_at: row.seen_at.map(|t| t.0),
        })
        .collect())
}

/// The super user of this login or address.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn find(core: &Core, actor: &Actor, login: &str) -> Result<Option<UserId>> {
    guard(actor)?;
    let found = core.catalogue.super_user_called(Called::read(login).key().to_owned()).await?;
    Ok(found.map(|user| user.id.0))
}

/// Makes a super user, with a password or by an invitation.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::Invalid`] at `user`, `email`, `name` or `password`, or what the
/// database says.
#[crate::boxed]
pub async fn create(
    core: &Core,
    actor: &Actor,
    person: &NewPerson,
    password: Option<&Password>,
) -> Result<NewSuperUser> {
    make(core, actor, person, password, None).await
}

/// Makes a super user by an invitation, which goes by mail, too, as `{link_base}{token}`, if there is an
/// address.
///
/// # Errors
/// As [`create`].
#[crate::boxed]
pub async fn invite(core: &Core, actor: &Actor, person: &NewPerson, link_base: &str) -> Result<NewSuperUser> {
    make(core, actor, person, None, Some(link_base)).await
}

async fn make(
    core: &Core,
    actor: &Actor,
    person: &NewPerson,
    password: Option<&Password>,
    link_base: Option<&str>,
) -> Result<NewSuperUser> {
    guard(actor)?;
    let now = core.clock.now();
    let row = match password {
        Some(password) => {
            let (person, password) = person.parse_with(password, FEWEST_SUPER, &[])?;
            row(person, Some(core.identity.hasher.hash(&password).await?), now)
        }
        None => row(person.parse()?, None, now),
    };
    let id = row.id.0;
    let invitation = row.password_hash.is_none().then(|| fresh_for(core, &row));
    let (mut link, token) = invitation.unzip();
    let mail = match (&mut link, link_base) {
        (Some(link), Some(base)) => posted(core, &row, link, base)?,
        _ => None,
    };
    core.catalogue.add_super_user(row, token, mail).await.map_err(taken)?;
    core.wake_workers(None).await;
    tracing::info!(user = %id, by = %actor.name, "made a super user");
    Ok(NewSuperUser { id, link })
}

/// Keeps a super user out, which ends their sessions and links.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], [`EngineError::Conflict`] for oneself and for the last
/// one who can sign in, or what the database says.
#[crate::boxed]
pub async fn disable(core: &Core, actor: &Actor, who: Option<&UserId>, id: UserId) -> Result<()> {
    guard(actor)?;
    if who == Some(&id) {
        return Err(EngineError::Conflict("you cannot disable your own account".into()));
    }
    set_disabled(core, id, true).await
}

/// Lets a super user in again.
///
/// # Errors
/// As [`disable`].
#[crate::boxed]
pub async fn enable(core: &Core, actor: &Actor, id: UserId) -> Result<()> {
    guard(actor)?;
    set_disabled(core, id, false).await
}

async fn set_disabled(core: &Core, id: UserId, disabled: bool) -> Result<()> {
    match core.catalogue.set_super_user_disabled(id, disabled).await? {
        SuperUserChange::Done => Ok(()),
        SuperUserChange::Missing => Err(EngineError::NotFound("super user")),
        SuperUserChange::Last => {
            let text = "this is the last super user who can sign in; make another one first";
            Err(EngineError::Conflict(text.into()))
        }
    }
}

fn fresh_for(core: &Core, row: &SuperUserRow) -> (OneTimeLink, TokenRow) {
    let settings = core.identity.settings();
    let (purpose, valid) = match row.password_hash {
        Some(_) => (TokenPurpose::Reset, settings.reset_for),
        None => (TokenPurpose::Invite, settings.invite_for),
    };
    OneTimeLink::fresh(purpose, Some(row.id.0), core.clock.now(), valid)
}

/// A link by which a super user chooses a password; earlier ones end.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], [`EngineError::Conflict`] for one who is kept out, or
/// what the database says.
#[crate::boxed]
pub async fn reset_link(core: &Core, actor: &Actor, id: UserId) -> Result<OneTimeLink> {
    make_link(core, actor, id, None).await
}

/// As [`reset_link`]; it goes by mail, too, as `{link_base}{token}`, if there is an address.
///
/// # Errors
/// As [`reset_link`].
#[crate::boxed]
pub async fn send_reset_link(core: &Core, actor: &Actor, id: UserId, link_base: &str) -> Result<OneTimeLink> {
    make_link(core, actor, id, Some(link_base)).await
}

async fn make_link(core: &Core, actor: &Actor, id: UserId, link_base: Option<&str>) -> Result<OneTimeLink> {
    guard(actor)?;
    let row = core.catalogue.super_user(id).await?.ok_or(EngineError::NotFound("super user"))?;
    if row.disabled {
        return Err(EngineError::Conflict(format!("{} is disabled; enable the account first", row.name)));
    }
    let (mut link, token) = fresh_for(core, &row);
    let mail = match link_base {
        Some(base) => posted(core, &row, &mut link, base)?,
        None => None,
    };
    core.catalogue.add_super_token(token, mail).await?;
    core.wake_workers(None).await;
    Ok(link)
}

/// A super user forgot their password. The answer is the same whether or not there is one of that name; a link
/// goes by mail to the address of the account, as `{link_base}{token}`.
///
/// # Errors
/// [`EngineError::TooMany`].
#[crate::boxed]
pub async fn request_reset(core: &Core, login: &str, address: IpAddr, link_base: &str) -> Result<()> {
    let now = core.clock.moment();
    let called = Called::read(login).key().to_owned();
    let too_many = |retry_after| EngineError::TooMany { retry_after };
    core.identity.addresses.take(Key::address(address), now).map_err(too_many)?;
    core.identity.mails.take(Key::unknown(None, &called), now).map_err(too_many)?;
    let (here, base) = (core.clone(), link_base.to_owned());
    core.catalogue.runtime().spawn(async move {
        if let Err(error) = post_reset(&here, called, &base).await {
            tracing::warn!(%error, "a super user's link for a new password could not be made");
        }
    });
    Ok(())
}

async fn post_reset(core: &Core, called: String, base: &str) -> Result<()> {
    let found = core.catalogue.super_user_called(called).await?;
    let Some(row) = found.filter(|row| !row.disabled && !row.email.is_empty()) else {
        tracing::info!("a new password was asked for a super user who is not there or has no address");
        return Ok(());
    };
    // by account too: it can be called by name and by address
    if core.identity.mails.take(Key::account(None, row.id.0), core.clock.moment()).is_err() {
        return Ok(());
    }
    let (mut link, token) = fresh_for(core, &row);
    let mail = posted(core, &row, &mut link, base)?;
    core.catalogue.add_super_token(token, mail).await?;
    core.wake_workers(None).await;
    Ok(())
}

/// The job that mails a link to its owner, if they have an address; the link knows of it.
fn posted(core: &Core, row: &SuperUserRow, link: &mut OneTimeLink, base: &str) -> Result<Option<NewJob>> {
    if row.email.is_empty() {
        return Ok(None);
    }
    link.mailed = true;
    let (settings, url) = (core.identity.settings(), format!("{base}{}", link.token));
    let to = mail::Recipient { name: row.display_name.clone(), address: row.email.clone() };
    let mail = match row.password_hash {
        Some(_) => mail::reset(to, "Rowhouse", &row.name, &url, settings.reset_for),
        None => mail::invite(to, "Rowhouse", &row.name, &url, settings.invite_for),
    };
    jobs::letter(&core.keys, mail, Some(link.expires_at), core.clock.now()).map(Some)
}

async fn owner(core: &Core, token: &str) -> Result<Option<(TokenRow, SuperUserRow)>> {
    let purposes = [TokenPurpose::Reset, TokenPurpose::Invite];
    let row = core.catalogue.super_token(hash_token(token)).await?;
    let row = row.filter(|row| works(row, &purposes, core.clock.now()));
    let Some((row, user)) = row.and_then(|row| row.user.map(|user| (row, user.0))) else { return Ok(None) };
    let user = core.catalogue.super_user(user).await?.filter(|user| !user.disabled);
    Ok(user.map(|user| (row, user)))
}

/// Whose password a link is about, if it still works.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn link_owner(core: &Core, token: &str) -> Result<Option<LinkOwner>> {
    Ok(owner(core, token).await?.map(|(row, user)| LinkOwner {
        user: user.id.0,
        first: user.password_hash.is_none(),
        name: user.name,
        display_name: user.display_name,
        expires_at: row.expires_at.0,
    }))
}

/// Chooses a password by a link, which is used up. All sessions of the super user end.
///
/// # Errors
/// [`EngineError::Invalid`] at `password` (the link still works then), [`EngineError::NotFound`] for a link
/// that does not work, or what the database says.
#[crate::boxed]
pub async fn redeem_link(core: &Core, token: &str, password: &Password) -> Result<UserId> {
    let (_, user) = owner(core, token).await?.ok_or_else(spent)?;
    let names = [&user.name, &user.email, &user.display_name].map(String::as_str);
    let password = NewPassword::parse(&password.0, FEWEST_SUPER, &names)
        .map_err(|problem| EngineError::invalid("password", problem))?;
    let kept = core.identity.hasher.hash(&password).await?;
    let done = core.catalogue.redeem_super_token(hash_token(token), kept, core.clock.now()).await?;
    if done { Ok(user.id.0) } else { Err(spent()) }
}

/// A token to make the first super user with, for the log; nothing once there is one. Nodes that start
/// together have one each, and all of them end with the first use.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn first_run_token(core: &Core) -> Result<Option<OneTimeLink>> {
    if core.catalogue.has_super_user().await? {
        return Ok(None);
    }
    let valid = core.identity.settings().first_run_for;
    let (link, row) = OneTimeLink::fresh(TokenPurpose::FirstRun, None, core.clock.now(), valid);
    core.catalogue.add_super_token(row, None).await?;
    Ok(Some(link))
}

/// Whether nobody manages the installation yet.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn is_first_run(core: &Core) -> Result<bool> {
    Ok(!core.catalogue.has_super_user().await?)
}

/// Makes the first super user by the token from the log, which ends all such tokens.
///
/// # Errors
/// [`EngineError::Invalid`] at `token`, `user`, `email`, `name` or `password`, or what the database says.
#[crate::boxed]
pub async fn first_run(core: &Core, token: &str, person: &NewPerson, password: &Password) -> Result<UserId> {
    let wrong = || {
        EngineError::invalid(
            "token",
            "this is not the token in the log; start the program again for a new one",
        )
    };
    let (hash, now) = (hash_token(token.trim()), core.clock.now());
    let row_of_token = core.catalogue.super_token(hash).await?;
    row_of_token.filter(|t| works(t, &[TokenPurpose::FirstRun], now)).ok_or_else(wrong)?;
    let (person, password) = person.parse_with(password, FEWEST_SUPER, &[])?;
    let row = row(person, Some(core.identity.hasher.hash(&password).await?), now);
    let id = row.id.0;
    let done = core.catalogue.add_first_super_user(row, hash, now).await.map_err(taken)?;
    if done { Ok(id) } else { Err(wrong()) }
}
