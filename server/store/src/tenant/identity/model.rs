//! Rows of people, as the engine reads and writes them. Names and addresses are text here: the engine parses
//! what people type, and imported authors may have no address.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{RoleId, UserId, permission::Grants, words};

use crate::{
    schema::tenant::{account, role},
    types::{Col, Json},
};

/// A user account.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = account, treat_none_as_default_value = false)]
pub struct AccountRow {
    /// Never reused.
    pub id: Col<UserId>,
    /// The login, lower case and unique.
    pub name: String,
    /// The mail address, unique in any case of letters; may be empty.
    pub email: String,
    /// The name that is shown.
    pub display_name: String,
    /// A few words that visitors may read.
    pub bio: String,
    /// A PHC string; absent until a password is chosen.
    pub password_hash: Option<String>,
    /// Whether the account is kept out.
    pub disabled: bool,
    /// Whether another password is to be chosen at the next sign-in.
    pub must_change: bool,
    /// When it was made.
    pub created_at: Col<Timestamp>,
    /// When the password was last chosen.
    pub password_changed_at: Option<Col<Timestamp>>,
    /// When its owner was last here, to the minute.
    pub seen_at: Option<Col<Timestamp>>,
}

/// A role and what it grants.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = role, treat_none_as_default_value = false)]
pub struct RoleRow {
    /// Its id.
    pub id: Col<RoleId>,
    /// A word, unique; the built-in roles are known by it.
    pub name: String,
    /// The name that is shown.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Whether every tenant has it.
    pub builtin: bool,
    /// What it grants.
    pub grants: Json<Grants>,
}

/// A place where somebody is signed in.
#[derive(Clone, Debug, Queryable)]
pub struct SessionRow {
    /// SHA-256 of the secret that only the browser has.
    pub hash: Vec<u8>,
    /// Whose session.
    pub user: Col<UserId>,
    /// What its form tokens are made from.
    pub csrf: Vec<u8>,
    /// The browser, as it names itself.
    pub agent: String,
    /// The network address it was begun from.
    pub address: String,
    /// When it was begun.
    pub created_at: Col<Timestamp>,
    /// When it was last used, to the minute.
    pub seen_at: Col<Timestamp>,
    /// When it ends at the latest.
    pub expires_at: Col<Timestamp>,
}

words! {
    /// What a one-time token is good for; it is worth nothing for anything else.
    pub enum TokenPurpose {
        /// Choosing a new password.
        Reset = "reset",
        /// Choosing the first password.
        Invite = "invite",
        /// Setting up a tenant.
        Setup = "setup",
        /// Making the first super user.
        FirstRun = "first-run",
    }
}

/// A token that works once.
#[derive(Clone, Debug, Queryable)]
pub struct TokenRow {
    /// SHA-256 of the token.
    pub hash: Vec<u8>,
    /// A [`TokenPurpose`].
    pub purpose: String,
    /// Whose account it is about.
    pub user: Option<Col<UserId>>,
    /// When it was made.
    pub created_at: Col<Timestamp>,
    /// Until when it works.
    pub expires_at: Col<Timestamp>,
    /// When it was used.
    pub used_at: Option<Col<Timestamp>>,
}

/// A session, whose it is, and the roles that count for it.
#[derive(Clone, Debug)]
pub struct SignedInRows {
    /// The session.
    pub session: SessionRow,
    /// The account.
    pub account: AccountRow,
    /// Its own roles and those that everybody signed in has.
    pub roles: Vec<RoleRow>,
}

/// What is changed of an account's owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The login.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// The name that is shown.
    pub display_name: String,
    /// A few words that visitors may read.
    pub bio: String,
}

words! {
    /// Whether an account can be used.
    pub enum AccountState {
        /// It can.
        Active = "active",
        /// Nobody has chosen a password yet.
        Invited = "invited",
        /// It is kept out.
        Disabled = "disabled",
    }
}

impl AccountRow {
    /// Whether it can be used.
    #[must_use]
    pub const fn state(&self) -> AccountState {
        match (self.disabled, &self.password_hash) {
            (true, _) => AccountState::Disabled,
            (false, None) => AccountState::Invited,
            (false, Some(_)) => AccountState::Active,
        }
    }
}

words! {
    /// The order of a list of accounts.
    pub enum AccountSort {
        /// By shown name.
        Name = "name",
        /// By when they were last here.
        Seen = "seen",
    }
}

/// Which accounts a list shows.
#[derive(Clone, Debug)]
pub struct AccountFilter {
    /// Letters in login, address or shown name.
    pub text: Option<String>,
    /// Only those with this role.
    pub role: Option<RoleId>,
    /// Only those in this state.
    pub state: Option<AccountState>,
    /// The order.
    pub sort: AccountSort,
    /// Whether the order is turned round.
    pub descending: bool,
    /// Rows to skip.
    pub offset: i64,
    /// Rows at most.
    pub limit: i64,
}
