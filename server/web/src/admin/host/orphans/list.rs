//! The orphans that there are now.

use actix_web::{HttpRequest, web::Data};
use rowhouse_engine::tenants::{Gc, Orphan};

use super::{found, name};
use crate::{
    admin::{
        frame,
        host::when,
        say,
        view::{OrphanRow, Orphans},
    },
    error::Result,
    extract::SuperUser,
    state::Web,
};

/// The list; it looks anew each time.
///
/// # Errors
/// What the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, who: SuperUser) -> Result {
    let orphans = found(&web, &who).await?;
    let now = web.node().core().clock.now();
    let view = Orphans {
        shell: frame::host(&web, &request, &who, "Orphans", "/orphans"),
        checked: when(now),
        rows: orphans.iter().map(|orphan| row(orphan, now)).collect(),
    };
    frame::show(&web, &request, "", &view)
}

fn row(orphan: &Orphan, now: jiff::Timestamp) -> OrphanRow {
    let can_delete = now.duration_since(orphan.since).unsigned_abs() >= Gc::default().older_than;
    let kind = match () {
        () if orphan.database.contains(" schema ") => "PostgreSQL schema",
        () if orphan.database.starts_with("sqlite") => "SQLite file",
        () => "PostgreSQL database",
    };
    let words = match (&orphan.problem, can_delete) {
        (Some(problem), _) => problem.clone(),
        (None, true) => format!(
            "{} “{}” stopped before it was finished: {}",
            act(&orphan.purpose),
            orphan.name,
            orphan.action
        ),
        (None, false) => format!("{} “{}” may still be under way", act(&orphan.purpose), orphan.name),
    };
    OrphanRow {
        id: orphan.id.to_string(),
        name: name(orphan),
        kind: kind.into(),
        size: String::new(),
        reason: say::sentence(&words),
        written: when(orphan.since),
        can_delete,
    }
}

fn act(purpose: &str) -> &'static str {
    match purpose {
        "create" => "Making",
        "restore" => "Restoring",
        "reset" => "Starting over",
        "purge" => "Removing",
        _ => "Work on",
    }
}
