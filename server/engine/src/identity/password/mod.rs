//! Passwords: which are good enough, and how they are kept. A [`NewPassword`] has passed the rules; only
//! such a one can be hashed.

mod common;
mod hasher;
mod rules;

pub use hasher::{Hasher, Verdict};
pub use rules::NewPassword;
pub(super) use rules::{FEWEST, FEWEST_SUPER};
