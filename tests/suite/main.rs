//! Whole nodes, from the outside: every test starts servers of its own, makes what it needs, asks one thing
//! and looks at the answer. All run on SQLite and on PostgreSQL unless they say why not.

mod addressing;
mod cache;
mod editing;
mod import;
mod matrix;
mod operation;
mod screens;
mod single;
mod tenants;

/// The program with fail-points.
const NODE: &str = env!("CARGO_BIN_EXE_rowhouse-test-node");
