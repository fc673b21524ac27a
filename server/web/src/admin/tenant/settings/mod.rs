//! Settings of the whole site.

mod languages;

pub mod save;
pub mod show;

use actix_web::HttpRequest;
use jiff::tz;
use rowhouse_domain::settings::{Home, PostRoutes, SiteSettings as Kept};
use rowhouse_engine::preferences::{self, HomeChoice, SettingsEdit};

use crate::{
    admin::{
        frame,
        view::{Choice, SiteSettings},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// The settings in the form's words.
fn as_typed(kept: &Kept) -> SettingsEdit {
    let (home, home_page) = match kept.home {
        Home::Posts => ("posts", String::new()),
        Home::Page(id) => ("page", id.to_string()),
    };
    SettingsEdit {
        title: kept.title.clone(),
        tagline: kept.tagline.clone(),
        language: kept.language.clone(),
        time_zone: kept.time_zone.clone(),
        home: home.to_owned(),
        home_page,
        posts_path: kept.posts_path.clone(),
        posts_per_page: kept.posts_per_page.to_string(),
        feed_items: kept.feed_items.to_string(),
        post_routes: kept.post_routes.to_string(),
        full_feeds: kept.full_feeds,
        private_to_search: kept.private_to_search,
    }
}

fn chosen(choice: Choice, value: &str) -> Choice {
    Choice { selected: choice.value == value, ..choice }
}

/// Time zones by name, with the chosen one even if this machine does not list it.
fn time_zones(now: &str) -> Vec<Choice> {
    let mut names: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
    // the names for machines alone: abbreviations and offsets
    names.retain(|name| name == "UTC" || (name.contains('/') && !name.starts_with("Etc/")));
    if !names.iter().any(|name| name == now) {
        names.push(now.to_owned());
    }
    names.sort();
    names.iter().map(|name| chosen(Choice::new(name, &name.replace('_', " ")), now)).collect()
}

fn home_pages(pages: Vec<HomeChoice>, now: &str) -> Vec<Choice> {
    let none = Choice::new("", "Choose a page");
    let page = |page: HomeChoice| Choice::new(&page.id.to_string(), &page.title).with_hint(&page.path);
    std::iter::once(none).chain(pages.into_iter().map(page)).map(|choice| chosen(choice, now)).collect()
}

fn post_routes(now: &str) -> Vec<Choice> {
    let dated =
        Choice::new(PostRoutes::Dated.as_str(), "Year, month and name").with_hint("/2026/11/oak-ash-and-elm");
    let plain = Choice::new(PostRoutes::Plain.as_str(), "Name alone").with_hint("/oak-ash-and-elm");
    [dated, plain].into_iter().map(|choice| chosen(choice, now)).collect()
}

/// The screen with these values in its fields.
async fn view(
    request: &HttpRequest,
    web: &Web,
    member: &Member,
    typed: SettingsEdit,
    version: u64,
) -> Result<SiteSettings> {
    let pages = preferences::home_choices(&member.at.site, &member.actor()).await?;
    Ok(SiteSettings {
        shell: frame::member(web, request, member, "Settings", "/settings"),
        problems: Vec::new(),
        version,
        languages: languages::choices(&typed.language),
        time_zones: time_zones(&typed.time_zone),
        home_pages: home_pages(pages, &typed.home_page),
        post_routes: post_routes(&typed.post_routes),
        title: typed.title,
        tagline: typed.tagline,
        home: typed.home,
        posts_path: typed.posts_path,
        posts_per_page: typed.posts_per_page,
        feed_items: typed.feed_items,
        feed_full: typed.full_feeds,
        noindex: typed.private_to_search,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones_are_those_of_places() {
        let zones = time_zones("Europe/Stockholm");
        let known = |name: &str| zones.iter().any(|zone| zone.value == name);
        assert!(known("America/New_York") && known("UTC") && !known("Etc/GMT+1") && !known("EST"));
        let selected: Vec<_> = zones.iter().filter(|zone| zone.selected).map(|zone| &*zone.value).collect();
        assert_eq!(selected, ["Europe/Stockholm"]);
    }

    #[test]
    fn a_setting_this_machine_does_not_know_stays_chosen() {
        assert!(time_zones("Mars/Olympus").iter().any(|zone| zone.selected && zone.value == "Mars/Olympus"));
        assert!(languages::choices("tlh").iter().any(|choice| choice.selected && choice.value == "tlh"));
    }
}
