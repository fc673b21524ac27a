//! One-time links: to choose a new password, or the first one. The link has 256 random bits, the database
//! their hash; it works once and not for long, and the newest of an account is the only one.

use std::net::IpAddr;

use jiff::Timestamp;
use rowhouse_domain::{
    UserId,
    permission::{Area, Permission},
};
use rowhouse_store::{AccountRow, Col, Desk, NewJob, TokenPurpose, TokenRow};

use super::{
    NewPassword,
    password::FEWEST,
    person::{Called, Password},
    rate::Key,
    session::later,
    sign_in::find_called,
    users::guard_account,
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    jobs,
    keys::{hash_token, random_token},
    mail::{self, Mail},
    site::Site,
};

/// A link's secret part, to be shown or sent once.
#[derive(Clone)]
pub struct OneTimeLink {
    /// The secret part.
    pub token: String,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// Whether a mail with it is on its way to its owner.
    pub mailed: bool,
}

impl std::fmt::Debug for OneTimeLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OneTimeLink(until {})", self.expires_at)
    }
}

impl OneTimeLink {
    /// A new link and the row that knows it again.
    pub(super) fn fresh(
        purpose: TokenPurpose,
        user: Option<UserId>,
        now: Timestamp,
        valid: std::time::Duration,
    ) -> (Self, TokenRow) {
        let link = Self { token: random_token(), expires_at: later(now, valid), mailed: false };
        let row = TokenRow {
            hash: hash_token(&link.token).to_vec(),
            purpose: purpose.as_str().to_owned(),
            user: user.map(Col),
            created_at: Col(now),
            expires_at: Col(link.expires_at),
            used_at: None,
        };
        (link, row)
    }
}

/// Whether a token could be used now, for one of these purposes.
pub(super) fn works(row: &TokenRow, purposes: &[TokenPurpose], now: Timestamp) -> bool {
    row.used_at.is_none()
        && row.expires_at.0 > now
        && purposes.iter().any(|purpose| purpose.as_str() == row.purpose)
}

/// What is said of a link that does not work, or no longer.
pub(super) fn spent() -> EngineError {
    EngineError::NotFound("link any more: it was used or is too old; ask for a new one")
}

/// Whose password a link is about.
#[derive(Clone, Debug)]
pub struct LinkOwner {
    /// The account.
    pub user: UserId,
    /// The login.
    pub name: String,
    /// The name that is shown.
    pub display_name: String,
    /// Whether it is the first password.
    pub first: bool,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

const CHOOSE: &[TokenPurpose] = &[TokenPurpose::Reset, TokenPurpose::Invite];

/// Makes a link for an account; earlier ones end.
#[crate::boxed]
pub(super) async fn add_link(s: &mut Desk, user: UserId, row: &TokenRow) -> rowhouse_store::Result<()> {
    s.drop_tokens_of(user).await?;
    s.add_token(row).await
}

pub(super) fn fresh_for(site: &Site, account: &AccountRow) -> (OneTimeLink, TokenRow, TokenPurpose) {
    let settings = &site.core().identity.settings;
    let (purpose, valid) = match account.password_hash {
        Some(_) => (TokenPurpose::Reset, settings.reset_for),
        None => (TokenPurpose::Invite, settings.invite_for),
    };
    let (link, row) = OneTimeLink::fresh(purpose, Some(account.id.0), site.now(), valid);
    (link, row, purpose)
}

/// A link for an account, made by somebody who manages it: an invitation while there is no password yet.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::NotFound`], [`EngineError::Conflict`] for an account that is kept
/// out, or what the database says.
#[crate::boxed]
pub async fn reset_link(site: &Site, actor: &Actor, user: UserId) -> Result<OneTimeLink> {
    make_link(site, actor, user, None).await
}

/// As [`reset_link`]; if the account has an address, a mail goes there with the link as `{link_base}{token}`.
///
/// # Errors
/// As [`reset_link`].
#[crate::boxed]
pub async fn send_reset_link(
    site: &Site,
    actor: &Actor,
    user: UserId,
    link_base: &str,
) -> Result<OneTimeLink> {
    actor.require(Permission::Site(Area::Users))?;
    site.note_due([site.now()]).await?;
    let link = make_link(site, actor, user, Some(link_base.to_owned())).await?;
    site.due_now().await;
    Ok(link)
}

async fn make_link(
    site: &Site,
    actor: &Actor,
    user: UserId,
    link_base: Option<String>,
) -> Result<OneTimeLink> {
    actor.require(Permission::Site(Area::Users))?;
    let (actor, here) = (actor.clone(), site.clone());
    site.private(move |s| {
        Box::pin(async move {
            let account = guard_account(s, &actor, user).await?;
            if account.disabled {
                let text = format!("{} is disabled; enable the account first", account.name);
                return Err(EngineError::Conflict(text).into());
            }
            let (mut link, row, purpose) = fresh_for(&here, &account);
            add_link(s, user, &row).await?;
            if let Some(base) = link_base {
                let job = posted(&here, &account, purpose, &mut link, &base)?;
                post(s, job).await?;
            }
            Ok(link)
        })
    })
    .await
}

/// Somebody forgot their password. The answer is the same whether or not there is such an account, and comes
/// as soon; a link goes by mail to the address of the account, as `{link_base}{token}`.
///
/// # Errors
/// [`EngineError::TooMany`].
#[crate::boxed]
pub async fn request_reset(site: &Site, login: &str, address: IpAddr, link_base: &str) -> Result<()> {
    let identity = &site.core().identity;
    let now = site.clock().moment();
    let called = Called::read(login);
    let too_many = |retry_after| EngineError::TooMany { retry_after };
    identity.addresses.take(Key::address(address), now).map_err(too_many)?;
    identity.mails.take(Key::unknown(Some(site.id()), called.key()), now).map_err(too_many)?;
    let (here, login, base) = (site.clone(), login.to_owned(), link_base.to_owned());
    site.core().catalogue.runtime().spawn(async move {
        if let Err(error) = post_reset(&here, &login, &base).await {
            tracing::warn!(tenant = %here.id(), %error, "a link for a new password could not be made");
        }
    });
    Ok(())
}

async fn post_reset(site: &Site, login: &str, base: &str) -> Result<()> {
    let Some(account) = find_called(site, login).await?.filter(|a| !a.disabled && !a.email.is_empty()) else {
        tracing::info!(tenant = %site.id(), "a new password was asked for an account without an address");
        return Ok(());
    };
    // by account too: it can be called by name and by address
    let key = Key::account(Some(site.id()), account.id.0);
    if site.core().identity.mails.take(key, site.clock().moment()).is_err() {
        return Ok(());
    }
    let (mut link, row, purpose) = fresh_for(site, &account);
    let (user, job) = (account.id.0, posted(site, &account, purpose, &mut link, base)?);
    site.note_due([site.now()]).await?;
    site.private(move |s| {
        Box::pin(async move {
            add_link(s, user, &row).await?;
            post(s, job).await
        })
    })
    .await?;
    site.due_now().await;
    Ok(())
}

/// The job that mails a link to its owner, if they have an address; the link knows of it.
pub(super) fn posted(
    site: &Site,
    account: &AccountRow,
    purpose: TokenPurpose,
    link: &mut OneTimeLink,
    base: &str,
) -> Result<Option<NewJob>> {
    if account.email.is_empty() {
        return Ok(None);
    }
    link.mailed = true;
    let mail = letter(site, account, purpose, &format!("{base}{}", link.token));
    jobs::letter(site.keys(), mail, Some(link.expires_at), site.now()).map(Some)
}

/// Keeps that job with what causes it.
#[crate::boxed]
pub(super) async fn post(s: &mut Desk, job: Option<NewJob>) -> rowhouse_store::Result<()> {
    match job {
        Some(job) => s.add_job(&job).await.map(drop),
        None => Ok(()),
    }
}

fn letter(site: &Site, account: &AccountRow, purpose: TokenPurpose, url: &str) -> Mail {
    let info = site.info();
    let settings = &site.core().identity.settings;
    let to = mail::Recipient { name: account.display_name.clone(), address: account.email.clone() };
    match purpose {
        TokenPurpose::Reset => mail::reset(to, &info.title, &account.name, url, settings.reset_for),
        TokenPurpose::Invite | TokenPurpose::Setup | TokenPurpose::FirstRun => {
            mail::invite(to, &info.title, &account.name, url, settings.invite_for)
        }
    }
}

/// Whose password a link is about, if it still works.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn link_owner(site: &Site, token: &str) -> Result<Option<LinkOwner>> {
    Ok(owner(site, token).await?.map(|(row, account)| LinkOwner {
        user: account.id.0,
        first: account.password_hash.is_none(),
        name: account.name,
        display_name: account.display_name,
        expires_at: row.expires_at.0,
    }))
}

async fn owner(site: &Site, token: &str) -> Result<Option<(TokenRow, AccountRow)>> {
    let (hash, now) = (hash_token(token), site.now());
    site.look(move |s| {
        Box::pin(async move {
            let row = s.token(hash).await?.filter(|row| works(row, CHOOSE, now));
            let Some((row, user)) = row.and_then(|row| row.user.map(|user| (row, user.0))) else {
                return Ok(None);
            };
            let account = s.account(user).await?.filter(|a| !a.disabled);
            Ok(account.map(|account| (row, account)))
        })
    })
    .await
}

/// Chooses a password by a link, which is used up. All sessions of the account end.
///
/// # Errors
/// [`EngineError::Invalid`] at `password` (the link still works then), [`EngineError::NotFound`] for a link
/// that does not work, or what the database says.
#[crate::boxed]
pub async fn redeem_link(site: &Site, token: &str, password: &Password) -> Result<UserId> {
    let (_, account) = owner(site, token).await?.ok_or_else(spent)?;
    let title = site.info().title.clone();
    let names = [&account.name, &account.email, &account.display_name, &title].map(String::as_str);
    let password = NewPassword::parse(&password.0, FEWEST, &names)
        .map_err(|problem| EngineError::invalid("password", problem))?;
    let kept = site.core().identity.hasher.hash(&password).await?;
    let (hash, now, user) = (hash_token(token), site.now(), account.id.0);
    site.private(move |s| {
        Box::pin(async move {
            let row = s.spend_token(hash, now).await?;
            let usable = s.account(user).await?.is_some_and(|a| !a.disabled);
            if row.is_none() || !usable {
                return Err(spent().into());
            }
            s.set_password(user, &kept, false, now).await?;
            s.drop_tokens_of(user).await?;
            s.end_sessions_of(user, None).await
        })
    })
    .await?;
    Ok(user)
}
