//! One thing at a time for each tenant's name in this process. Between processes the catalogue's unique
//! keys decide; this only spares the loser the work.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use rowhouse_domain::name::TenantName;
use tokio::sync::OwnedMutexGuard;

type Lock = tokio::sync::Mutex<()>;

/// The names that somebody works on.
#[derive(Clone, Default)]
pub(super) struct NameLocks(Arc<Mutex<HashMap<TenantName, Weak<Lock>>>>);

impl NameLocks {
    /// Waits for whoever works on `name`.
    #[crate::boxed]
    pub(super) async fn hold(&self, name: &TenantName) -> OwnedMutexGuard<()> {
        self.lock_of(name).lock_owned().await
    }

    fn lock_of(&self, name: &TenantName) -> Arc<Lock> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = names.get(name).and_then(Weak::upgrade) {
            return lock;
        }
        names.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::new(Lock::default());
        names.insert(name.clone(), Arc::downgrade(&lock));
        lock
    }
}
