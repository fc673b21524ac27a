//! Sessions of a tenant's users. The browser has 256 random bits; the database has their hash, so that a
//! copy of it signs nobody in. A session ends when it was not used for a while, at its absolute limit, with
//! a new password, and when its account is kept out.

use std::{collections::BTreeSet, net::IpAddr, time::Duration};

use jiff::Timestamp;
use rand::RngCore;
use rowhouse_domain::{
    UserId,
    permission::{BuiltinRole, Grants},
};
use rowhouse_store::{Col, Desk, RoleRow, SessionRow, SignedInRows};
use serde::Serialize;

use super::{csrf, person, settings::IdentitySettings};
use crate::{
    actor::Actor,
    error::Result,
    keys::{hash_token, random_token},
    node::Core,
    site::Site,
};

/// How old the noted time of a session's last use may be.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// Characters of a session token; anything else needs no look into the database.
const TOKEN_LENGTH: usize = 43;

pub(super) fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

pub(super) fn earlier(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// Somebody signed in, as a request meets them.
#[derive(Clone)]
pub struct SignedIn {
    /// The account: a tenant's user, or a super user.
    pub user: UserId,
    /// The login.
    pub name: String,
    /// The name that is shown.
    pub display_name: String,
    /// The mail address; may be empty.
    pub email: String,
    /// All that is granted.
    pub grants: Grants,
    /// Titles of the roles that were given.
    pub roles: Vec<String>,
    /// Whether another password is to be chosen before anything else.
    pub must_change: bool,
    /// Whether this is a super user of the installation.
    pub is_super: bool,
    /// The hash of the session's token.
    pub session: [u8; 32],
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
    pub(super) csrf: Vec<u8>,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn({} {})", self.name, self.user)
    }
}

impl SignedIn {
    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            user: (!self.is_super).then_some(self.user),
            name: self.name.clone(),
            grants: self.grants.clone(),
            is_super: self.is_super,
        }
    }

    /// A token for the forms of one page.
    #[must_use]
    pub fn form_token(&self) -> String {
        csrf::token(&self.csrf)
    }

    /// Whether a form's token was made for this session.
    #[must_use]
    pub fn accepts(&self, form_token: &str) -> bool {
        csrf::check(&self.csrf, form_token)
    }
}

/// A session just begun. The token is for the browser alone.
#[derive(Clone)]
pub struct Begun {
    /// What the browser shows from now on.
    pub token: String,
    /// Whose session it is.
    pub user: UserId,
    /// Whether another password is to be chosen first.
    pub must_change: bool,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Begun({})", self.user)
    }
}

/// A place where somebody is signed in.
#[derive(Clone, Debug, Serialize)]
pub struct SessionInfo {
    /// A name for it that signs nobody in.
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The browser, as it names itself.
    pub agent: String,
    /// The address it was begun from.
    pub address: String,
    /// When it was begun.
    pub began: Timestamp,
    /// When it was last used, to the minute.
    pub seen: Timestamp,
    /// When it ends at the latest.
    pub expires: Timestamp,
}

/// A new session's row and the token for the browser.
pub(super) fn fresh(
    settings: &IdentitySettings,
    user: UserId,
    address: IpAddr,
    agent: &str,
    now: Timestamp,
) -> (SessionRow, String) {
    let token = random_token();
    let mut csrf = vec![0; 32];
    rand::rng().fill_bytes(&mut csrf);
    let row = SessionRow {
        hash: hash_token(&token).to_vec(),
        user: Col(user),
        csrf,
        agent: person::agent(agent),
        address: address.to_canonical().to_string(),
        created_at: Col(now),
        seen_at: Col(now),
        expires_at: Col(later(now, settings.session_absolute)),
    };
    (row, token)
}

/// The hash to look for, if the text can be a session's token at all.
pub(super) fn wanted(token: &str) -> Option<[u8; 32]> {
    (token.len() == TOKEN_LENGTH).then(|| hash_token(token))
}

pub(super) fn is_over(settings: &IdentitySettings, row: &SessionRow, now: Timestamp) -> bool {
    now >= row.expires_at.0 || now >= later(row.seen_at.0, settings.session_idle)
}

pub(super) fn is_to_be_seen(row: &SessionRow, now: Timestamp) -> bool {
    now >= later(row.seen_at.0, SEEN_EVERY)
}

pub(super) fn info(row: SessionRow, current: &[u8; 32]) -> SessionInfo {
    SessionInfo {
        id: hex::encode(&row.hash),
        current: row.hash == current,
        agent: row.agent,
        address: row.address,
        began: row.created_at.0,
        seen: row.seen_at.0,
        expires: row.expires_at.0,
    }
}

/// The hash that [`SessionInfo::id`] spells.
pub(super) fn hash_of_id(id: &str) -> Option<[u8; 32]> {
    hex::decode(id).ok()?.try_into().ok()
}

/// What roles grant together. Administrators may do everything, also what this build added.
pub(super) fn united<'a>(roles: impl IntoIterator<Item = &'a RoleRow>) -> Grants {
    roles.into_iter().fold(Grants::default(), |all, role| all.united(&granted_by(role)))
}

pub(super) fn granted_by(role: &RoleRow) -> Grants {
    match role.name.parse() {
        Ok(BuiltinRole::Administrator) => Grants::everything(),
        _ => role.grants.0.clone(),
    }
}

fn signed_in(rows: SignedInRows, session: [u8; 32]) -> SignedIn {
    let given = |role: &&RoleRow| role.name.parse().is_ok_and(BuiltinRole::assignable) || !role.builtin;
    let titles: BTreeSet<String> = rows.roles.iter().filter(given).map(|r| r.title.clone()).collect();
    SignedIn {
        user: rows.account.id.0,
        grants: united(&rows.roles),
        name: rows.account.name,
        display_name: rows.account.display_name,
        email: rows.account.email,
        roles: titles.into_iter().collect(),
        must_change: rows.account.must_change,
        is_super: false,
        session,
        expires_at: rows.session.expires_at.0,
        csrf: rows.session.csrf,
    }
}

/// Who shows this session token, if anybody who is still signed in. Two queries; once a minute it also notes
/// that they were here.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn resolve_session(site: &Site, token: &str) -> Result<Option<SignedIn>> {
    let Some(hash) = wanted(token) else { return Ok(None) };
    let found = site.look(move |s| Box::pin(s.signed_in(hash))).await?;
    let (Some(rows), now) = (found, site.now()) else { return Ok(None) };
    if rows.account.disabled || is_over(&site.core().identity.settings, &rows.session, now) {
        return Ok(None);
    }
    if is_to_be_seen(&rows.session, now) {
        let user = rows.account.id.0;
        let seen = site.private(move |s| Box::pin(s.see_session(user, hash, now))).await;
        if let Err(error) = seen {
            tracing::warn!(tenant = %site.id(), %error, "the last use of a session could not be noted");
        }
    }
    Ok(Some(signed_in(rows, hash)))
}

/// Ends the session of this token.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn sign_out(site: &Site, token: &str) -> Result<()> {
    match wanted(token) {
        Some(hash) => site.private(move |s| Box::pin(s.end_session(hash))).await,
        None => Ok(()),
    }
}

/// Where somebody is signed in, this place first.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn sessions(site: &Site, who: &SignedIn) -> Result<Vec<SessionInfo>> {
    let user = who.user;
    let rows = site.look(move |s| Box::pin(s.sessions_of(user))).await?;
    Ok(listed(rows, who, &site.core().identity.settings, site.now()))
}

pub(super) fn listed(
    rows: Vec<SessionRow>,
    who: &SignedIn,
    settings: &IdentitySettings,
    now: Timestamp,
) -> Vec<SessionInfo> {
    let live = rows.into_iter().filter(|row| !is_over(settings, row, now));
    let mut places: Vec<SessionInfo> = live.map(|row| info(row, &who.session)).collect();
    places.sort_by_key(|place| !place.current);
    places
}

/// Ends one of somebody's own sessions, by its [`SessionInfo::id`]; answers whether there was one.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn revoke_session(site: &Site, who: &SignedIn, id: &str) -> Result<bool> {
    let (Some(hash), user) = (hash_of_id(id), who.user) else { return Ok(false) };
    site.private(move |s| Box::pin(s.end_session_of(user, hash))).await
}

/// Ends all of somebody's sessions but the one that asks; answers how many.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn revoke_other_sessions(site: &Site, who: &SignedIn) -> Result<usize> {
    let (user, kept) = (who.user, who.session);
    site.private(move |s| Box::pin(s.end_sessions_of(user, Some(kept)))).await
}

/// Removes sessions that are over and links that are too old; answers how many.
#[crate::boxed]
pub(crate) async fn tidy(
    s: &mut Desk,
    now: Timestamp,
    unseen_since: Timestamp,
) -> rowhouse_store::Result<usize> {
    Ok(s.end_expired_sessions(now, unseen_since).await? + s.drop_expired_tokens(now).await?)
}

/// Sessions that nobody used since are over.
pub(crate) fn unseen_since(core: &Core, now: Timestamp) -> Timestamp {
    earlier(now, core.identity.settings.session_idle)
}
