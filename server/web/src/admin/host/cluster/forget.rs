//! Taking a node that is not coming back off the list.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::NodeId;
use rowhouse_engine::cluster;
use uuid::Uuid;

use super::HERE;
use crate::{
    admin::{
        confirm::{Answer, Question},
        frame,
        host::back,
    },
    error::{Result, WebError},
    extract::{Posted, SuperUser},
    state::Web,
};

/// Forgets it, or asks first.
///
/// # Errors
/// If there is no such node, or what the catalogue says.
pub async fn forget(
    request: HttpRequest,
    web: Data<Web>,
    who: SuperUser,
    id: Path<Uuid>,
    posted: Posted<Answer>,
) -> Result {
    let answer = who.accept(posted)?;
    let (id, core) = (NodeId(id.into_inner()), web.node().core());
    let nodes = cluster::status(core, &who.actor()).await?.nodes;
    let name = nodes.into_iter().find(|node| node.id == id).ok_or(WebError::NotFound)?.name;
    let question = Question {
        heading: format!("Forget {name}?"),
        consequences: vec!["It is back on the list if it starts again.".into()],
        action: format!("{HERE}/{}/forget", id.0),
        button: "Forget".into(),
        cancel: HERE.into(),
        ..Question::default()
    };
    if !question.agrees(&answer) {
        let shell = frame::host(&web, &request, &who, "Forget node", "/cluster");
        return question.ask(&web, &request, "", shell, &answer);
    }
    let done = cluster::forget(core, id, &who.actor()).await;
    back(&web, HERE, done.map(drop), &format!("{name} is forgotten."))
}
