//! The suites of the coherence protocol: a simulation of a whole cluster, random histories of one node against
//! a single variable, and a node on real threads. All drive what ships.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod register;
mod simulation;
mod threads;
