//! The suites of the coherence protocol: a simulation of a whole cluster, and random histories of one node
//! against a single variable. Both drive the state machine that ships.

mod register;
mod simulation;
