//! The databases as the coherence protocol sees them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use futures_util::future::BoxFuture;
use rowhouse_cluster::{
    driver::{PollAnswer, Source, SourceError},
    protocol::{Answer, Since},
};
use rowhouse_domain::{TenantId, coherence::Token};
use rowhouse_store::{StoreError, TenantLine, TenantRow, TenantStore};

use super::{Core, directory::Sites};
use crate::site::Site;

/// Answers the protocol's questions from the catalogue and the tenants' databases.
pub(super) struct Databases {
    core: Core,
    sites: Weak<Sites>,
    polled: Mutex<Polled>,
}

/// What polls read and what is not taken up yet.
#[derive(Default)]
struct Polled {
    lines: Vec<TenantLine>,
    rows: HashMap<TenantId, TenantRow>,
}

fn fault(error: &StoreError) -> SourceError {
    SourceError::unreachable(error)
}

impl Databases {
    pub(super) fn new(core: Core, sites: Weak<Sites>) -> Arc<Self> {
        Arc::new(Self { core, sites, polled: Mutex::default() })
    }

    fn sites(&self) -> Result<Arc<Sites>, SourceError> {
        self.sites.upgrade().ok_or_else(|| SourceError::unreachable(&"the node is stopping"))
    }

    async fn store(&self, tenant: TenantId) -> Result<TenantStore, SourceError> {
        match self.sites()?.info(tenant).await {
            Ok(Some(info)) => Ok(self.core.store(tenant, info.target.clone())),
            Ok(None) => Err(SourceError::unreachable(&"the catalogue does not list this tenant")),
            Err(error) => Err(SourceError::unreachable(&error)),
        }
    }

    fn polled(&self) -> MutexGuard<'_, Polled> {
        self.polled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for Databases {
    fn poll(&self, since: Since) -> BoxFuture<'_, Result<PollAnswer, SourceError>> {
        Box::pin(async move {
            let after = match since {
                Since::Everything => 0,
                Since::After(number) => number,
            };
            // should everything be read
            let awake = self.sites()?.all_alive().iter().map(Site::id).collect();
            let poll = self.core.catalogue.poll(after, awake).await.map_err(|e| fault(&e))?;
            let tenants = if poll.lines.is_empty() {
                poll.rows.iter().map(|row| (row.id.0, row.seq)).chain(poll.gone).collect()
            } else {
                poll.lines.iter().map(|line| (line.id.0, line.seq)).collect()
            };
            let mut polled = self.polled();
            if !poll.lines.is_empty() {
                polled.lines = poll.lines;
            }
            polled.rows.extend(poll.rows.into_iter().map(|row| (row.id.0, row)));
            Ok(PollAnswer { catalogue: poll.head, pulses: poll.pulses, tenants })
        })
    }

    fn ask(&self, tenant: TenantId, since: Option<i64>) -> BoxFuture<'_, Result<Answer, SourceError>> {
        Box::pin(async move {
            let since = since.unwrap_or(i64::MAX);
            let answer = self.store(tenant).await?.ask(since).await.map_err(|e| fault(&e))?;
            Ok(Answer { version: answer.version, log: answer.changes, fenced: answer.fenced })
        })
    }

    fn repair(&self, tenant: TenantId, seen: Token) -> BoxFuture<'_, Result<(), SourceError>> {
        Box::pin(
            async move { self.store(tenant).await?.repair(seen).await.map(|_| ()).map_err(|e| fault(&e)) },
        )
    }

    fn tenants_changed(
        &self,
        full: bool,
        rows: Vec<(TenantId, i64)>,
    ) -> BoxFuture<'_, Result<(), SourceError>> {
        Box::pin(async move {
            let sites = self.sites()?;
            if full {
                let Polled { lines, rows } = std::mem::take(&mut *self.polled());
                sites.take_up_all(lines, rows.into_values().collect());
                return Ok(());
            }
            let (mut changed, mut gone) = (Vec::new(), Vec::new());
            {
                let mut polled = self.polled();
                for (tenant, _) in rows {
                    match polled.rows.remove(&tenant) {
                        Some(row) => changed.push(row),
                        None => gone.push(tenant),
                    }
                }
            }
            sites.take_up(changed, &gone);
            Ok(())
        })
    }
}
