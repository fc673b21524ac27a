//! The admin: what the people who run a site, and those who run the whole row, work in.
//!
//! `view` holds what each screen shows, as plain values. Reading requests and calling the engine belongs to
//! the handlers beside it.

pub mod view;
