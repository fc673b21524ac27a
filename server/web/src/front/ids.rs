//! Names of requests: in the log, in the answer and on error pages.

use std::{cell::Cell, fmt::Write};

use bytestring::ByteString;

/// Names the requests of one thread: what no other thread of any node has, and a number.
pub(super) struct Ids {
    thread: String,
    count: Cell<u64>,
}

impl Ids {
    pub(super) fn new() -> Self {
        let (high, _) = uuid::Uuid::new_v4().as_u64_pair();
        Self { thread: format!("{high:016x}"), count: Cell::new(0) }
    }

    pub(super) fn next(&self) -> ByteString {
        let count = self.count.get();
        self.count.set(count.wrapping_add(1));
        let mut id = String::with_capacity(2 * self.thread.len() + 1);
        id.push_str(&self.thread);
        // a text takes whatever it is given
        let _infallible = write!(id, "-{count:x}");
        id.into()
    }
}
