//! `--wait` of the verbs on tenants: return only when all nodes know what was done.

use std::time::Duration;

use anyhow::bail;
use clap::Args;
use rowhouse_domain::TenantId;
use rowhouse_engine::cluster::{self, Wait};

use super::{Out, Session, progress};

/// Whether to wait, and how long.
#[derive(Clone, Copy, Debug, Args)]
pub struct Waiting {
    /// Return only when all nodes that run know it, or fail after so many seconds
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "30")]
    wait: Option<u64>,
}

impl Waiting {
    /// Waits if that is wanted; `what` is done already and begins the message if it takes too long.
    ///
    /// # Errors
    /// Names the nodes that do not know it in time.
    pub async fn until_known(
        self,
        session: &Session,
        tenant: TenantId,
        what: &str,
        out: &Out,
    ) -> anyhow::Result<()> {
        let Some(seconds) = self.wait else { return Ok(()) };
        let line = progress::line(out);
        let told = |wait: &Wait| line.set_message(so_far(wait));
        let limit = Duration::from_secs(seconds);
        let waited = cluster::until_applied(session.node.core(), tenant, limit, &session.actor, told).await;
        line.finish_and_clear();
        let wait = waited?;
        for name in &wait.silent {
            out.note(&format!("{name} is silent and was not waited for"));
        }
        if !wait.is_over() {
            bail!("{what}, but not known within {seconds} s to {}", behind(&wait));
        }
        if wait.applied.is_empty() {
            out.note("no node runs, so there was nothing to wait for");
        }
        Ok(())
    }
}

fn so_far(wait: &Wait) -> String {
    let (done, all) = (wait.applied.len(), wait.applied.len() + wait.behind.len());
    let names: Vec<&str> = wait.behind.iter().map(|behind| behind.node.as_str()).collect();
    format!("{done} of {all} nodes know it; waiting for {}", names.join(", "))
}

fn behind(wait: &Wait) -> String {
    let of_node = |behind: &cluster::Behind| {
        let seconds = behind.seen_ms / 1_000;
        let age = if seconds > 0 { format!(", heard of {seconds} s ago") } else { String::new() };
        format!("{} (at change {} of {}{age})", behind.node, behind.applied, wait.seq)
    };
    wait.behind.iter().map(of_node).collect::<Vec<_>>().join(", ")
}
