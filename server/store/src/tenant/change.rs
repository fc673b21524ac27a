//! A change of what visitors see, and the protocol it goes through. Its queries add the tags of what they
//! change, from the old and the new state, under the tenant's lock.

use std::ops::{Deref, DerefMut};

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::coherence::{self, Tag, TagSet, Token, VOCABULARY, Version};

use super::{
    Listed, TenantStore,
    desk::{Desk, Look},
    slips, version,
};
use crate::{
    conn::{Begin, Conn},
    door::{Parcel, Work},
    error::{Result, StoreError},
    query::RunQueryDsl,
    schema::tenant::revision,
    types::Col,
};

/// Revisions kept; a node that is further behind drops what it holds.
const KEPT_REVISIONS: i64 = 1_000;

/// What a write answers.
#[derive(Clone, Debug)]
pub struct Written<R> {
    /// The work's own answer.
    pub value: R,
    /// The committed change, for the hint; absent if visitors see no difference.
    pub change: Option<coherence::Change>,
}

/// An open change: all reads, all private writes, and the writes that visitors see.
pub struct Change {
    desk: Desk,
    tags: TagSet,
    now: Timestamp,
}

impl Deref for Change {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut Desk {
        &mut self.desk
    }
}

impl Change {
    /// Notes that `tag` is touched. Only queries of this room know what they change.
    pub(crate) fn touch(&mut self, tag: Tag) {
        self.tags.insert(tag);
    }

    /// The time of the change.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether anything that visitors see was touched so far.
    #[must_use]
    pub fn touches_nothing(&self) -> bool {
        self.tags.is_empty()
    }
}

#[crate::boxed]
pub(super) async fn run(
    store: &TenantStore,
    mut conn: Conn,
    now: Timestamp,
    work: Work<Change>,
) -> Result<Written<Parcel>> {
    conn.begin(Begin::Write).await?;
    // first of all, so that the order of changes is the order of locks
    let row = version::locked(&mut conn, store.id).await?;
    if row.fenced {
        return Err(StoreError::Fenced);
    }
    store.steps.reached("write.locked").await;
    let mut change = Change { desk: Desk::new(Look::new(conn, store.id)), tags: TagSet::new(), now };
    let value = match work(&mut change).await {
        Ok(value) => value,
        Err(error) => {
            let _ = change.conn.rollback().await;
            return Err(error);
        }
    };
    if change.touches_nothing() {
        change.conn.commit().await?;
        return Ok(Written { value, change: None });
    }
    let next = record(store, &mut change, row.version).await?;
    commit(store, &mut change, &next).await?;
    Ok(Written { value, change: Some(next) })
}

/// Writes the revision that the change makes.
async fn record(store: &TenantStore, change: &mut Change, before: Version) -> Result<coherence::Change> {
    let tags = slips::tags(store, &mut change.desk.conn, before, &change.tags).await?;
    let next = coherence::Change {
        n: before.n + 1,
        token: Token::fresh(),
        prev: before.token,
        tags,
        vocabulary: VOCABULARY,
    };
    let row = (
        revision::n.eq(next.n),
        revision::token.eq(Col(next.token)),
        revision::prev_token.eq(Col(next.prev)),
        revision::tags.eq(next.tags.encode()),
        revision::vocabulary.eq(next.vocabulary),
        revision::at.eq(Col(change.now)),
    );
    let conn = &mut change.desk.conn;
    diesel::insert_into(revision::table).values(row).execute(conn).await?;
    if next.n % 50 == 0 {
        let old = revision::table.filter(revision::n.lt(next.n - KEPT_REVISIONS));
        diesel::delete(old).execute(conn).await?;
    }
    version::set(conn, next.version()).await?;
    Ok(next)
}

/// Announces, commits and settles. The announcement is committed in the catalogue before the change is: a
/// writer that dies in between leaves a mark that every node sees.
async fn commit(store: &TenantStore, change: &mut Change, next: &coherence::Change) -> Result<()> {
    if store.listed == Listed::Building {
        return change.conn.commit().await;
    }
    let announced = slips::announce(store, next.token).await;
    if !matches!(announced, Ok(true)) {
        let _ = change.conn.rollback().await;
        return Err(match announced {
            Err(error) => error,
            Ok(_) => StoreError::Corrupt("the catalogue has no pulse for this tenant".into()),
        });
    }
    store.steps.reached("write.announced").await;
    change.conn.commit().await?;
    store.steps.reached("write.committed").await;
    // the change stands; if this fails, nodes see the announcement, ask, and mend the pulse
    if let Err(error) = slips::settle(store, next.version()).await {
        tracing::warn!(tenant = %store.id, n = next.n, %error, "the pulse is not settled; it will be mended");
    }
    store.steps.reached("write.settled").await;
    Ok(())
}
