//! Looking at every tenant's database without changing anything: does it answer, is it the tenant's own, does it
//! have this program's schema.

use futures_util::{StreamExt, stream};
use rowhouse_domain::{name::TenantName, tenant::TenantState};
use rowhouse_store::{TENANT, TenantFilter, newest};
use serde::Serialize;

use super::{Tenants, operator};
use crate::{actor::Actor, error::Result, tenant_info::TenantInfo};

const AT_ONCE: usize = 4;

/// What was seen of one tenant.
#[derive(Clone, Debug, Serialize)]
pub struct Examined {
    /// Its name.
    pub name: TenantName,
    /// Its state; absent if its row cannot be read.
    pub state: Option<TenantState>,
    /// Its schema, as the catalogue knows.
    pub schema: i64,
    /// The schema that this program brings.
    pub newest: i64,
    /// Its revision.
    pub revision: Option<i64>,
    /// Whether it is fenced: being reset, restored or moved.
    pub fenced: bool,
    /// What is wrong with it.
    pub problem: Option<String>,
}

impl Tenants {
    /// Asks the database of every tenant that is not deleted.
    ///
    /// # Errors
    /// [`crate::EngineError::Denied`], or what the catalogue says. What a tenant's database says is in its result.
    #[crate::boxed]
    pub async fn examine(&self, actor: &Actor) -> Result<Vec<Examined>> {
        operator(actor)?;
        let page = self.list(TenantFilter { limit: i64::MAX, ..TenantFilter::default() }, actor).await?;
        let one = |info: std::sync::Arc<TenantInfo>| async move { self.examine_one(&info).await };
        let mut seen: Vec<Examined> =
            stream::iter(page.tenants).map(one).buffer_unordered(AT_ONCE).collect().await;
        seen.extend(page.unreadable.into_iter().map(|(name, problem)| Examined {
            name,
            state: None,
            schema: 0,
            newest: newest(TENANT),
            revision: None,
            fenced: false,
            problem: Some(problem),
        }));
        seen.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(seen)
    }

    async fn examine_one(&self, info: &TenantInfo) -> Examined {
        let store = self.core.store(info.id, info.target.clone());
        let answer = store.ask(i64::MAX).await;
        let problem = answer.as_ref().err().map(ToString::to_string);
        let answer = answer.ok();
        Examined {
            name: info.name.clone(),
            state: Some(info.state),
            schema: info.schema_version,
            newest: newest(TENANT),
            revision: answer.as_ref().map(|a| a.version.n),
            fenced: answer.is_some_and(|a| a.fenced),
            problem,
        }
    }
}
