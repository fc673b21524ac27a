//! The rules of content, on real databases.

mod editing;
mod preferences;
mod preview;
mod publishing;
mod structure;
mod world;
