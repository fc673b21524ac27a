//! The tables of both kinds of database, as diesel sees them.

pub(crate) mod catalogue;
pub(crate) mod tenant;
