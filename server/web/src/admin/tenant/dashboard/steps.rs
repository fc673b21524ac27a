//! First steps of a new site, for those who may take them all; nothing once they are done.

use rowhouse_domain::{
    content::Kind,
    permission::{Act, Area, Permission},
    settings::{SiteSettings, ThemeChoice},
};
use rowhouse_engine::{content::Facts, preferences};

use crate::{admin::view::Step, error::Result, extract::Member};

pub(super) async fn steps(member: &Member, facts: &Facts, settings: &SiteSettings) -> Result<Vec<Step>> {
    let wanted = [
        Permission::Site(Area::Settings),
        Permission::Site(Area::Themes),
        Permission::Item(Kind::Page, Act::Create),
    ];
    if !wanted.iter().all(|permission| member.who.grants.has(*permission)) {
        return Ok(Vec::new());
    }
    let admin = member.admin();
    let step = |label: &str, hint: &str, path: &str, done: bool| Step {
        label: label.to_owned(),
        hint: hint.to_owned(),
        href: format!("{admin}{path}"),
        done,
    };
    let usual = SiteSettings::default();
    let named = settings.title != usual.title && settings.time_zone != usual.time_zone;
    let dressed = preferences::theme_choice(&member.at.site).await? != ThemeChoice::default();
    let steps = vec![
        step(
            "Say its title, language and time zone",
            "Every page and every date shows them.",
            "/settings",
            named,
        ),
        step("Choose a look", "A theme, its colour, a logo.", "/theme", dressed),
        step(
            "Write the first page",
            "Who you are and what one finds here.",
            "/content/new?kind=page",
            !facts.items.is_empty(),
        ),
    ];
    Ok(if steps.iter().all(|step| step.done) { Vec::new() } else { steps })
}
