//! Content: the use cases.

/// A save that was based on an older version.
#[derive(Clone, Debug)]
pub struct StaleSave;
