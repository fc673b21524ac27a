//! Whole nodes, from the outside: every test starts servers of its own, makes what it needs, asks one thing
//! and looks at the answer. All run on SQLite and on PostgreSQL unless they say why not.

mod addressing;
mod balancer;
mod browser;
mod cache;
mod cluster;
mod deploy;
mod editing;
mod import;
mod jobs;
mod matrix;
mod nodes;
mod operation;
mod row;
mod screens;
mod set_up;
mod single;
mod statements;
mod tenants;
mod uploads;

/// The program with fail-points.
const NODE: &str = env!("CARGO_BIN_EXE_rowhouse-test-node");
