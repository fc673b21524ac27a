//! What identity is told: the cost of hashing, how long sessions and links last, how often one may try.

use std::time::Duration;

/// What hashing a password costs with argon2id. The default is OWASP's minimum of 2024: 19 MiB, two passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for HashCost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// How often something may be tried: `burst` times at once, and then once in `every`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tries at once.
    pub burst: u32,
    /// Time in which one try comes back.
    pub every: Duration,
}

/// Settings of identity.
#[derive(Clone, Debug)]
pub struct IdentitySettings {
    /// What hashing a password costs.
    pub hash: HashCost,
    /// Passwords hashed at once on this node.
    pub hashes_at_once: usize,
    /// How long a password waits for its turn.
    pub hash_wait: Duration,
    /// A session unused for so long is over.
    pub session_idle: Duration,
    /// A session is over after so long in any case.
    pub session_absolute: Duration,
    /// How long a link to choose a new password works.
    pub reset_for: Duration,
    /// How long an invitation works, and the link to set up a site.
    pub invite_for: Duration,
    /// How long the token for the first super user works.
    pub first_run_for: Duration,
    /// Wrong passwords for one account.
    pub tries_per_account: Rate,
    /// Wrong passwords from one address, over all tenants.
    pub tries_per_address: Rate,
    /// Reset mails to one account, and requests for them from one address.
    pub mails_per_account: Rate,
    /// Accounts and addresses that are remembered at most, of each.
    pub remembered: usize,
}

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

impl Default for IdentitySettings {
    fn default() -> Self {
        Self {
            hash: HashCost::default(),
            hashes_at_once: 4,
            hash_wait: Duration::from_secs(5),
            session_idle: DAY.saturating_mul(14),
            session_absolute: DAY.saturating_mul(90),
            reset_for: MINUTE.saturating_mul(120),
            invite_for: DAY.saturating_mul(7),
            first_run_for: DAY,
            tries_per_account: Rate { burst: 10, every: MINUTE },
            tries_per_address: Rate { burst: 30, every: Duration::from_secs(10) },
            mails_per_account: Rate { burst: 3, every: MINUTE.saturating_mul(20) },
            remembered: 100_000,
        }
    }
}
