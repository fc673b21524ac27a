//! The harness: whole nodes on real databases, clients that behave like browsers, and means to stop the work
//! of a node at any of its steps. A test arranges by a helper, makes one request and looks at what came of it.

mod answer;
mod backend;
mod client;
mod clock;
mod cluster;
mod home;
mod load;
mod node;
mod process;
mod register;
pub mod services;
mod steps;
mod tenant;
mod wait;

pub use answer::{Answer, unescaped};
pub use backend::{Backend, on, on_both};
pub use client::{Client, Files, Form};
pub use clock::HandClock;
pub use cluster::Cluster;
pub use home::{Home, export, repository};
pub use load::{Failure, Load, Tally};
pub use node::{Options, TestNode};
pub use process::{Done, Process, run};
pub use register::register;
pub use steps::{DelayAt, Gate, HaltAt, Probe, Steered};
pub use tenant::{Draft, NewTenant, PASSWORD, term};
pub use wait::{PATIENCE, asked_for, eventually};
