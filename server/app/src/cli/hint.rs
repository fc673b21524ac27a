//! What to do about a failure, where that can be said.

use rowhouse_engine::EngineError;

/// A line that helps, for the failures that have one.
pub(super) fn hint(error: &anyhow::Error) -> Option<String> {
    let engine = error.chain().find_map(|cause| cause.downcast_ref::<EngineError>())?;
    let words = match engine {
        EngineError::NotFound("tenant") => {
            "`rowhouse tenant list` shows all; deleted ones with --state deleted"
        }
        EngineError::NotFound("user") => "`rowhouse user list --tenant NAME` shows all",
        EngineError::NotFound("super user") => "`rowhouse user list --super` shows all",
        EngineError::NotFound("role") => "roles of a new site: administrator, editor, author, contributor",
        EngineError::Unavailable(_) | EngineError::Store(_) => {
            "`rowhouse doctor` looks at every part and says what to do"
        }
        EngineError::Fenced => {
            "the site is being reset, restored or moved; if that died, `rowhouse tenant gc` finishes it"
        }
        EngineError::NotFound(_)
        | EngineError::Denied { .. }
        | EngineError::Invalid(_)
        | EngineError::Conflict(_)
        | EngineError::Taken(_)
        | EngineError::Stale(_)
        | EngineError::TooMany { .. }
        | EngineError::SignIn(_)
        | EngineError::Quota(_)
        | EngineError::Busy(_)
        | EngineError::Render(_)
        | EngineError::Media(_)
        | EngineError::Input(_)
        | EngineError::Other(_) => return None,
    };
    Some(words.to_owned())
}
