//! What nodes tell each other, as bytes: small notes, and finished pages. Everything carries a code that only
//! holders of the cluster's keys can make, because whoever reaches the Redis in between could write there too.
//! What cannot be opened is no error of anybody's: it is refused, counted, and the node works as if it had
//! never come.

mod note;
mod page;
mod seal;

pub use note::{Note, PageNote};
pub use page::{FromPages, SharedPage, pack, unpack};
pub use seal::Sealer;

/// Why bytes from outside are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No key of the ring made its code: forged, altered, cut, or by a node with other keys.
    #[error("it was not sealed with a key of this cluster")]
    Seal,
    /// It is genuine and cannot be read: written by another release.
    #[error("it is in no form that this build reads")]
    Form,
}
