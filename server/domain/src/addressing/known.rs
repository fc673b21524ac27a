//! What addresses were found to mean, so that finding out is not repeated for every request.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// Addresses kept at most.
const MOST: usize = 16_384;
/// Longer ones are not kept, in bytes.
const LONGEST: usize = 512;

/// The meanings of addresses by one state of the directory. What an address means depends on nothing else, so a
/// meaning is good until the state is another one; then all are forgotten.
#[derive(Debug)]
pub struct Known<T> {
    state: u64,
    meanings: HashMap<Box<str>, T, RandomState>,
    asked: String,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { state: 0, meanings: HashMap::default(), asked: String::new() }
    }
}

impl<T> Known<T> {
    /// What an address means: a host, and a path with its query, both as they were sent. `state` numbers the state
    /// of the directory.
    pub fn get(&mut self, state: u64, host: &str, target: &str) -> Option<&T> {
        if self.state != state {
            self.meanings.clear();
            self.state = state;
        }
        self.ask(host, target);
        self.meanings.get(self.asked.as_str())
    }

    /// Keeps what an address was found to mean after `state` was read. Where too many are kept, every other one is
    /// forgotten.
    pub fn put(&mut self, state: u64, host: &str, target: &str, meaning: T) {
        if self.state != state || host.len() + target.len() > LONGEST {
            return;
        }
        if self.meanings.len() >= MOST {
            let mut kept = false;
            self.meanings.retain(|_, _| {
                kept = !kept;
                kept
            });
        }
        self.ask(host, target);
        self.meanings.insert(self.asked.as_str().into(), meaning);
    }

    fn ask(&mut self, host: &str, target: &str) {
        self.asked.clear();
        self.asked.push_str(host);
        // no host has one in it
        self.asked.push('\n');
        self.asked.push_str(target);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_until_the_directory_changes() {
        let mut known = Known::default();
        assert_eq!(known.get(1, "a.example", "/x"), None);
        known.put(1, "a.example", "/x", 'x');
        assert_eq!(known.get(1, "a.example", "/x"), Some(&'x'));
        for (host, target) in [("a.example", "/x?"), ("a.exampl", "e/x"), ("b.example", "/x")] {
            assert_eq!(known.get(1, host, target), None, "{host} {target}");
        }
        assert_eq!(known.get(2, "a.example", "/x"), None);
        assert_eq!(known.get(1, "a.example", "/x"), None, "what is forgotten stays so");
    }

    #[test]
    fn what_was_found_out_by_an_old_directory_is_not_kept() {
        let mut known = Known::default();
        known.get(2, "a.example", "/x");
        known.put(1, "a.example", "/x", 'x');
        assert_eq!(known.get(2, "a.example", "/x"), None);
    }

    #[test]
    fn it_is_bounded() {
        let mut known = Known::default();
        known.get(1, "", "");
        for n in 0..3 * MOST {
            known.put(1, "a.example", &format!("/{n}"), n);
            assert!(known.meanings.len() <= MOST);
        }
        let last = 3 * MOST - 1;
        assert_eq!(known.get(1, "a.example", &format!("/{last}")), Some(&last));
        known.put(1, "a.example", &"/x".repeat(LONGEST), 0);
        assert_eq!(known.get(1, "a.example", &"/x".repeat(LONGEST)), None);
    }
}
