//! Suspending, resuming, undeleting and migrating a tenant: buttons that can be taken back.

use actix_web::web::{Data, Path};
use rowhouse_engine::tenants::Undelete;
use serde::Deserialize;

use super::place;
use crate::{
    admin::{
        host::{Pressed, back},
        say,
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// Why a tenant is suspended.
#[derive(Debug, Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

/// Takes it off the air.
///
/// # Errors
/// What the catalogue says.
pub async fn suspend(web: Data<Web>, who: SuperUser, name: Path<String>, posted: Posted<Reason>) -> Result {
    let typed = who.accept(posted)?;
    let done = web.node().lifecycle().suspend(&name, &typed.reason, &who.actor()).await;
    web.node().refresh().await?;
    back(&web, &place(&name), done.map(drop), "Suspended. Visitors are told so, until you resume it.")
}

/// Puts it on the air again.
///
/// # Errors
/// What the catalogue or its database says.
pub async fn resume(web: Data<Web>, who: SuperUser, name: Path<String>, posted: Posted<Pressed>) -> Result {
    who.accept(posted)?;
    let done = web.node().lifecycle().resume(&name, &who.actor()).await;
    web.node().refresh().await?;
    back(&web, &place(&name), done.map(drop), "It is on the air again.")
}

/// Has it back.
///
/// # Errors
/// What the catalogue says.
pub async fn undelete(web: Data<Web>, who: SuperUser, name: Path<String>, posted: Posted<Pressed>) -> Result {
    who.accept(posted)?;
    let done = web.node().lifecycle().undelete(&name, Undelete::default(), &who.actor()).await;
    web.node().refresh().await?;
    back(&web, &place(&name), done.map(drop), "It is back, as it was.")
}

/// Brings its schema up to this program's.
///
/// # Errors
/// What its database says.
pub async fn migrate(web: Data<Web>, who: SuperUser, name: Path<String>, posted: Posted<Pressed>) -> Result {
    who.accept(posted)?;
    let done = web.node().lifecycle().migrate_named(&name, &who.actor()).await;
    web.node().refresh().await?;
    let text = match &done {
        Ok(done) if done.steps > 0 => format!("Migrated from schema {} to {}.", done.from, done.to),
        _ => say::sentence("its schema is up to date"),
    };
    back(&web, &place(&name), done.map(drop), &text)
}
