//! What each admin screen shows: plain values, one struct a screen, one file a screen area.
//!
//! A view names its template and carries the [`Shell`] that frames it. Words that never change (labels,
//! help, buttons) live in the templates; views carry what differs from one request to the next. Every view
//! has samples, and every template is rendered with every sample in the tests, so the two cannot drift.
//!
//! Forms post back to the page they are on unless the template says otherwise; what was typed comes back in
//! the view together with its [`Problem`]s.

mod account;
mod bin;
mod cluster;
mod content;
mod dashboard;
mod editor;
mod entry;
mod fault;
mod jobs;
mod landing;
mod media;
mod menus;
mod part;
mod redirects;
mod roles;
mod settings;
mod shell;
mod super_users;
mod system;
mod tenant;
mod tenants;
mod terms;
mod tools;
mod users;
mod versions;

pub use account::*;
pub use bin::*;
pub use cluster::*;
pub use content::*;
pub use dashboard::*;
pub use editor::*;
pub use entry::*;
pub use fault::*;
pub use jobs::*;
pub use landing::*;
pub use media::*;
pub use menus::*;
pub use part::*;
pub use redirects::*;
pub use roles::*;
pub use settings::*;
pub use shell::*;
pub use super_users::*;
pub use system::*;
pub use tenant::*;
pub use tenants::*;
pub use terms::*;
pub use tools::*;
pub use users::*;
pub use versions::*;

use serde::Serialize;

/// A screen: a value and the template that shows it.
pub trait View: Serialize + Sized {
    /// Name of the template, such as `admin/dashboard.html`.
    const TEMPLATE: &'static str;

    /// Named examples of what the screen may have to show: usual, empty, wrong, long.
    fn samples() -> Vec<(&'static str, Self)>;
}

/// One example of one screen, ready to be rendered.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Name of the template.
    pub template: &'static str,
    /// Name of the example within its screen.
    pub name: &'static str,
    /// The view as data.
    pub context: serde_json::Value,
}

/// Every example of every screen.
///
/// # Errors
/// When a view cannot be written as JSON.
pub fn samples() -> Result<Vec<Sample>, serde_json::Error> {
    let mut all = Vec::new();
    entry_samples(&mut all)?;
    site_samples(&mut all)?;
    content_samples(&mut all)?;
    host_samples(&mut all)?;
    Ok(all)
}

fn entry_samples(all: &mut Vec<Sample>) -> Result<(), serde_json::Error> {
    collect::<SignIn>(all)?;
    collect::<Forgot>(all)?;
    collect::<ChooseNew>(all)?;
    collect::<FirstRun>(all)?;
    collect::<TenantSetup>(all)?;
    collect::<Account>(all)?;
    collect::<Fault>(all)?;
    collect::<Confirm>(all)
}

fn content_samples(all: &mut Vec<Sample>) -> Result<(), serde_json::Error> {
    collect::<ContentList>(all)?;
    collect::<Editor>(all)?;
    collect::<Conflict>(all)?;
    collect::<Versions>(all)?;
    collect::<Compare>(all)?;
    collect::<PreviewLinks>(all)?;
    collect::<Terms>(all)?;
    collect::<TermEdit>(all)?;
    collect::<MediaLibrary>(all)?;
    collect::<MediaEdit>(all)?;
    collect::<MediaPicker>(all)?;
    collect::<Bin>(all)
}

fn site_samples(all: &mut Vec<Sample>) -> Result<(), serde_json::Error> {
    collect::<Dashboard>(all)?;
    collect::<Menus>(all)?;
    collect::<Redirects>(all)?;
    collect::<SiteSettings>(all)?;
    collect::<ThemeSettings>(all)?;
    collect::<Users>(all)?;
    collect::<UserEdit>(all)?;
    collect::<Roles>(all)?;
    collect::<RoleEdit>(all)?;
    collect::<Tools>(all)
}

fn host_samples(all: &mut Vec<Sample>) -> Result<(), serde_json::Error> {
    collect::<TenantList>(all)?;
    collect::<TenantCreate>(all)?;
    collect::<TenantCreated>(all)?;
    collect::<TenantDetail>(all)?;
    collect::<SuperUsers>(all)?;
    collect::<Orphans>(all)?;
    collect::<LandingPage>(all)?;
    collect::<Cluster>(all)?;
    collect::<System>(all)?;
    collect::<Jobs>(all)
}

fn collect<V: View>(all: &mut Vec<Sample>) -> Result<(), serde_json::Error> {
    for (name, view) in V::samples() {
        all.push(Sample { template: V::TEMPLATE, name, context: serde_json::to_value(&view)? });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
