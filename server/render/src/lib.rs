//! Themes, templates, Markdown, sanitising and feeds: from typed contexts to bytes.
//!
//! This room renders what it is given. It has no database, no request, no clock and no network: dates come
//! in with the values, and the time zone with the site. Who may see a page, and whether it is still the
//! latest, is decided by the callers.

pub mod colour;
pub mod context;
pub mod engine;
mod error;
pub mod feed;
mod functions;
pub mod html;
pub mod markdown;
pub mod pack;
pub mod pictures;
pub mod sanitise;
pub mod sitemap;
pub mod text;
pub mod theme;
mod xml;

pub use engine::{TemplateHelpers, Templates};
pub use error::RenderError;
pub use html::SafeHtml;
pub use theme::{Theme, ThemeError, Themes};
