//! The import on small exports written for it and, where it is at hand, on a real one.

mod real;
mod small;
mod world;
