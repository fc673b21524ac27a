//! `rowhouse tenant suspend|resume|undelete|setup-link`.

use clap::Args;
use rowhouse_engine::tenants;

use super::facts::{Entrance, Facts};
use crate::cli::{Out, Session, wait::Waiting};

/// Take a running site out of service; visitors are told so.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  rowhouse tenant suspend acme --reason \"invoice of October\"")]
pub struct Suspend {
    /// Its name or id
    name: String,
    /// Why, for super users
    #[arg(long, default_value = "")]
    reason: String,
    #[command(flatten)]
    waiting: Waiting,
}

impl Suspend {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let tenant = session.tenants().suspend(&self.name, &self.reason, &session.actor).await?;
        told(&Facts::of(session, &tenant), self.waiting, session, out).await
    }
}

/// Put a suspended or failed site back into service.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  rowhouse tenant resume acme")]
pub struct Resume {
    /// Its name or id
    name: String,
    #[command(flatten)]
    waiting: Waiting,
}

impl Resume {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let tenant = session.tenants().resume(&self.name, &session.actor).await?;
        told(&Facts::of(session, &tenant), self.waiting, session, out).await
    }
}

/// Have a deleted site back, as it was.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  rowhouse tenant undelete acme\n  rowhouse tenant undelete acme --prefix /acme-old"
)]
pub struct Undelete {
    /// Its name or id; of a name, the one deleted last
    name: String,
    /// Another prefix, where the old one is taken by now
    #[arg(long)]
    prefix: Option<String>,
    /// Other hosts. May be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    #[command(flatten)]
    waiting: Waiting,
}

impl Undelete {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let hosts = (!self.hosts.is_empty()).then_some(self.hosts);
        let how = tenants::Undelete { prefix: self.prefix, hosts };
        let tenant = session.tenants().undelete(&self.name, how, &session.actor).await?;
        told(&Facts::of(session, &tenant), self.waiting, session, out).await
    }
}

async fn told(facts: &Facts, waiting: Waiting, session: &Session, out: &Out) -> anyhow::Result<()> {
    let what = format!("{} is {}", facts.name, facts.state);
    let url = facts.url.as_deref().unwrap_or_default();
    out.result(facts, || format!("{what} {url}").trim_end().to_owned());
    waiting.until_known(session, facts.id, &what, out).await
}

pub async fn setup_link(name: &str, session: &Session, out: &Out) -> anyhow::Result<()> {
    let tenant = session.tenants().show(name, &session.actor).await?;
    let link = session.tenants().setup_link(name, &session.actor).await?;
    let entrance = Entrance::of(session.home(&tenant).as_deref(), None, Some(&link));
    out.result(&entrance, || entrance.text());
    Ok(())
}
