//! Content: what editors do with items, terms, menus, redirects, files and settings, each with its
//! permission and its rules. What visitors see changes by `Site::write` alone; drafts are private.
//!
//! The types that answers are made of come from the store; they are offered here again, because callers
//! of the engine know no database.

mod address;
mod around;
mod bulk;
mod command;
mod compare;
mod dashboard;
mod due;
mod editing;
mod guard;
mod item;
mod library;
mod menus;
mod publishing;
mod redirects;
mod terms;
#[cfg(test)]
mod tests;
mod versions;

pub use address::{is_archive, page_address};
pub use around::{
    Overview, Surroundings, account_names, item_at, labels, media_space, overview, set_author, surroundings,
    version_numbered,
};
pub use bulk::{BulkAction, BulkDone, bulk};
pub use command::{ByPath, Listed, list_published, publish_at_path, show_path, unpublish_path};
pub use compare::{Comparison, Line, Piece, Row, compare_documents};
pub use dashboard::{Dashboard, dashboard};
pub use due::{DueReport, next_due, run_due};
pub use editing::{
    LOCK, Opened, StaleSave, autosave, create, discard_autosave, open, release_lock, save_draft,
    submit_for_review, take_lock,
};
pub use item::{item, items};
pub use library::{Upload, delete_media, describe_media, media_item, media_list, media_usage, upload};
pub use menus::{
    MenuMove, MenuTarget, add_menu_entry, menu, move_menu_entry, remove_menu_entry, rename_menu_entry,
    replace_menu,
};
pub use publishing::{
    Published, bin, delete_forever, publish, schedule, set_sticky, unbin, unpublish, unschedule,
};
pub use redirects::{add_redirect, delete_redirect, redirects};
pub use rowhouse_store::{
    Autosave, Facts, ItemFilter, ItemPage, ItemRow, ItemSort, LockState, MediaFilter, MediaPage, MediaRow,
    MediaSort, MediaVariant, MenuRow, Month, PublicMedia, PublicTerm, RedirectRow, TermCount, VersionRow,
};
pub use terms::{TermInput, create_term, delete_term, ensure_tags, merge_terms, terms, update_term};
pub use versions::{compare, restore, version, versions};
