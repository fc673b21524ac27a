//! `rowhouse tenant create`.

use clap::Args;
use rowhouse_engine::tenants::CreateTenant;
use serde::Serialize;

use super::facts::{Entrance, Facts};
use crate::cli::{Out, Session, ask, wait::Waiting};

/// Create a site; the same request again answers the same site.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rowhouse tenant create acme --title \"Acme Joinery\" --recipe company
  rowhouse tenant create shop --host shop.example --host www.shop.example --theme foundry
  pass show acme | rowhouse tenant create acme --admin-user mara --admin-password-stdin --json
  rowhouse tenant create lantern --uninitialised
  rowhouse tenant create quarry --wait=10")]
pub struct Create {
    /// Its short name: small letters, digits, hyphens; it never changes
    name: String,
    /// Where it is below the base, as in /acme or /eu/acme; without hosts the default is /NAME
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// A host of its own; *.example.org takes every host below it. May be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// What people call it
    #[arg(long, default_value = "")]
    title: String,
    /// What it starts with: blank, company, blog
    #[arg(long, default_value = "", hide_default_value = true)]
    recipe: String,
    /// The theme it wears; the recipe's by default
    #[arg(long, default_value = "", hide_default_value = true)]
    theme: String,
    /// How its data is kept apart: database, or schema on PostgreSQL
    #[arg(long, default_value = "", hide_default_value = true)]
    isolation: String,
    /// A database of its own, instead of the pattern in the settings
    #[arg(long, value_name = "URL", default_value = "", hide_default_value = true)]
    database_url: String,
    /// The group of nodes that serves it
    #[arg(long, default_value = "", hide_default_value = true)]
    ring: String,
    /// Its administrator's user name; admin by default
    #[arg(long, value_name = "USER", default_value = "", hide_default_value = true)]
    admin_user: String,
    /// Its administrator's mail address
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    admin_email: String,
    /// Read the administrator's password from standard input; otherwise one is made and shown once
    #[arg(long)]
    admin_password_stdin: bool,
    /// Leave setting it up to its own administrator, by a one-time link
    #[arg(long, conflicts_with_all = ["admin_user", "admin_email", "admin_password_stdin"])]
    uninitialised: bool,
    #[command(flatten)]
    waiting: Waiting,
}

#[derive(Serialize)]
struct Told {
    existed: bool,
    #[serde(flatten)]
    tenant: Facts,
    #[serde(flatten)]
    entrance: Entrance,
}

impl Create {
    pub async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let waiting = self.waiting;
        let created = session.tenants().create(self.request()?, &session.actor).await?;
        let tenant = Facts::of(session, &created.tenant);
        let entrance = Entrance::of(tenant.url.as_deref(), created.admin.as_ref(), created.setup.as_ref());
        let told = Told { existed: created.existed, tenant, entrance };
        // first: what is shown once must not be lost with a node that does not answer
        out.result(&told, || told.text());
        let what = format!("{} is made", created.tenant.name);
        waiting.until_known(session, created.tenant.id, &what, out).await
    }

    fn request(self) -> anyhow::Result<CreateTenant> {
        let admin_password = if self.admin_password_stdin { Some(ask::password()?) } else { None };
        Ok(CreateTenant {
            name: self.name,
            title: self.title,
            prefix: self.prefix,
            hosts: self.hosts,
            recipe: self.recipe,
            theme: self.theme,
            isolation: self.isolation,
            database_url: self.database_url,
            ring: self.ring,
            admin_user: self.admin_user,
            admin_email: self.admin_email,
            admin_password,
            uninitialised: self.uninitialised,
            ..CreateTenant::default()
        })
    }
}

impl Told {
    fn text(&self) -> String {
        let first = if self.existed {
            format!("{} was there already, from the same request", self.tenant.name)
        } else {
            format!("{} is made", self.tenant.name)
        };
        let entrance = self.entrance.text();
        let parts = [first, self.tenant.text(), entrance];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}
