//! Themes, templates, Markdown, sanitising and feeds: from typed contexts to bytes.
//!
//! This room renders what it is given. It has no database, no request, no clock and no network: dates come
//! in with the values, and the time zone with the site. Who may see a page, and whether it is still the
//! latest, is decided by the callers.

pub mod context;
pub mod html;
