//! The route tables: one line for each route. Paths are below the tenant's base; the front has taken it off.

use actix_web::web::{self, ServiceConfig};

use crate::{
    admin,
    route::{Route, routes},
    site,
};

routes! {
    /// What every tenant answers.
    TENANT_PUBLIC,
    /// Registers them.
    tenant_public;
    get "/assets/site/{hash}.css" Public => site::asset::stylesheet,
    get "/assets/{theme}/{hash}/{file:.*}" Public => site::asset::theme,
    get "/_admin/{hash}/{file}" Public => site::asset::admin,
    get "/media/{id}/{variant}" Public => site::media::show,
    post "/_unlock/{path:.*}" Public => site::unlock::open,
    get "/_preview/{token}" Door => site::preview::show,
}

routes! {
    /// What the Default tenant answers to strangers.
    HOST_PUBLIC,
    /// Registers them.
    host_public;
    get "/" Public => site::host::landing,
    get "/robots.txt" Public => site::host::robots,
    get "/sitemap.xml" Public => site::host::sitemap,
    get "/assets/{theme}/{hash}/{file:.*}" Public => site::asset::theme,
    get "/_admin/{hash}/{file}" Public => site::asset::admin,
}

/// Routes of a tenant that serves; whatever no line names is a page.
pub fn tenant(config: &mut ServiceConfig) {
    tenant_public(config);
    admin::tenant::configure(config);
    config.default_service(web::route().to(site::page::show));
}

routes! {
    /// What a tenant answers that is yet to be set up.
    UNFINISHED,
    /// Registers them.
    unfinished_few;
    get "/setup" Door => admin::tenant::setup::open::show,
    post "/setup" Door => admin::tenant::setup::finish::finish,
    get "/_admin/{hash}/{file}" Public => site::asset::admin,
}

/// Routes of a tenant that is yet to be set up.
pub fn unfinished(config: &mut ServiceConfig) {
    unfinished_few(config);
    config.default_service(web::route().to(site::host::nothing));
}

/// Routes of the Default tenant.
pub fn host(config: &mut ServiceConfig) {
    host_public(config);
    admin::host::configure(config);
    config.default_service(web::route().to(site::host::nothing));
}

/// Every route of a tenant, for tests that must not miss one.
#[must_use]
pub fn tenant_table() -> Vec<Route> {
    [TENANT_PUBLIC, admin::tenant::TENANT_ADMIN].concat()
}

/// Every route of a tenant that is yet to be set up, for tests that must not miss one.
#[must_use]
pub fn unfinished_table() -> Vec<Route> {
    UNFINISHED.to_vec()
}

/// Every route of the Default tenant, for tests that must not miss one.
#[must_use]
pub fn host_table() -> Vec<Route> {
    [HOST_PUBLIC, admin::host::HOST_ADMIN].concat()
}
