//! First steps of a new site, for those who may take them all; nothing once they are done. What is done is
//! guessed from what still is as it was made, so a last step that may be on purpose is not asked for.

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
    let placed = settings.time_zone != usual.time_zone || settings.language != usual.language;
    let dressed = preferences::theme_choice(&member.at.site).await? != ThemeChoice::default();
    let items: u64 = facts.items.iter().map(|(_, _, count)| count).sum();
    let steps = vec![
        step(
            "Say its title, language and time zone",
            "Every page and every date shows them.",
            "/settings",
            placed && settings.title != usual.title,
        ),
        step("Choose a look", "A theme, its colour, a logo.", "/theme", dressed),
        // every recipe begins with one
        step("Write a page", "Who you are and what one finds here.", "/content/new?kind=page", items > 1),
    ];
    Ok(if steps.iter().filter(|step| !step.done).count() < 2 { Vec::new() } else { steps })
}
