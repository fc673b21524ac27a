//! The file under the XML parser: counts lines for messages, notices the end, and stops an element that
//! would fill the memory.

use std::io::{self, BufRead, Read};

pub(super) struct Source<R> {
    inner: R,
    /// Lines begun, from 1.
    pub line: u64,
    /// Whether the end of the file was met.
    pub ended: bool,
    /// Whether an element was larger than allowed.
    pub overflowed: bool,
    /// The most bytes that an element may have.
    pub budget: u64,
    left: u64,
}

impl<R: BufRead> Source<R> {
    pub fn new(inner: R, budget: u64) -> Self {
        Self { inner, line: 1, ended: false, overflowed: false, budget, left: budget }
    }

    /// The next element begins: it may be as large as any.
    pub fn refill(&mut self) {
        self.left = self.budget;
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            self.overflowed = true;
            return Err(io::Error::other("element too large"));
        }
        let buffer = self.inner.fill_buf()?;
        self.ended = buffer.is_empty();
        Ok(buffer)
    }

    fn consume(&mut self, count: usize) {
        // What was filled is still there, so this reads nothing.
        let seen = self.inner.fill_buf().ok().and_then(|buffer| buffer.get(..count)).unwrap_or_default();
        self.line += seen.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.left = self.left.saturating_sub(count as u64);
        self.inner.consume(count);
    }
}
