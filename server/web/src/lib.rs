//! HTTP: routes, extractors, public pages and the admin.
//!
//! Every request passes [`front`] once, which finds its tenant and takes the prefix off its path; then one
//! route table ([`routes`]) serves all tenants and another the Default tenant. Handlers take parsed
//! arguments, call one use case of the engine and answer. Nothing here queries a database.

pub mod admin;
pub mod assets;
pub mod context;
pub mod cookies;
pub mod error;
pub mod extract;
mod fault;
pub mod flash;
mod forwarded;
mod front;
mod headers;
mod ops;
mod own_writes;
mod reply;
pub mod route;
pub mod routes;
mod server;
mod site;
mod state;
mod times;

pub use error::WebError;
pub use ops::{Ops, serve_ops};
pub use server::{FINISH, Serving, serve};
pub use state::{Stock, Web, WebSettings};
