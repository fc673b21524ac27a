//! What a site does by itself: shown, tried again, given up.

pub mod change;
pub mod list;

use crate::extract::Member;

fn here(member: &Member) -> String {
    format!("{}/tools/jobs", member.admin())
}
