//! `rowhouse tenant`: the life of sites.

mod backup;
mod create;
mod delete;
mod edit;
mod facts;
mod gc;
mod list;
mod migrate;
mod reset;
mod restore;
mod show;
mod state;

use clap::{Args, Subcommand};

use super::{Common, Out, Session};

/// Verbs on tenants.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a site; the same request again answers the same site
    Create(create::Create),
    /// List sites
    List(list::List),
    /// Show a site and what happened to it
    Show(show::Show),
    /// Change title, addresses, limits
    Edit(edit::Edit),
    /// Take a running site out of service; visitors are told so
    Suspend(state::Suspend),
    /// Put a suspended or failed site back into service
    Resume(state::Resume),
    /// Start a site over from a recipe; its content goes, its accounts stay
    Reset(reset::Reset),
    /// Delete a site; it can be had back for a while
    Delete(delete::Delete),
    /// Have a deleted site back
    Undelete(state::Undelete),
    /// Make a new set-up link for a site that is not set up yet
    #[command(after_help = "Example:\n  rowhouse tenant setup-link lantern")]
    SetupLink(Named),
    /// Remove what dead processes left behind, and sites whose time to come back is over
    Gc(gc::Gc),
    /// Bring the databases of all sites to this release's schema
    Migrate(migrate::Migrate),
    /// Write a site into one file
    Backup(backup::Backup),
    /// Make a new site out of a backup
    Restore(restore::Restore),
}

/// Which tenant.
#[derive(Debug, Args)]
pub struct Named {
    /// Its name or id
    name: String,
}

impl Verb {
    /// # Errors
    /// One clear reason; nothing is left half-way.
    pub async fn run(self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let session = Session::open(common).await?;
        match self {
            Verb::Create(verb) => verb.run(&session, out).await,
            Verb::List(verb) => verb.run(&session, out).await,
            Verb::Show(verb) => verb.run(&session, out).await,
            Verb::Edit(verb) => verb.run(&session, out).await,
            Verb::Suspend(verb) => verb.run(&session, out).await,
            Verb::Resume(verb) => verb.run(&session, out).await,
            Verb::Reset(verb) => verb.run(&session, out).await,
            Verb::Delete(verb) => verb.run(&session, out).await,
            Verb::Undelete(verb) => verb.run(&session, out).await,
            Verb::SetupLink(verb) => state::setup_link(&verb.name, &session, out).await,
            Verb::Gc(verb) => verb.run(&session, out).await,
            Verb::Migrate(verb) => verb.run(&session, out).await,
            Verb::Backup(verb) => verb.run(&session, out).await,
            Verb::Restore(verb) => verb.run(&session, out).await,
        }
    }
}
