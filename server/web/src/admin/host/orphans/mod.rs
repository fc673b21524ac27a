//! What dead processes left behind: databases and files that belong to no tenant.

pub mod delete;
pub mod list;

use std::time::Duration;

use rowhouse_engine::tenants::{Gc, Orphan};

use crate::{error::Result, extract::SuperUser, state::Web};

const HERE: &str = "/admin/orphans";

/// Everything that somebody began and nobody finished, also what is so fresh that it may be under way.
async fn found(web: &Web, who: &SuperUser) -> Result<Vec<Orphan>> {
    let look = Gc { older_than: Duration::ZERO, predecessors: true, dry_run: true };
    Ok(web.node().lifecycle().gc(look, &who.actor()).await?)
}

/// The name of the database, file or schema, without where it is.
fn name(orphan: &Orphan) -> String {
    orphan.database.rsplit(['/', ' ']).next().unwrap_or_default().to_owned()
}
