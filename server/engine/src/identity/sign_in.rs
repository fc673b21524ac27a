//! Signing in to a tenant. The same words and, as far as it goes, the same time answer a wrong password and
//! a login that nobody has; both are limited by account and by network address.

use std::net::IpAddr;

use rowhouse_domain::TenantId;
use rowhouse_store::AccountRow;

use super::{
    Identity, Verdict,
    person::{Called, Password},
    rate::Key,
    session::{Begun, earlier, fresh, wanted},
};
use crate::{
    error::{EngineError, Result, SignInError},
    site::Site,
};
use rowhouse_domain::{Moment, UserId};

/// A try to sign in.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// User name or mail address, as typed.
    pub login: String,
    /// The password, as typed.
    pub password: Password,
    /// Where it comes from.
    pub address: IpAddr,
    /// The browser, as it names itself.
    pub agent: String,
    /// The session token that the browser showed, if any: it ends when another begins.
    pub before: Option<String>,
}

/// What is known of an account that is tried.
pub(super) struct Tried {
    pub(super) user: UserId,
    pub(super) hash: Option<String>,
    pub(super) disabled: bool,
}

/// Who signed in.
pub(super) struct Passed {
    pub(super) user: UserId,
    /// The form of the password that was found right.
    pub(super) hash: String,
    /// The form in which it is to be kept from now on, if that is another.
    pub(super) renewed: Option<String>,
}

impl Identity {
    /// Judges a try, within the limits.
    #[crate::boxed]
    pub(super) async fn judge(
        &self,
        tenant: Option<TenantId>,
        attempt: &Attempt,
        tried: Option<Tried>,
        now: Moment,
    ) -> Result<Passed> {
        let account = match &tried {
            Some(tried) => Key::account(tenant, tried.user),
            None => Key::unknown(tenant, Called::read(&attempt.login).key()),
        };
        let address = Key::address(attempt.address);
        let too_many = |retry_after| EngineError::SignIn(SignInError::TooMany { retry_after });
        self.addresses.take(address, now).map_err(too_many)?;
        self.accounts.take(account, now).map_err(too_many)?;
        let hash = tried.as_ref().and_then(|t| t.hash.clone());
        let verdict = self.hasher.verify(hash.clone(), &attempt.password.0).await?;
        let (Some(tried), Some(hash), Verdict::Right | Verdict::Outdated) = (tried, hash, verdict) else {
            return Err(SignInError::Wrong.into());
        };
        if tried.disabled {
            // said only to who knows the password
            return Err(SignInError::Disabled.into());
        }
        self.addresses.give_back(address);
        self.accounts.give_back(account);
        let renewed = match verdict {
            Verdict::Outdated => Some(self.hasher.renew(&attempt.password.0).await?),
            Verdict::Right | Verdict::Wrong => None,
        };
        Ok(Passed { user: tried.user, hash, renewed })
    }

    /// Asks for the present password again, under the limit of the account.
    #[crate::boxed]
    pub(super) async fn confirm(
        &self,
        key: Key,
        hash: Option<String>,
        given: &Password,
        now: Moment,
    ) -> Result<()> {
        self.accounts.take(key, now).map_err(|retry_after| EngineError::TooMany { retry_after })?;
        if self.hasher.verify(hash, &given.0).await? == Verdict::Wrong {
            return Err(EngineError::invalid("current", "this is not your present password"));
        }
        self.accounts.give_back(key);
        Ok(())
    }
}

#[crate::boxed]
pub(super) async fn find_called(site: &Site, login: &str) -> Result<Option<AccountRow>> {
    let called = Called::read(login);
    site.look(move |s| {
        Box::pin(async move {
            match called {
                Called::Name(name) => s.account_named(&name).await,
                Called::Email(key) => s.account_with_email(&key).await,
            }
        })
    })
    .await
}

/// Signs somebody in to a tenant, with a session that nobody had before.
///
/// # Errors
/// [`EngineError::SignIn`] with the reason, [`EngineError::Busy`], or what the database says.
#[crate::boxed]
pub async fn sign_in(site: &Site, attempt: &Attempt) -> Result<Begun> {
    let identity = &site.core().identity;
    let account = find_called(site, &attempt.login).await?;
    let must_change = account.as_ref().is_some_and(|a| a.must_change);
    let tried = account.map(|a| Tried { user: a.id.0, hash: a.password_hash, disabled: a.disabled });
    let passed = identity.judge(Some(site.id()), attempt, tried, site.clock().moment()).await?;
    let now = site.now();
    let (row, token) = fresh(&identity.settings, passed.user, attempt.address, &attempt.agent, now);
    let begun = Begun { token, user: passed.user, must_change, expires_at: row.expires_at.0 };
    let before = attempt.before.as_deref().and_then(wanted);
    let unseen_since = earlier(now, identity.settings.session_idle);
    site.private(move |s| {
        Box::pin(async move {
            if let Some(before) = before {
                s.end_session(before).await?;
            }
            s.end_expired_sessions(now, unseen_since).await?;
            // holds the account: whoever was kept out, or has another password by now, begins nothing
            s.see_account(passed.user, now).await?;
            let still = s.account(passed.user).await?;
            let hash = Some(&passed.hash);
            if still.is_none_or(|a| a.disabled || a.password_hash.as_ref() != hash) {
                return Err(EngineError::SignIn(SignInError::Wrong).into());
            }
            if let Some(new) = &passed.renewed {
                s.rehash(passed.user, &passed.hash, new).await?;
            }
            s.begin_session(&row).await
        })
    })
    .await?;
    tracing::info!(tenant = %site.id(), user = %begun.user, "signed in");
    Ok(begun)
}
