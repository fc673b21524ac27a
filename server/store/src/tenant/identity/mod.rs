//! People of one tenant: accounts, roles, sessions and one-time tokens. Reads are [`Look`](super::Look)'s;
//! what only signed-in eyes see is written at the [`Desk`](super::Desk); who has which role, who is kept out
//! and what visitors see of an author are [`Change`](super::Change)s, because the tenant's lock keeps two
//! administrators from taking the last role from each other. What is allowed is decided by the engine.

pub(crate) mod account;
mod change;
mod model;
mod role;
pub(crate) mod session;
pub(crate) mod token;

pub use model::{
    AccountFilter, AccountRow, AccountSort, AccountState, Profile, RoleRow, SessionRow, SignedInRows,
    TokenPurpose, TokenRow,
};
