//! Who acts. Every use case takes one, so that a missing check is visible in its signature.

use rowhouse_domain::{
    UserId,
    content::Kind,
    permission::{Act, Grants, Permission},
};

use crate::error::{EngineError, Result};

/// Somebody, or the system itself, with what they may do in one tenant.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The tenant's user; absent for the command line, super users and the system.
    pub user: Option<UserId>,
    /// The name for logs and version lists.
    pub name: String,
    /// What is granted.
    pub grants: Grants,
    /// Whether this is a super user or the operator.
    pub is_super: bool,
}

impl Actor {
    /// The operator at the command line, and the node's own work.
    #[must_use]
    pub fn system() -> Self {
        Self { user: None, name: "system".into(), grants: Grants::everything(), is_super: true }
    }

    /// A node's own work, as logs name it.
    #[must_use]
    pub fn node() -> Self {
        Self { name: "node".into(), ..Self::system() }
    }

    /// Whether `permission` is granted.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.grants.has(permission)
    }

    /// Refuses unless `permission` is granted.
    ///
    /// # Errors
    /// [`EngineError::Denied`].
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(EngineError::Denied { need: permission.to_string() }) }
    }

    /// Whether `own` on what is theirs, or `any` on everybody's, is granted.
    #[must_use]
    pub fn may_item(&self, kind: Kind, own: Act, any: Act, owner: Option<UserId>) -> bool {
        self.may(Permission::Item(kind, any))
            || (owner.is_some() && owner == self.user && self.may(Permission::Item(kind, own)))
    }

    /// Refuses unless [`Actor::may_item`].
    ///
    /// # Errors
    /// [`EngineError::Denied`].
    pub fn require_item(&self, kind: Kind, own: Act, any: Act, owner: Option<UserId>) -> Result<()> {
        if self.may_item(kind, own, any, owner) {
            return Ok(());
        }
        let need = if owner.is_some() && owner == self.user { own } else { any };
        Err(EngineError::Denied { need: Permission::Item(kind, need).to_string() })
    }
}
