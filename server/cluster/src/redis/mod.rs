//! The way to Redis, whichever kind it is: one server, a master found by Sentinels, or a Redis Cluster.
//!
//! Redis makes things fast and is never waited for: a command has a short time of its own, a connection that
//! does not answer is given up at once and made anew in the background, and until then every command is
//! answered "away". [`Line`] is a connection for commands, [`Listener`] one for messages.

mod line;
mod listen;
mod target;

pub use line::Line;
pub use listen::{Listener, News};
pub use target::{RedisUrl, RedisUrlError};
