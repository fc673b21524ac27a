//! argon2id on a bounded part of the blocking pool. A hash takes its memory whether or not anybody still
//! waits for it, so its permit goes with the work and not with the caller.

use std::{fmt, sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::NewPassword;
use crate::{
    error::{EngineError, Result},
    identity::settings::HashCost,
};

/// More bytes than this are no password, and not worth the work.
const MOST_BYTES: usize = 1_024;

/// What a password turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not the one.
    Wrong,
    /// The one.
    Right,
    /// The one, but it is kept with another cost than passwords are now.
    Outdated,
}

/// Where passwords are hashed.
#[derive(Clone)]
pub struct Hasher {
    params: Params,
    slots: Arc<Semaphore>,
    wait: Duration,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hasher({:?})", self.params)
    }
}

impl Hasher {
    /// A hasher that does `at_once` hashes at once; more wait for at most `wait`.
    ///
    /// # Errors
    /// If the cost is outside what the algorithm takes.
    pub fn new(cost: HashCost, at_once: usize, wait: Duration) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(|e| EngineError::Other(format!("the cost of hashing passwords: {e}")))?;
        Ok(Self { params, slots: Arc::new(Semaphore::new(at_once.max(1))), wait })
    }

    fn argon2(params: Params) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    async fn run<R: Send + 'static>(&self, work: impl FnOnce(Params) -> R + Send + 'static) -> Result<R> {
        let busy = || EngineError::Busy("many people are signing in".into());
        let slot = tokio::time::timeout(self.wait, self.slots.clone().acquire_owned()).await;
        let permit = slot.map_err(|_| busy())?.map_err(|_| busy())?;
        let params = self.params.clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = work(params);
            drop(permit);
            done
        });
        done.await.map_err(|e| EngineError::Other(format!("hashing a password ended early: {e}")))
    }

    /// The form in which a password is kept (a PHC string, with a salt of its own).
    ///
    /// # Errors
    /// [`EngineError::Busy`] if too many wait already.
    #[crate::boxed]
    pub async fn hash(&self, password: &NewPassword) -> Result<String> {
        self.hash_text(password.as_str().to_owned()).await
    }

    async fn hash_text(&self, text: String) -> Result<String> {
        self.run(move |params| {
            Self::argon2(params)
                .hash_password(text.as_bytes())
                .map(|hash: PasswordHash| hash.to_string())
                .map_err(|e| EngineError::Other(format!("a password could not be hashed: {e}")))
        })
        .await?
    }

    /// Hashes a password again that was found right, for an [`Verdict::Outdated`] one.
    #[crate::boxed]
    pub(in crate::identity) async fn renew(&self, password: &str) -> Result<String> {
        self.hash_text(password.to_owned()).await
    }

    /// Whether `given` is the password kept as `stored`. Without one the same work is done, so that the time
    /// does not tell whether there is an account.
    ///
    /// # Errors
    /// [`EngineError::Busy`] if too many wait already.
    #[crate::boxed]
    pub async fn verify(&self, stored: Option<String>, given: &str) -> Result<Verdict> {
        let given = if given.len() > MOST_BYTES { String::new() } else { given.to_owned() };
        self.run(move |params| match stored {
            Some(stored) => judge(&stored, &given, &params),
            None => {
                // for the time it takes
                let _: Result<PasswordHash, _> = Self::argon2(params).hash_password(given.as_bytes());
                Verdict::Wrong
            }
        })
        .await
    }
}

fn judge(stored: &str, given: &str, params: &Params) -> Verdict {
    let Ok(hash) = PasswordHash::new(stored) else { return Verdict::Wrong };
    if Argon2::default().verify_password(given.as_bytes(), &hash).is_err() {
        return Verdict::Wrong;
    }
    let kept = Params::try_from(&hash).ok();
    let same = kept.is_some_and(|kept| {
        (kept.m_cost(), kept.t_cost(), kept.p_cost()) == (params.m_cost(), params.t_cost(), params.p_cost())
    });
    if same { Verdict::Right } else { Verdict::Outdated }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashCost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };

    fn hasher(cost: HashCost) -> Hasher {
        Hasher::new(cost, 2, Duration::from_secs(5)).unwrap()
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_its_cost() {
        let old = hasher(CHEAP);
        let password = NewPassword::parse("quiet harbour lamp", 8, &[]).unwrap();
        let kept = old.hash(&password).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{kept}");
        assert_ne!(kept, old.hash(&password).await.unwrap(), "each has a salt of its own");
        let some = || Some(kept.clone());
        assert_eq!(old.verify(some(), "quiet harbour lamp").await.unwrap(), Verdict::Right);
        assert_eq!(old.verify(some(), "Quiet harbour lamp").await.unwrap(), Verdict::Wrong);
        assert_eq!(old.verify(None, "quiet harbour lamp").await.unwrap(), Verdict::Wrong);
        assert_eq!(old.verify(Some("plain".into()), "plain").await.unwrap(), Verdict::Wrong);
        let new = hasher(HashCost { passes: 2, ..CHEAP });
        assert_eq!(new.verify(some(), "quiet harbour lamp").await.unwrap(), Verdict::Outdated);
        assert_eq!(new.verify(some(), "other").await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn who_cannot_be_served_is_told_so() {
        let hasher = Hasher::new(CHEAP, 1, Duration::from_millis(5)).unwrap();
        let _held = hasher.slots.clone().acquire_owned().await.unwrap();
        assert!(matches!(hasher.verify(None, "x").await, Err(EngineError::Busy(_))));
    }
}
