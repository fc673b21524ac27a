//! What templates may know: one typed context per kind of page, a file each.
//!
//! All links and picture addresses in here are tenant-relative (`/about`, `/media/…`); the functions
//! `link()` and `absolute()` of the templates put the site's base in, so that moving a site to another
//! prefix changes no stored text. Every kind has samples (long, empty, right-to-left, without pictures),
//! which the theme check renders with every template.

mod error;
mod head;
mod home;
mod landing;
mod listing;
mod page;
mod password;
mod picture;
mod post;
pub mod samples;

mod site;
mod unavailable;

pub use error::{ForbiddenView, NotFoundView, ServerErrorView};
pub use head::{Head, OpenGraphKind, Overlay};
pub use home::HomeView;
pub use landing::LandingView;
pub use listing::{Listing, ListingKind, ListingView, PageNumber, Paging, PostSummary};
pub use page::{Crumb, Page, PageView};
pub use password::PasswordView;
pub use picture::{Picture, Variant};
pub use post::{Author, Neighbour, Post, PostView, Term};
use serde::Serialize;
pub use site::{Direction, FeedLink, MenuItem, SettingValue, Settings, Site};
pub use unavailable::{UnavailableReason, UnavailableView};

/// A finished set of values for one public page, and the template that shows it.
pub trait View: Serialize {
    /// The template's name within a theme, for example `post.html`.
    const TEMPLATE: &'static str;
}
