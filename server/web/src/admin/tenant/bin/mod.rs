//! The bin: what was deleted and can come back.

pub mod delete;
pub mod empty;
pub mod list;
pub mod restore;

use rowhouse_domain::permission::Act;
use rowhouse_engine::content::ItemRow;

use crate::extract::Member;

/// Whether a user may delete an item for ever.
fn may_delete(member: &Member, row: &ItemRow) -> bool {
    member.actor().may_item(row.kind, Act::DeleteOwn, Act::DeleteAny, row.author)
}
