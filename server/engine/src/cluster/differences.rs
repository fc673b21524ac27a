//! What differs between nodes that live. What most of them have counts as usual; where as many have this as
//! that, it is what the node has that began first, so that whoever joins with something else is the odd one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use rowhouse_store::NodeRow;
use serde::Serialize;

/// Clocks that are further apart are told of: dates that people see and plans would be off by it.
const CLOCK_MS: i64 = 2_000;

/// Settings that are named in a sentence.
const NAMED: usize = 6;

/// Something that is not as on the other nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Difference {
    /// Another node that lives has its name.
    Name,
    /// Its program.
    Build {
        /// What is usual.
        usual: String,
    },
    /// Its settings.
    Configuration {
        /// Which; empty if its keys differ too, since digests are made with them.
        settings: Vec<String>,
    },
    /// Its keys: it accepts no session of the others, and cannot read the rows of their tenants.
    Keys,
    /// The content of its themes.
    Themes,
    /// Its clock.
    Clock {
        /// How far it is ahead of the database's, in milliseconds; behind if negative.
        ahead_ms: i64,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("has the name of another node that runs"),
            Self::Build { usual } => write!(f, "is of another build; {usual} is usual"),
            Self::Configuration { settings } if settings.is_empty() => f.write_str(
                "has another configuration; which settings differ can be told once its keys are equal",
            ),
            Self::Configuration { settings } => {
                let named: Vec<&str> = settings.iter().take(NAMED).map(String::as_str).collect();
                write!(f, "has another configuration: {}", named.join(", "))?;
                match settings.len().saturating_sub(NAMED) {
                    0 => Ok(()),
                    others => write!(f, " and {others} more"),
                }
            }
            Self::Keys => f.write_str("has other keys"),
            Self::Themes => f.write_str("has other themes"),
            Self::Clock { ahead_ms } => {
                let seconds = ahead_ms.unsigned_abs() as f64 / 1_000.0;
                let side = if *ahead_ms > 0 { "ahead" } else { "behind" };
                write!(f, "has a clock that is {seconds:.1} s {side}")
            }
        }
    }
}

/// What is not on `node` as on the others; `living` are all that live, itself among them.
pub(super) fn of(node: &NodeRow, clock_ms: i64, living: &[&NodeRow]) -> Vec<Difference> {
    let mut all = Vec::new();
    if living.iter().filter(|other| other.name == node.name).count() > 1 {
        all.push(Difference::Name);
    }
    if let Some(usual) = usual(living, |row| &row.build).filter(|usual| usual.build != node.build) {
        all.push(Difference::Build { usual: usual.build.clone() });
    }
    if let Some(usual) = usual(living, |row| &row.config_hash)
        && usual.config_hash != node.config_hash
    {
        let with_its_keys: Vec<&NodeRow> =
            living.iter().copied().filter(|row| row.key_fingerprint == node.key_fingerprint).collect();
        let same = |row: &&&NodeRow| row.config_hash == usual.config_hash;
        let settings = with_its_keys.iter().find(same).map(|row| apart(&row.settings.0, &node.settings.0));
        all.push(Difference::Configuration { settings: settings.unwrap_or_default() });
    }
    let differs = |what: for<'a> fn(&'a NodeRow) -> &'a String| {
        usual(living, what).is_some_and(|usual| what(usual) != what(node))
    };
    if differs(|row| &row.key_fingerprint) {
        all.push(Difference::Keys);
    }
    if differs(|row| &row.themes) {
        all.push(Difference::Themes);
    }
    if clock_ms.abs() > CLOCK_MS {
        all.push(Difference::Clock { ahead_ms: clock_ms });
    }
    all
}

/// The first to begin of those who have what most have.
fn usual<'r>(living: &[&'r NodeRow], what: impl Fn(&NodeRow) -> &String) -> Option<&'r NodeRow> {
    let alike = |row: &NodeRow| living.iter().filter(|other| what(other) == what(row)).count();
    living.iter().copied().min_by_key(|row| (std::cmp::Reverse(alike(row)), row.started_at.0, row.id.0))
}

/// Settings whose digests differ, or that only one of the two has.
fn apart(ours: &BTreeMap<String, String>, theirs: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    names.into_iter().filter(|name| ours.get(*name) != theirs.get(*name)).cloned().collect()
}
