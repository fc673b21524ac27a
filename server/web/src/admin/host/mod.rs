//! The Default tenant's admin: where super users make and keep tenants.

use crate::route::routes;

routes! {
    /// The admin of the Default tenant.
    HOST_ADMIN,
    /// Registers it.
    configure;
}
