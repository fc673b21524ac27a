//! Menus: one tree of links for each place.

pub mod add;
pub mod change;
pub mod list;
mod tree;

use actix_web::{HttpRequest, HttpResponse};
use rowhouse_domain::{
    content::MenuPlace,
    settings::{Home, SiteSettings},
};
use rowhouse_engine::{
    EngineError,
    content::{self, Surroundings},
};

use super::content::tree as choices;
use crate::{
    admin::{
        frame, say,
        view::{Choice, Menus, Problem, Tab},
    },
    error::{Result, WebError},
    extract::Member,
    state::Web,
};

/// What a place is called.
const fn place_word(place: MenuPlace) -> &'static str {
    match place {
        MenuPlace::Main => "Main",
        MenuPlace::Footer => "Footer",
        MenuPlace::Social => "Social",
    }
}

/// What was typed into the form for a link.
#[derive(Debug, Default)]
struct Typed {
    label: String,
    href: String,
}

async fn screen(
    web: &Web,
    request: &HttpRequest,
    member: &Member,
    place: MenuPlace,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<HttpResponse> {
    let (site, actor) = (&member.at.site, member.actor());
    let entries = content::menu(site, &actor, place).await?;
    let around = content::surroundings(site, &actor, None).await?;
    let tab = |other: &MenuPlace| {
        let href = format!("{}/menus?place={other}", member.admin());
        Tab::new(place_word(*other), &href, *other == place)
    };
    let view = Menus {
        shell: frame::member(web, request, member, "Menus", "/menus"),
        problems,
        tabs: MenuPlace::ALL.iter().map(tab).collect(),
        place: place.to_string(),
        place_label: place_word(place).into(),
        items: tree::items(&entries),
        pages: offered(&around),
        label: typed.label.clone(),
        href: typed.href.clone(),
    };
    if view.problems.is_empty() {
        frame::show(web, request, member.at.path(), &view)
    } else {
        frame::show_problems(web, request, member.at.path(), &view)
    }
}

/// What can be added with a tick: values are ids of items, or paths.
fn offered(around: &Surroundings) -> Vec<Choice> {
    let mut all = vec![Choice::new("/", "Home page")];
    let posts = posts_path(&around.settings);
    if posts != "/" {
        all.push(Choice::new(&posts, "All posts"));
    }
    all.extend(choices::of_pages(&around.pages, None));
    all.extend(around.categories.iter().map(|category| {
        Choice::new(&format!("/category/{}", category.slug), &category.name).with_hint("Category")
    }));
    all
}

fn posts_path(settings: &SiteSettings) -> String {
    match settings.home {
        Home::Posts => "/".into(),
        Home::Page(_) => format!("/{}", settings.posts_path),
    }
}

/// What is wrong, with the names that the form has for its fields.
fn problems(error: EngineError) -> Result<Vec<Problem>, WebError> {
    let mut problems = say::refusal(error)?;
    for problem in &mut problems {
        problem.field = match problem.field.as_str() {
            "title" => "label".into(),
            "url" => "href".into(),
            _ => String::new(),
        };
    }
    Ok(problems)
}

/// Back to a menu after it changed.
fn back(web: &Web, member: &Member, place: MenuPlace, told: &str) -> HttpResponse {
    let to = format!("{}/menus?place={place}", member.admin());
    crate::flash::see_other(web, member.at.path(), &to, crate::admin::view::Tone::Good, told)
}
