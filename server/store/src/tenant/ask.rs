//! The answer to a node's question: the tenant's version now, and how it came there.

use diesel::prelude::*;
use rowhouse_domain::{
    TenantId,
    coherence::{Change, TagSet, Token, Version},
};

use super::version;
use crate::{conn::Conn, error::Result, query::RunQueryDsl, schema::tenant::revision, types::Col};

/// What the tenant's own database says.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The version now.
    pub version: Version,
    /// The changes after the number that was asked for, oldest first, as far back as they are kept.
    pub changes: Vec<Change>,
    /// Whether the database takes no changes any more: another one serves the tenant.
    pub fenced: bool,
}

type Columns = (i64, Col<Token>, Col<Token>, String, i32);

#[crate::boxed]
pub(super) async fn answer(conn: &mut Conn, tenant: TenantId, since: i64) -> Result<Answer> {
    let row = version::read(conn, tenant).await?;
    if row.version.n <= since {
        return Ok(Answer { version: row.version, changes: Vec::new(), fenced: row.fenced });
    }
    let rows: Vec<Columns> = revision::table
        .filter(revision::n.gt(since))
        .order(revision::n.asc())
        .select((revision::n, revision::token, revision::prev_token, revision::tags, revision::vocabulary))
        .load(conn)
        .await?;
    Ok(Answer { version: row.version, changes: rows.into_iter().map(change).collect(), fenced: row.fenced })
}

fn change((n, token, prev, tags, vocabulary): Columns) -> Change {
    Change { n, token: token.0, prev: prev.0, tags: TagSet::decode(vocabulary, &tags), vocabulary }
}
