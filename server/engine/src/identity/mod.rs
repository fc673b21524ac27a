//! Who somebody is: passwords, sessions, sign-in, one-time links, users and roles of a tenant, and the super
//! users of the installation.
//!
//! A tenant's people live in its own database and are nobody elsewhere; super users live in the catalogue.
//! Only grants that an actor has can be given by them, and nobody manages an account that may do more than
//! they. Cookies are the business of the web, which gets and gives raw session tokens here.

mod csrf;
mod link;
mod new_user;
mod password;
mod person;
mod profile;
mod rate;
mod roles;
mod seed;
mod session;
mod settings;
mod sign_in;
pub mod supers;
mod users;

#[cfg(test)]
mod tests;

pub use link::{LinkOwner, OneTimeLink, link_owner, redeem_link, request_reset, reset_link, send_reset_link};
pub use new_user::{Created, Entrance, NewUser, create_user, invite_user};
pub use password::{Hasher, NewPassword, Verdict};
pub use person::{NewPerson, Password};
pub use profile::{OwnProfile, ProfileEdit, change_password, edit_profile, own_profile};
pub use roles::{RoleEdit, RoleSummary, create_role, delete_role, edit_role, role, roles};
pub use rowhouse_store::{AccountSort, AccountState, TokenPurpose};
pub use seed::{complete_setup, has_administrator, seed_roles, setup_link, setup_open};
pub use session::{
    Begun, SessionInfo, SignedIn, resolve_session, revoke_other_sessions, revoke_session, sessions, sign_out,
};
pub(crate) use session::{tidy, unseen_since};
pub use settings::{HashCost, IdentitySettings, Rate};
pub use sign_in::{Attempt, sign_in};
pub use users::{
    RoleRef, UserDetail, UserEdit, UserFilter, UserSummary, delete_user, edit_user, find_user,
    set_user_disabled, user, users,
};

use crate::error::Result;
use rate::Buckets;

/// Fewest characters of a password of a tenant's user.
pub const PASSWORD_MINIMUM: u32 = password::FEWEST as u32;
/// Fewest characters of a super user's password.
pub const PASSWORD_MINIMUM_SUPER: u32 = password::FEWEST_SUPER as u32;

/// What a node keeps in memory about people: room for hashing, and who tried how often.
#[derive(Debug)]
pub struct Identity {
    settings: IdentitySettings,
    hasher: Hasher,
    accounts: Buckets,
    addresses: Buckets,
    mails: Buckets,
}

impl Identity {
    /// Ready for use; nobody has tried anything yet.
    ///
    /// # Errors
    /// If the cost of hashing is outside what the algorithm takes.
    pub fn new(settings: IdentitySettings) -> Result<Self> {
        Ok(Self {
            hasher: Hasher::new(settings.hash, settings.hashes_at_once, settings.hash_wait)?,
            accounts: Buckets::new(settings.tries_per_account, settings.remembered),
            addresses: Buckets::new(settings.tries_per_address, settings.remembered),
            mails: Buckets::new(settings.mails_per_account, settings.remembered),
            settings,
        })
    }

    /// What it was told.
    #[must_use]
    pub const fn settings(&self) -> &IdentitySettings {
        &self.settings
    }

    /// Where passwords are hashed.
    #[must_use]
    pub const fn hasher(&self) -> &Hasher {
        &self.hasher
    }
}
