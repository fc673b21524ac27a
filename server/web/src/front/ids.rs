//! Names of requests: in the log, in the answer and on error pages.

use std::cell::RefCell;

use actix_web::http::header::HeaderValue;

use crate::context::RequestId;

/// Names the requests of one thread: what no other thread of any node has, and a number. Kept as it is written,
/// so that a name is the one before it with its last digits changed.
pub(super) struct Ids(RefCell<Vec<u8>>);

impl Ids {
    pub(super) fn new() -> Self {
        let (high, _) = uuid::Uuid::new_v4().as_u64_pair();
        Self(RefCell::new(format!("{high:016x}-0").into_bytes()))
    }

    pub(super) fn next(&self) -> RequestId {
        let mut name = self.0.borrow_mut();
        count_up(&mut name);
        // digits and a hyphen are always a value
        RequestId(HeaderValue::from_bytes(&name).unwrap_or(HeaderValue::from_static("")))
    }
}

/// Adds one to the hexadecimal number that the name ends with.
fn count_up(name: &mut Vec<u8>) {
    for digit in name.iter_mut().rev() {
        match *digit {
            b'f' => *digit = b'0',
            b'9' => return *digit = b'a',
            b'-' => break,
            _ => return *digit += 1,
        }
    }
    let start = name.iter().position(|sign| *sign == b'-').map_or(0, |hyphen| hyphen + 1);
    name.insert(start, b'1');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_a_name_of_its_own() {
        let (one, other) = (Ids::new(), Ids::new());
        let names: Vec<String> =
            (0..300).flat_map(|_| [one.next(), other.next()]).map(|id| id.to_string()).collect();
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        for (number, name) in (1..).zip(names.chunks(2)) {
            assert!(name.iter().all(|name| name.ends_with(&format!("-{number:x}"))), "{number}: {name:?}");
        }
    }
}
