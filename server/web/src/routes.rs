//! The route tables: one line for each route. Paths are below the tenant's base; the front has taken it off.

use actix_web::web::{self, ServiceConfig};

use crate::{route::routes, site};

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
    config.default_service(web::route().to(site::page::show));
}

/// Routes of a tenant that is yet to be set up.
pub fn unfinished(config: &mut ServiceConfig) {
    config.default_service(web::route().to(site::host::nothing));
}

/// Routes of the Default tenant.
pub fn host(config: &mut ServiceConfig) {
    host_public(config);
    config.default_service(web::route().to(site::host::nothing));
}
