//! Plans carried out: what is due is published or taken back, each item in a change of its own and once.

use jiff::Timestamp;
use rowhouse_domain::{ItemId, JobId, content::Status, job::JobKind};
use rowhouse_store::{Change, Desk, ItemRow, NewJob, Result as Stored};

use super::{
    editing::found,
    publishing::{not_home, publish_inside},
};
use crate::{
    error::{EngineError, Result},
    jobs,
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
#[crate::boxed]
pub async fn next_due(site: &Site) -> Result<Option<Timestamp>> {
    site.look(|s| Box::pin(async move { s.next_due().await })).await
}

/// Carries out all plans that are due. Several nodes may do it at once: each looks again under the site's
/// lock.
///
/// # Errors
/// What the database says. A plan that cannot be carried out is no error of the run.
#[crate::boxed]
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

/// When what was planned was carried out.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    published: Option<Timestamp>,
    unpublished: Option<Timestamp>,
}

fn is_due(at: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    at.filter(|at| *at <= now)
}

async fn run_one(site: &Site, id: ItemId, now: Timestamp, report: &mut DueReport) -> Result<()> {
    match site.write(move |s| Box::pin(async move { carry_out(s, id, now).await })).await {
        Ok(done) => {
            report.published.extend(done.published.map(|at| told(site, id, JobKind::Publish, at)));
            report.unpublished.extend(done.unpublished.map(|at| told(site, id, JobKind::Unpublish, at)));
            Ok(())
        }
        Err(refused @ (EngineError::Invalid(_) | EngineError::Conflict(_) | EngineError::NotFound(_))) => {
            tracing::warn!(tenant = %site.id(), item = %id, error = %refused, "a plan is dropped");
            let why = refused.to_string();
            report.failed.push((id, why.clone()));
            site.private(move |s| Box::pin(async move { give_up(s, id, now, &why).await })).await
        }
        Err(error) => Err(error),
    }
}

/// Reports how late a plan was carried out.
fn told(site: &Site, id: ItemId, kind: JobKind, planned: Timestamp) -> ItemId {
    let late = site.now().duration_since(planned).as_secs_f64();
    jobs::count(kind, "done", Some(late));
    tracing::info!(tenant = %site.id(), item = %id, %kind, late, "a plan is carried out");
    id
}

/// Drops the plans that are due of an item and keeps the reason where an administrator sees it. A plan that was
/// made in the meantime stays.
async fn give_up(s: &mut Desk, id: ItemId, now: Timestamp, why: &str) -> Stored<()> {
    let Some(row) = s.item(id).await? else { return Ok(()) };
    let later = |at: Option<Timestamp>| at.filter(|at| *at > now);
    let (kind, was) = match (is_due(row.publish_at, now), is_due(row.unpublish_at, now)) {
        (Some(was), _) => (JobKind::Publish, was),
        (None, Some(was)) => (JobKind::Unpublish, was),
        (None, None) => return Ok(()),
    };
    s.plan(id, later(row.publish_at), later(row.unpublish_at)).await?;
    if row.status == Status::Scheduled && later(row.publish_at).is_none() {
        s.set_status(id, Status::Draft).await?;
    }
    jobs::count(kind, "dead", None);
    let job = NewJob {
        id: JobId::fresh(),
        kind,
        about: format!("“{}”", row.title),
        payload: String::new(),
        once: None,
        at: was,
        now,
    };
    s.tell_failed(&job, why).await
}

async fn carry_out(s: &mut Change, id: ItemId, now: Timestamp) -> Stored<Done> {
    let mut done = Done::default();
    let Some(row) = s.item_locked(id).await?.filter(|r| r.deleted_at.is_none()) else { return Ok(done) };
    done.published = is_due(row.publish_at, now);
    if done.published.is_some() {
        // the date is the one that was planned, however late this runs
        let dated = ItemRow { published_at: row.published_at.or(row.publish_at), ..row.clone() };
        publish_inside(s, &dated, row.latest_version, now).await?;
    }
    if let Some(planned) = is_due(row.unpublish_at, now) {
        if found(s, id).await?.is_public() {
            not_home(s, id).await?;
            s.unpublish(id, Status::Archived).await?;
            done.unpublished = Some(planned);
        } else {
            s.plan(id, row.publish_at.filter(|at| *at > now), None).await?;
        }
    }
    Ok(done)
}
