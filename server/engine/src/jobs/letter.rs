//! Mails as jobs. A letter may hold a link that opens an account, so it is sealed with the cluster's key while
//! it waits, and gone from the database once it was sent.

use jiff::Timestamp;
use rowhouse_domain::{JobId, job::JobKind};
use rowhouse_store::{JobRow, NewJob};
use serde::{Deserialize, Serialize};

use crate::{
    error::{EngineError, Result},
    keys::KeyRing,
    mail::Mail,
};

/// What letters are sealed for.
const PURPOSE: &str = "job";

/// A mail that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    /// What is sent.
    pub(super) mail: Mail,
    /// After this it is of no use to anybody: the link in it has ended.
    pub(super) until: Option<Timestamp>,
}

/// The job that sends a mail now, of use until `until`.
///
/// # Errors
/// If it cannot be sealed.
pub(crate) fn letter(keys: &KeyRing, mail: Mail, until: Option<Timestamp>, now: Timestamp) -> Result<NewJob> {
    let to = if mail.to.name.is_empty() { &mail.to.address } else { &mail.to.name };
    let about = format!("“{}” to {to}", mail.subject);
    let text = serde_json::to_string(&Letter { mail, until })
        .map_err(|error| EngineError::Other(format!("a mail cannot be kept: {error}")))?;
    let payload = keys.seal(PURPOSE, &text)?;
    Ok(NewJob { id: JobId::fresh(), kind: JobKind::Mail, about, payload, once: None, at: now, now })
}

/// The letter of a job.
///
/// # Errors
/// If it was sealed with a key that is gone, or is none.
pub(super) fn open(keys: &KeyRing, job: &JobRow) -> Result<Letter> {
    let text = keys.open(PURPOSE, &job.payload)?;
    serde_json::from_str(&text).map_err(|error| EngineError::Other(format!("this is no mail: {error}")))
}
