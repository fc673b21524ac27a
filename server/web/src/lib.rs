//! HTTP: routes, extractors, public pages and the admin.

pub mod admin;
