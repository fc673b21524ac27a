//! What happens to tenants, on real databases: SQLite files always, PostgreSQL too where
//! `ROWHOUSE_TEST_POSTGRES` names a server. The same bodies run on both.

mod backups;
mod faults;
mod house;
mod life;
