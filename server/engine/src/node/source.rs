//! The databases as the coherence protocol sees them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use futures_util::future::BoxFuture;
use rowhouse_cluster::{
    driver::{PollAnswer, Source, SourceError},
    protocol::{Answer, Since},
};
use rowhouse_domain::{
    TenantId,
    coherence::{Pulse, Token},
};
use rowhouse_store::{StoreError, TenantRow, TenantStore};

use super::{Core, directory::Sites};

/// Answers the protocol's questions from the catalogue and the tenants' databases.
pub(super) struct Databases {
    core: Core,
    sites: Weak<Sites>,
    /// Rows that the last poll read and that are not taken up yet.
    polled: Mutex<HashMap<TenantId, TenantRow>>,
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

    fn store(&self, tenant: TenantId) -> Result<TenantStore, SourceError> {
        match self.sites()?.info(tenant) {
            Some(info) => Ok(self.core.store(tenant, info.target.clone())),
            None => Err(SourceError::unreachable(&"the catalogue does not list this tenant")),
        }
    }
}

impl Source for Databases {
    fn poll(&self, since: Since) -> BoxFuture<'_, Result<PollAnswer, SourceError>> {
        Box::pin(async move {
            let after = match since {
                Since::Everything => 0,
                Since::After(number) => number,
            };
            let poll = self.core.catalogue.poll(after).await.map_err(|e| fault(&e))?;
            let changed = poll.tenants.iter().map(|row| (row.id.0, row.seq));
            let tenants = changed.chain(poll.gone).collect();
            let mut polled = self.polled.lock().unwrap_or_else(PoisonError::into_inner);
            polled.extend(poll.tenants.into_iter().map(|row| (row.id.0, row)));
            let pulses: Vec<Pulse> = poll.pulses;
            Ok(PollAnswer { catalogue: poll.head, pulses, tenants })
        })
    }

    fn ask(&self, tenant: TenantId, since: Option<i64>) -> BoxFuture<'_, Result<Answer, SourceError>> {
        Box::pin(async move {
            let since = since.unwrap_or(i64::MAX);
            let answer = self.store(tenant)?.ask(since).await.map_err(|e| fault(&e))?;
            Ok(Answer { version: answer.version, log: answer.changes, fenced: answer.fenced })
        })
    }

    fn repair(&self, tenant: TenantId, seen: Token) -> BoxFuture<'_, Result<(), SourceError>> {
        Box::pin(async move { self.store(tenant)?.repair(seen).await.map(|_| ()).map_err(|e| fault(&e)) })
    }

    fn tenants_changed(
        &self,
        full: bool,
        rows: Vec<(TenantId, i64)>,
    ) -> BoxFuture<'_, Result<(), SourceError>> {
        Box::pin(async move {
            let sites = self.sites()?;
            let (mut changed, mut gone) = (Vec::new(), Vec::new());
            {
                let mut polled = self.polled.lock().unwrap_or_else(PoisonError::into_inner);
                for (tenant, _) in rows {
                    match polled.remove(&tenant) {
                        Some(row) => changed.push(row),
                        None => gone.push(tenant),
                    }
                }
            }
            sites.take_up(full, changed, &gone);
            Ok(())
        })
    }
}
