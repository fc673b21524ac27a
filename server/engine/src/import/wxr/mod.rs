//! Reading a WordPress export (WXR 1.x) and turning what is in it into what a site can hold.
//!
//! [`WxrReader`] yields typed events with the memory of one item; [`convert`] makes clean HTML of a body;
//! [`plan_routes`] decides every address and the redirects from the old ones. Everything here is pure or
//! reads from a given reader: what is stored, and how bodies are sanitised, is decided elsewhere.

mod address;
mod error;
mod event;
mod fields;
mod html;
mod item;
mod links;
mod markup;
mod menu;
mod paragraphs;
mod reader;
mod routes;
mod shortcode;
mod source;
mod text;

#[cfg(test)]
mod tests;

pub use address::{OldAddress, SiteAddress, file_keys};
pub use error::{WxrError, WxrErrorKind};
pub use event::{
    Author, Category, Counts, Item, ItemKind, Site, Status, Tag, Term, TermRef, Warning, WxrEvent,
};
pub use html::{AttachedFile, Converted, Lookup, NoLookup, convert};
pub use menu::{MenuEntry, MenuTarget};
pub use reader::WxrReader;
pub use routes::{PlanItem, Planner, Redirect, RouteNote, RoutePlan, plan_routes};
pub use text::plain_text;
