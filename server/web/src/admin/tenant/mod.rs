//! A site's own admin: a folder for each noun, a file for each verb.

pub mod accent;
pub mod account;
pub mod bin;
pub mod content;
pub mod dashboard;
pub mod doors;
pub mod jobs;
pub mod media;
pub mod menus;
pub mod redirects;
pub mod roles;
pub mod settings;
pub mod setup;
pub mod terms;
pub mod theme;
pub mod tools;
pub mod users;

use rowhouse_engine::EngineError;

use crate::{
    admin::{say, view::Tone},
    error::Result,
    extract::At,
    flash,
    route::routes,
    state::Web,
};

/// A form that is nothing but its button.
#[derive(Debug, serde::Deserialize)]
pub struct Pressed {}

/// After a button: back to `to`, where it is told what was done, or what stands in the way.
///
/// # Errors
/// A failure that the button is not to blame for.
pub fn back(web: &Web, at: &At, to: &str, done: Result<(), EngineError>, text: &str) -> Result {
    let (tone, text) = match done {
        Ok(()) => (Tone::Good, text.to_owned()),
        Err(EngineError::Conflict(words) | EngineError::Quota(words)) => {
            (Tone::Danger, say::sentence(&words))
        }
        Err(other) => return Err(other.into()),
    };
    Ok(flash::see_other(web, at.path(), to, tone, &text))
}

routes! {
    /// The admin of every tenant.
    TENANT_ADMIN,
    /// Registers it.
    configure;
    get "/setup" Door => setup::over::show,
    get "/admin/accent.css" Door => accent::show,
    get "/admin/sign-in" Door => doors::sign_in::show,
    post "/admin/sign-in" Door => doors::sign_in::enter,
    post "/admin/sign-out" Member => doors::sign_out::leave,
    get "/admin/forgot" Door => doors::forgot::show,
    post "/admin/forgot" Door => doors::forgot::send,
    get "/admin/reset/{token}" Door => doors::reset::show,
    post "/admin/reset/{token}" Door => doors::reset::choose,
    get "/admin/account" Member => account::show::show,
    post "/admin/account" Member => account::profile::save,
    post "/admin/account/password" Member => account::password::change,
    post "/admin/account/scheme" Member => account::scheme::choose,
    post "/admin/account/sessions/revoke-others" Member => account::sessions::revoke_others,
    post "/admin/account/sessions/{id}/revoke" Member => account::sessions::revoke,
    get "/admin" Member => dashboard::show,
    get "/admin/content" Member => content::list::show,
    post "/admin/content/bulk" Member => content::bulk::run,
    get "/admin/content/at" Member => content::at::find,
    get "/admin/content/new" Member => content::new::show,
    post "/admin/content/new" Member => content::new::create,
    post "/admin/content/preview" Member => content::preview::show,
    get "/admin/content/{id}" Member => content::open::show,
    post "/admin/content/{id}" Member => content::save::save,
    post "/admin/content/{id}/take-over" Member => content::lock::take_over,
    post "/admin/content/{id}/autosave" Member => content::autosave::keep,
    post "/admin/content/{id}/autosave/discard" Member => content::autosave::discard,
    get "/admin/content/{id}/versions" Member => content::versions::show,
    get "/admin/content/{id}/compare" Member => content::compare::show,
    post "/admin/content/{id}/restore" Member => content::restore::restore,
    get "/admin/content/{id}/preview-link" Member => content::preview_link::show,
    post "/admin/content/{id}/preview-link" Member => content::preview_link::make,
    get "/admin/media" Member => media::list::show,
    post "/admin/media" Member => media::upload::take,
    get "/admin/media/picker" Member => media::picker::show,
    get "/admin/media/{id}" Member => media::edit::show,
    post "/admin/media/{id}" Member => media::edit::save,
    post "/admin/media/{id}/delete" Member => media::delete::delete,
    get "/admin/bin" Member => bin::list::show,
    post "/admin/bin/empty" Member => bin::empty::empty,
    post "/admin/bin/{id}/restore" Member => bin::restore::restore,
    post "/admin/bin/{id}/delete" Member => bin::delete::delete,
    get "/admin/terms" Member => terms::list::show,
    post "/admin/terms" Member => terms::create::create,
    get "/admin/terms/{id}" Member => terms::edit::show,
    post "/admin/terms/{id}" Member => terms::edit::save,
    post "/admin/terms/{id}/delete" Member => terms::delete::delete,
    get "/admin/menus" Member => menus::list::show,
    post "/admin/menus/{place}/add" Member => menus::add::add,
    post "/admin/menus/{place}/items/{id}" Member => menus::change::change,
    get "/admin/redirects" Member => redirects::list::show,
    post "/admin/redirects" Member => redirects::create::create,
    post "/admin/redirects/{id}/delete" Member => redirects::delete::delete,
    get "/admin/users" Member => users::list::show,
    get "/admin/users/new" Member => users::new::show,
    post "/admin/users/new" Member => users::new::create,
    get "/admin/users/{id}" Member => users::edit::show,
    post "/admin/users/{id}" Member => users::edit::save,
    post "/admin/users/{id}/disable" Member => users::access::disable,
    post "/admin/users/{id}/enable" Member => users::access::enable,
    post "/admin/users/{id}/reset-link" Member => users::link::make,
    post "/admin/users/{id}/delete" Member => users::delete::delete,
    get "/admin/roles" Member => roles::list::show,
    get "/admin/roles/new" Member => roles::new::show,
    post "/admin/roles/new" Member => roles::new::create,
    get "/admin/roles/{id}" Member => roles::edit::show,
    post "/admin/roles/{id}" Member => roles::edit::save,
    post "/admin/roles/{id}/delete" Member => roles::delete::delete,
    get "/admin/settings" Member => settings::show::show,
    post "/admin/settings" Member => settings::save::save,
    get "/admin/theme" Member => theme::show::show,
    post "/admin/theme" Member => theme::save::save,
    post "/admin/theme/choose" Member => theme::choose::choose,
    get "/admin/tools" Member => tools::show,
    post "/admin/tools/purge" Member => tools::purge,
    get "/admin/tools/jobs" Member => jobs::list::show,
    post "/admin/tools/jobs/{id}/retry" Member => jobs::change::retry,
    post "/admin/tools/jobs/{id}/discard" Member => jobs::change::discard,
}
