//! Super users: who manage the installation. They live in the catalogue, sign in to the Default tenant, and
//! need longer passwords. There is no built-in one: the first is made with a token from the log.

mod manage;
mod profile;
mod session;

pub use manage::{
    NewSuperUser, SuperUserInfo, create, disable, enable, find, first_run, first_run_token, invite,
    is_first_run, link_owner, list, redeem_link, request_reset, reset_link, send_reset_link,
};
pub use profile::edit_profile;
pub use session::{
    change_password, resolve_session, revoke_other_sessions, revoke_session, sessions, sign_in, sign_out,
};
