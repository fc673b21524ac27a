//! The rules of content, on real databases.

mod editing;
mod publishing;
mod structure;
mod world;
