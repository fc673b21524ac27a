//! Plans carried out: what is due is published or taken back, each item in a change of its own and once.

use jiff::Timestamp;
use rowhouse_domain::{ItemId, content::Status};
use rowhouse_store::{Change, ItemRow, Result as Stored};

use super::{
    editing::found,
    publishing::{not_home, publish_inside},
};
use crate::{
    error::{EngineError, Result},
    site::Site,
};

/// Items looked for at once.
const AT_ONCE: u64 = 50;

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueReport {
    /// Items that were published.
    pub published: Vec<ItemId>,
    /// Items that were taken back.
    pub unpublished: Vec<ItemId>,
    /// Items whose plan could not be carried out, and why. The plan is dropped.
    pub failed: Vec<(ItemId, String)>,
}

impl DueReport {
    fn done(&self) -> usize {
        self.published.len() + self.unpublished.len() + self.failed.len()
    }
}

/// When the next plan is due.
///
/// # Errors
/// What the database says.
pub async fn next_due(site: &Site) -> Result<Option<Timestamp>> {
    site.look(|s| Box::pin(async move { s.next_due().await })).await
}

/// Carries out all plans that are due. Several nodes may do it at once: each looks again under the site's
/// lock.
///
/// # Errors
/// What the database says. A plan that cannot be carried out is no error of the run.
pub async fn run_due(site: &Site, now: Timestamp) -> Result<DueReport> {
    let mut report = DueReport::default();
    loop {
        let before = report.done();
        let due = site.look(move |s| Box::pin(async move { s.due(now, AT_ONCE).await })).await?;
        for row in &due {
            run_one(site, row.id, now, &mut report).await?;
        }
        if due.is_empty() || report.done() == before {
            return Ok(report);
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Done {
    published: bool,
    unpublished: bool,
}

async fn run_one(site: &Site, id: ItemId, now: Timestamp, report: &mut DueReport) -> Result<()> {
    match site.write(move |s| Box::pin(async move { carry_out(s, id, now).await })).await {
        Ok(done) => {
            report.published.extend(done.published.then_some(id));
            report.unpublished.extend(done.unpublished.then_some(id));
            Ok(())
        }
        Err(refused @ (EngineError::Invalid(_) | EngineError::Conflict(_) | EngineError::NotFound(_))) => {
            tracing::warn!(tenant = %site.id(), item = %id, error = %refused, "a plan is dropped");
            report.failed.push((id, refused.to_string()));
            site.private(move |s| {
                Box::pin(async move {
                    s.plan(id, None, None).await?;
                    match s.item(id).await? {
                        Some(row) if row.status == Status::Scheduled => s.set_status(id, Status::Draft).await,
                        _ => Ok(()),
                    }
                })
            })
            .await
        }
        Err(error) => Err(error),
    }
}

async fn carry_out(s: &mut Change, id: ItemId, now: Timestamp) -> Stored<Done> {
    let mut done = Done::default();
    let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    let Some(row) = s.item_locked(id).await?.filter(|r| r.deleted_at.is_none()) else { return Ok(done) };
    if is_due(row.publish_at) {
        // the date is the one that was planned, however late this runs
        let dated = ItemRow { published_at: row.published_at.or(row.publish_at), ..row.clone() };
        publish_inside(s, &dated, row.latest_version, now).await?;
        done.published = true;
    }
    if is_due(row.unpublish_at) {
        if found(s, id).await?.is_public() {
            not_home(s, id).await?;
            s.unpublish(id, Status::Archived).await?;
            done.unpublished = true;
        } else {
            s.plan(id, row.publish_at.filter(|at| *at > now), None).await?;
        }
    }
    Ok(done)
}
