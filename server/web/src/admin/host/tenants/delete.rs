//! Deleting a tenant, which can be taken back for a while. Its name has to be typed.

use actix_web::web::Path;

use super::place;
use crate::{
    admin::{
        confirm::{Asked, Question},
        host::{back, when},
    },
    error::Result,
    extract::SuperUser,
};

/// Deletes it, or asks first.
///
/// # Errors
/// What the catalogue says.
pub async fn delete(asked: Asked<SuperUser>, name: Path<String>) -> Result {
    let (web, who) = (&asked.web, &asked.who);
    let lifecycle = web.node().lifecycle();
    let tenant = lifecycle.show(&name, &who.actor()).await?;
    let at = place(tenant.name.as_str());
    let question = Question {
        heading: format!("Delete “{}”?", tenant.title),
        consequences: vec![
            "It goes off the air at once and its addresses become free.".into(),
            "It can be had back for a while; then its database, media and users are gone.".into(),
        ],
        word: Some(tenant.name.to_string()),
        action: format!("{at}/delete"),
        button: "Delete tenant".into(),
        hidden: Vec::new(),
        cancel: at.clone(),
    };
    asked
        .first("/tenants", question, async || {
            let done = lifecycle.delete(&tenant.id.to_string(), &who.actor()).await;
            web.node().refresh().await?;
            let until = done.as_ref().ok().and_then(|tenant| lifecycle.kept_until(tenant)).map(when);
            let until =
                until.map(|when| format!(" It can come back until {}.", when.text)).unwrap_or_default();
            back(web, &at, done.map(drop), &format!("Deleted.{until}"))
        })
        .await
}
