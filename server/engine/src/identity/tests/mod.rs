//! The rules of identity on real databases: SQLite files always, PostgreSQL too where `ROWHOUSE_TEST_POSTGRES`
//! names a server. Time is moved by hand.

mod links;
mod people;
mod sessions;
mod supers;
mod world;
