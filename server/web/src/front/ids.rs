//! Names of requests: in the log, in the answer and on error pages.

use std::cell::Cell;

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
        // to the byte, so that it becomes a header without moving
        let digits = (u64::BITS - (count | 1).leading_zeros()).div_ceil(4);
        let mut id = String::with_capacity(self.thread.len() + 1 + digits as usize);
        id.push_str(&self.thread);
        id.push('-');
        let digit = |n: u32| char::from_digit((count >> (4 * n)) as u32 & 0xf, 16).unwrap_or('0');
        id.extend((0..digits).rev().map(digit));
        id.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_a_name_of_its_own() {
        let (one, other) = (Ids::new(), Ids::new());
        let names: Vec<ByteString> = (0..300).flat_map(|_| [one.next(), other.next()]).collect();
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names[0].ends_with("-0") && names[598].ends_with("-12b"), "{names:?}");
    }
}
