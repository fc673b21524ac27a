//! The queries on real databases: a SQLite file always, PostgreSQL too where `ROWHOUSE_TEST_POSTGRES` names
//! a server. The same bodies run on both.

mod content;
mod place;
mod tags;
