//! Extractors: one type a file. A handler's arguments say whose site it is about, who asks, and what they
//! must be allowed; a handler without such an argument is visibly public.

mod can;
mod form;
mod member;
mod super_user;
mod tenant;

pub use can::{Can, Need, need};
pub use form::{Form, Posted, from_this_site};
pub use member::{Member, session_scope, signed_in};
pub use super_user::{SuperUser, super_scope};
pub use tenant::{At, AtUnfinished};
