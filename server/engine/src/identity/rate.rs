//! Token buckets in bounded memory, by the generic cell rate algorithm: a bucket is one number, the time at
//! which it would be full again. A try is taken before the work and given back when it was a good one, so
//! that many at once cannot slip through.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rowhouse_domain::{Moment, TenantId, UserId};

use super::settings::Rate;
use crate::keys::hash_token;

/// Whom a bucket is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 32]);

impl Key {
    /// An account of a tenant, or of the installation.
    pub(super) fn account(tenant: Option<TenantId>, user: UserId) -> Self {
        Self(hash_token(&format!("account {tenant:?} {user}")))
    }

    /// A login that nobody has; it is limited alike, so that limits do not tell who exists.
    pub(super) fn unknown(tenant: Option<TenantId>, login: &str) -> Self {
        Self(hash_token(&format!("login {tenant:?} {login}")))
    }

    /// A network address. Of IPv6 the first 64 bits count: one customer has all the rest.
    pub(super) fn address(address: IpAddr) -> Self {
        let text = match address.to_canonical() {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("{:x}/64", v6.to_bits() >> 64),
        };
        Self(hash_token(&format!("address {text}")))
    }
}

/// Buckets of one kind.
#[derive(Debug)]
pub(super) struct Buckets {
    rate: Rate,
    most: usize,
    /// When each bucket is full again, in nanoseconds of the age clock; full ones need not be kept.
    full_at: Mutex<HashMap<Key, u64>>,
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Buckets {
    pub(super) fn new(rate: Rate, most: usize) -> Self {
        Self { rate, most: most.max(1), full_at: Mutex::default() }
    }

    /// Takes a try, or says when there is one again.
    pub(super) fn take(&self, key: Key, now: Moment) -> Result<(), Duration> {
        let every = nanos(self.rate.every);
        let room = every.saturating_mul(u64::from(self.rate.burst.saturating_sub(1)));
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let at = full_at.get(&key).copied().unwrap_or(0).max(now.0);
        let ahead = at - now.0;
        if ahead > room {
            return Err(Duration::from_nanos(ahead - room));
        }
        if full_at.len() >= self.most && !full_at.contains_key(&key) {
            make_room(&mut full_at, self.most, now);
        }
        full_at.insert(key, at.saturating_add(every));
        Ok(())
    }

    /// Gives a try back.
    pub(super) fn give_back(&self, key: Key) {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = full_at.get_mut(&key) {
            *at = at.saturating_sub(nanos(self.rate.every));
        }
    }
}

/// Forgets full buckets, and of the others the fullest quarter: who tried most is remembered longest. That
/// much at once, so that a flood of names does not sweep the table at each try.
fn make_room(full_at: &mut HashMap<Key, u64>, most: usize, now: Moment) {
    full_at.retain(|_, at| *at > now.0);
    let keep = most - most.div_ceil(4);
    if full_at.len() <= keep {
        return;
    }
    let mut times: Vec<u64> = full_at.values().copied().collect();
    let drop = times.len() - keep;
    let (_, border, _) = times.select_nth_unstable(drop.saturating_sub(1));
    let (border, mut left) = (*border, drop);
    full_at.retain(|_, at| {
        let goes = *at <= border && left > 0;
        left -= usize::from(goes);
        !goes
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, every: Duration::from_secs(10) };

    fn key(n: usize) -> Key {
        Key::unknown(None, &n.to_string())
    }

    fn after(seconds: u64) -> Moment {
        Moment(1_000).plus(Duration::from_secs(seconds))
    }

    #[test]
    fn a_burst_and_then_one_at_a_time() {
        let buckets = Buckets::new(RATE, 10);
        for _ in 0..3 {
            assert_eq!(buckets.take(key(1), after(0)), Ok(()));
        }
        assert_eq!(buckets.take(key(1), after(0)), Err(Duration::from_secs(10)));
        assert_eq!(buckets.take(key(2), after(0)), Ok(()));
        assert_eq!(buckets.take(key(1), after(4)), Err(Duration::from_secs(6)));
        assert_eq!(buckets.take(key(1), after(10)), Ok(()));
        assert!(buckets.take(key(1), after(10)).is_err());
        buckets.give_back(key(1));
        assert_eq!(buckets.take(key(1), after(10)), Ok(()));
    }

    #[test]
    fn memory_is_bounded_and_the_busiest_are_kept() {
        let buckets = Buckets::new(RATE, 100);
        for _ in 0..3 {
            buckets.take(key(0), after(0)).unwrap();
        }
        for n in 1..5_000 {
            buckets.take(key(n), after(0)).unwrap();
            assert!(buckets.full_at.lock().unwrap().len() <= 100);
        }
        assert!(buckets.take(key(0), after(0)).is_err(), "the one who tried most is still known");
    }

    #[test]
    fn one_network_is_one_address() {
        let key = |text: &str| Key::address(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
