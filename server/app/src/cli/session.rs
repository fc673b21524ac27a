//! What every verb that works on data begins with: the settings read, the databases opened, nobody served.

use std::sync::Arc;

use anyhow::Context;
use rowhouse_domain::tenant::TenantState;
use rowhouse_engine::{Actor, Node, Site, TenantInfo, pages, tenants::Tenants};
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::Common;
use crate::{
    boot::{self, Hooks},
    config::Config,
    telemetry,
};

/// An open installation and the operator who works on it.
pub struct Session {
    /// The settings.
    pub config: Config,
    /// The databases and use cases; it serves nobody.
    pub node: Node,
    /// The operator.
    pub actor: Actor,
}

impl Session {
    /// Opens what the settings name.
    ///
    /// # Errors
    /// One clear reason.
    pub async fn open(common: &Common) -> anyhow::Result<Self> {
        let mut config = common.settings(&[])?;
        quiet(&mut config);
        telemetry::log(&config);
        let name = format!("cli-{}", std::process::id());
        let node = boot::open(&config, name, &Hooks::default()).await?;
        node.meet_others().await;
        Ok(Self { config, node, actor: operator() })
    }

    /// Tenants and what can be done to them.
    #[must_use]
    pub fn tenants(&self) -> &Tenants {
        self.node.lifecycle()
    }

    /// The live site of a tenant that is not deleted.
    ///
    /// # Errors
    /// If there is no such tenant or its database does not answer.
    pub async fn site(&self, tenant: &str) -> anyhow::Result<Site> {
        let info = self.tenants().show(tenant, &self.actor).await?;
        let site = self.node.site(info.id).await;
        site.with_context(|| format!("the site of {} cannot be opened", info.name))
    }

    /// The full address of a tenant's home page; absent if it answers nothing.
    #[must_use]
    pub fn home(&self, tenant: &Arc<TenantInfo>) -> Option<String> {
        home(&self.node, tenant)
    }
}

/// As [`Session::home`], for a node that serves.
#[must_use]
pub fn home(node: &Node, tenant: &TenantInfo) -> Option<String> {
    if tenant.state == TenantState::Deleted {
        return None;
    }
    let base = tenant.home(node.core().clock.now())?;
    Some(format!("{}{}/", pages::origin_of(&node.settings().public_url, &base), base.path()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "who works here is told by the environment, which this room reads"
)]
fn worker() -> String {
    std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_default()
}

/// Whoever may run this program on this machine may do everything; the log names them.
fn operator() -> Actor {
    let name = worker();
    let name = if name.is_empty() { "command line".to_owned() } else { format!("{name} (command line)") };
    Actor { name, ..Actor::system() }
}

/// Verbs answer with their result; the log joins in only with what is wrong, unless it was asked for.
fn quiet(config: &mut Config) {
    let chosen = config.raw.iter().any(|(key, given)| key == "log.level" && given.source != "default");
    if !chosen {
        config.log_levels = Targets::new().with_default(LevelFilter::WARN);
    }
}
