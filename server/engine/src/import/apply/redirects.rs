//! Redirects from old paths: of items, lists, feeds and files. An old path at which something stands here
//! needs none, and a redirect that is there already is somebody's and stays.

use std::collections::{BTreeMap, HashMap, HashSet};

use rowhouse_domain::{ItemId, RedirectId, name::RoutePath, tenant::Feature};
use rowhouse_store::RedirectRow;

use super::{Phase, Progress, Written, convert::Job, report::Report, survey::Fate};
use crate::error::Result;

/// Redirects written at once.
const BATCH: usize = 200;

enum Target {
    Item(ItemId),
    Address(String),
}

/// Writes the redirects that are missing.
pub(super) async fn write(
    job: &Job,
    written: &Written,
    report: &mut Report,
    progress: &mut (impl FnMut(Progress) + Send),
) -> Result<()> {
    let mut wanted = wanted(job, written);
    report.redirects.unchanged += wanted.len() as u64;
    wanted.retain(|from, _| !job.ground.redirects.contains_key(from.as_str()));
    report.redirects.unchanged -= wanted.len() as u64;
    if !wanted.is_empty() && !job.site.info().features.allows(&Feature::Redirects) {
        report.redirects.skipped += wanted.len() as u64;
        report.warn("redirects", None, "this site may not have redirects; old addresses lead nowhere");
        return Ok(());
    }
    let rows: Vec<RedirectRow> = wanted.into_iter().map(|(from, to)| row(job, from, to)).collect();
    let (mut done, total) = (0, rows.len() as u64);
    for batch in rows.chunks(BATCH) {
        done += batch.len() as u64;
        let batch = batch.to_vec();
        let put = job.site.write(move |s| {
            Box::pin(async move {
                for row in &batch {
                    s.put_redirect(row).await?;
                }
                Ok(())
            })
        });
        put.await?;
        progress(Progress { phase: Phase::Linking, done, total });
    }
    report.redirects.created += total;
    Ok(())
}

fn row(job: &Job, from: RoutePath, target: Target) -> RedirectRow {
    let (item, to) = match target {
        Target::Item(id) => (Some(id), None),
        Target::Address(to) => (None, Some(to)),
    };
    RedirectRow {
        id: RedirectId::fresh(),
        from,
        to,
        item,
        permanent: true,
        automatic: true,
        created_at: job.now,
    }
}

/// Every old path that leads elsewhere now.
fn wanted(job: &Job, written: &Written) -> BTreeMap<RoutePath, Target> {
    let base = job.survey.base();
    let mut by_route: HashMap<&str, ItemId> = HashMap::new();
    for item in job.survey.items.iter().filter(|item| item.fate != Fate::Skip) {
        let old = item.plan.id;
        let there = job.ground.item(&base, item.plan.is_page, old).map(|row| row.id);
        if let (Some(route), Some(id)) =
            (job.atlas.plan.routes.get(&old), written.get(&old).copied().or(there))
        {
            by_route.insert(route, id);
        }
    }
    let stands: HashSet<&str> =
        job.ground.routes.iter().map(String::as_str).chain(by_route.keys().copied()).collect();
    let mut wanted = BTreeMap::new();
    let mut want = |from: &str, target: Target| {
        let Ok(from) = RoutePath::canonical(from).map(|canonical| canonical.path) else { return };
        let leads_to_itself = matches!(&target, Target::Address(to) if to == from.as_str());
        if !from.is_root() && !leads_to_itself && !stands.contains(from.as_str()) {
            wanted.entry(from).or_insert(target);
        }
    };
    for redirect in job.atlas.plan.redirects.iter().filter(|redirect| !redirect.from.starts_with("/?")) {
        if let Some(id) = by_route.get(redirect.to.as_str()) {
            want(&redirect.from, Target::Item(*id));
        }
    }
    for (from, to) in &job.atlas.paths {
        want(from, Target::Address(to.clone()));
    }
    wanted
}
