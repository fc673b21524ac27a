//! The Default tenant's admin: where super users make and keep tenants. A folder for each noun, a file for each
//! verb. Moments are shown in UTC: the row has no time zone of its own.

pub mod account;
pub mod cluster;
pub mod doors;
pub mod jobs;
pub mod landing;
pub mod orphans;
pub mod super_users;
pub mod system;
pub mod tenants;

use actix_web::HttpResponse;
use jiff::{Timestamp, tz::TimeZone};
use rowhouse_domain::tenant::TenantState;
use rowhouse_engine::{EngineError, TenantInfo, pages};
use serde::Deserialize;

use super::{
    say,
    view::{Badge, Tone, When},
};
use crate::{error::Result, flash, route::routes, state::Web};

/// A form that is nothing but its button.
#[derive(Debug, Deserialize)]
pub struct Pressed {}

/// After a button: back to `to`, where it is told what was done, or what stands in the way.
///
/// # Errors
/// A failure that the button is not to blame for.
pub fn back(web: &Web, to: &str, done: Result<(), EngineError>, text: &str) -> Result {
    let (tone, text) = match done {
        Ok(()) => (Tone::Good, text.to_owned()),
        Err(error @ (EngineError::Conflict(_) | EngineError::Taken(_) | EngineError::Quota(_))) => {
            (Tone::Danger, say::sentence(&error.to_string()))
        }
        Err(other) => return Err(other.into()),
    };
    Ok(see(web, to, tone, &text))
}

/// 303 to a page of this admin, where `text` is shown.
#[must_use]
pub fn see(web: &Web, to: &str, tone: Tone, text: &str) -> HttpResponse {
    flash::see_other(web, "", to, tone, text)
}

/// A moment in UTC.
#[must_use]
pub fn when(at: Timestamp) -> When {
    let mut when = say::when(at, &TimeZone::UTC);
    when.text.push_str(" UTC");
    when
}

/// The full address of a tenant's home page; absent if it answers nothing.
#[must_use]
pub fn home(web: &Web, tenant: &TenantInfo) -> Option<String> {
    let base = tenant.home(web.node().core().clock.now()).filter(|_| tenant.state != TenantState::Deleted)?;
    Some(format!("{}{}/", pages::origin_of(&web.node().settings().public_url, &base), base.path()))
}

/// The host that prefixes belong to, with its port where that is not the usual one.
#[must_use]
pub fn base_host(web: &Web) -> String {
    let url = &web.node().settings().public_url;
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The full address of a tenant's admin; absent unless it can be entered.
#[must_use]
pub fn admin_of(web: &Web, tenant: &TenantInfo) -> Option<String> {
    home(web, tenant).filter(|_| tenant.state == TenantState::Running).map(|home| format!("{home}admin"))
}

/// A tenant's state in colour and word.
#[must_use]
pub fn badge(state: TenantState) -> Badge {
    match state {
        TenantState::Running => Badge::new(Tone::Good, "Running"),
        TenantState::Uninitialised => Badge::new(Tone::Waiting, "Uninitialised"),
        TenantState::Suspended => Badge::new(Tone::Warning, "Suspended"),
        TenantState::Failed => Badge::new(Tone::Danger, "Failed"),
        TenantState::Deleted => Badge::new(Tone::Neutral, "Deleted"),
    }
}

routes! {
    /// The admin of the Default tenant.
    HOST_ADMIN,
    /// Registers it.
    configure;
    get "/setup" Door => doors::first_run::show,
    post "/setup" Door => doors::first_run::finish,
    get "/admin/sign-in" Door => doors::sign_in::show,
    post "/admin/sign-in" Door => doors::sign_in::enter,
    post "/admin/sign-out" Super => doors::sign_out::leave,
    get "/admin/forgot" Door => doors::forgot::show,
    post "/admin/forgot" Door => doors::forgot::send,
    get "/admin/reset/{token}" Door => doors::reset::show,
    post "/admin/reset/{token}" Door => doors::reset::choose,
    get "/admin" Super => tenants::list::first,
    get "/admin/tenants" Super => tenants::list::show,
    get "/admin/tenants/new" Super => tenants::new::show,
    post "/admin/tenants/new" Super => tenants::new::create,
    get "/admin/tenants/{name}" Super => tenants::detail::show,
    post "/admin/tenants/{name}" Super => tenants::edit::save,
    post "/admin/tenants/{name}/suspend" Super => tenants::state::suspend,
    post "/admin/tenants/{name}/resume" Super => tenants::state::resume,
    post "/admin/tenants/{name}/undelete" Super => tenants::state::undelete,
    post "/admin/tenants/{name}/migrate" Super => tenants::state::migrate,
    post "/admin/tenants/{name}/setup-link" Super => tenants::setup_link::make,
    post "/admin/tenants/{name}/backup" Super => tenants::backup::download,
    post "/admin/tenants/{name}/reset" Super => tenants::reset::reset,
    post "/admin/tenants/{name}/delete" Super => tenants::delete::delete,
    get "/admin/super-users" Super => super_users::list::show,
    post "/admin/super-users" Super => super_users::create::create,
    post "/admin/super-users/{id}/reset-link" Super => super_users::link::make,
    post "/admin/super-users/{id}/disable" Super => super_users::access::disable,
    post "/admin/super-users/{id}/enable" Super => super_users::access::enable,
    get "/admin/orphans" Super => orphans::list::show,
    post "/admin/orphans/{id}/delete" Super => orphans::delete::delete,
    get "/admin/cluster" Super => cluster::show::show,
    post "/admin/cluster/{id}/forget" Super => cluster::forget::forget,
    get "/admin/system" Super => system::show,
    get "/admin/system/jobs" Super => jobs::list::show,
    post "/admin/system/jobs/{id}/retry" Super => jobs::change::retry,
    post "/admin/system/jobs/{id}/discard" Super => jobs::change::discard,
    get "/admin/landing" Super => landing::show::show,
    post "/admin/landing" Super => landing::save::save,
    get "/admin/account" Super => account::show::show,
    post "/admin/account" Super => account::profile::save,
    post "/admin/account/password" Super => account::password::change,
    post "/admin/account/scheme" Super => account::scheme::choose,
    post "/admin/account/sessions/revoke-others" Super => account::sessions::revoke_others,
    post "/admin/account/sessions/{id}/revoke" Super => account::sessions::revoke,
}
