//! A site's own admin: a folder for each noun, a file for each verb.

use crate::route::routes;

routes! {
    /// The admin of every tenant.
    TENANT_ADMIN,
    /// Registers it.
    configure;
}
