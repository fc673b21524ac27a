//! Small messages, which every node hears. None of them is believed further than a look at the databases
//! would go: a change is applied only where it continues what is known, all others are reasons to look.

use rowhouse_domain::{TenantId, coherence::Change};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{Refused, Sealer};

const PURPOSE: &str = "note 1";
const PAGE_PURPOSE: &str = "page note 1";

/// What one node tells all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Note {
    /// A committed change of what a tenant's visitors see.
    Changed {
        /// Whose.
        tenant: TenantId,
        /// The change.
        change: Change,
    },
    /// The catalogue's tenants changed: read on.
    Tenants,
    /// Work was put into a tenant's queue, or into the installation's own.
    Work {
        /// Whose; none for the installation's own.
        tenant: Option<TenantId>,
    },
    /// Somebody wants pages forgotten: one, or all of a tenant.
    Purge {
        /// Whose.
        tenant: TenantId,
        /// The page's key; all of the tenant's pages where absent.
        key: Option<String>,
    },
}

/// What is told beside pages, on their channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum PageNote {
    /// A page too large for a message is on the shelf.
    OnShelf {
        /// Its key.
        key: String,
    },
    /// The page that was being made is of no use to others, or could not be made.
    NotShared {
        /// Its key.
        key: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Envelope<N> {
    from: Uuid,
    note: N,
}

fn pack<N: Serialize>(note: N, from: Uuid, purpose: &str, sealer: &Sealer) -> Vec<u8> {
    // the types above have no value that JSON cannot write
    let mut bytes = serde_json::to_vec(&Envelope { from, note }).unwrap_or_default();
    sealer.seal(purpose, &mut bytes);
    bytes
}

fn unpack<N: DeserializeOwned>(bytes: &[u8], purpose: &str, sealer: &Sealer) -> Result<(Uuid, N), Refused> {
    let inside = sealer.open(purpose, bytes)?;
    let envelope: Envelope<N> = serde_json::from_slice(inside).map_err(|_| Refused::Form)?;
    Ok((envelope.from, envelope.note))
}

impl Note {
    /// As bytes from the node `from`.
    #[must_use]
    pub fn pack(&self, from: Uuid, sealer: &Sealer) -> Vec<u8> {
        pack(self, from, PURPOSE, sealer)
    }

    /// Reads who told what.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn unpack(bytes: &[u8], sealer: &Sealer) -> Result<(Uuid, Self), Refused> {
        unpack(bytes, PURPOSE, sealer)
    }
}

impl PageNote {
    /// As bytes from the node `from`.
    #[must_use]
    pub fn pack(&self, from: Uuid, sealer: &Sealer) -> Vec<u8> {
        pack(self, from, PAGE_PURPOSE, sealer)
    }

    /// Reads who told what.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn unpack(bytes: &[u8], sealer: &Sealer) -> Result<(Uuid, Self), Refused> {
        unpack(bytes, PAGE_PURPOSE, sealer)
    }
}

#[cfg(test)]
mod tests {
    use rowhouse_domain::coherence::{Tag, Token, VOCABULARY};

    use super::*;

    #[test]
    fn every_note_comes_back_from_its_bytes() {
        let (sealer, from, tenant) = (Sealer::new([[1; 32]]), Uuid::new_v4(), TenantId::fresh());
        let tags = [Tag::Theme, Tag::route("/a")].into_iter().collect();
        let change =
            Change { n: 7, token: Token::fresh(), prev: Token::fresh(), tags, vocabulary: VOCABULARY };
        let notes = [
            Note::Changed { tenant, change },
            Note::Tenants,
            Note::Work { tenant: Some(tenant) },
            Note::Purge { tenant, key: Some("k".into()) },
        ];
        for note in notes {
            assert_eq!(Note::unpack(&note.pack(from, &sealer), &sealer), Ok((from, note)));
        }
    }

    #[test]
    fn a_genuine_note_of_another_release_is_refused_by_its_form() {
        let sealer = Sealer::new([[1; 32]]);
        let mut bytes =
            br#"{"from":"00000000-0000-0000-0000-000000000000","note":{"what":"dance"}}"#.to_vec();
        sealer.seal(PURPOSE, &mut bytes);
        assert_eq!(Note::unpack(&bytes, &sealer), Err(Refused::Form));
    }
}
