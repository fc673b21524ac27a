//! The rules of identity, on a real database.
