//! The settings of a site: read by every admin screen for its dates, changed by who may.

use jiff::tz::TimeZone;
use rowhouse_domain::{
    ItemId,
    content::Kind,
    name::{RoutePath, is_reserved_in_tenant},
    permission::{Area, Permission},
    settings::{Home, PostRoutes, SiteSettings},
};
use rowhouse_store::{Change, ItemFilter, ItemSort};

use super::{guard_mark, mark};
use crate::{
    actor::Actor,
    error::{EngineError, FieldError, Result},
    site::Site,
};

/// Most characters of a title.
const TITLE: usize = 120;
/// Most characters of the line below it.
const TAGLINE: usize = 200;
/// Pages that can be chosen from at most.
const CHOICES: u64 = 1_000;

/// The settings of a site.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn settings(site: &Site) -> Result<SiteSettings> {
    site.look(|s| Box::pin(s.site_settings())).await
}

/// The site's time zone; UTC if this machine does not know it.
///
/// # Errors
/// What the database says.
#[crate::boxed]
pub async fn zone(site: &Site) -> Result<TimeZone> {
    Ok(TimeZone::get(&settings(site).await?.time_zone).unwrap_or(TimeZone::UTC))
}

/// The mark that a form made from these settings carries.
#[must_use]
pub fn settings_mark(settings: &SiteSettings) -> u64 {
    mark(settings)
}

/// A page that can stand at the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeChoice {
    /// The page.
    pub id: ItemId,
    /// Its title.
    pub title: String,
    /// Its path; `/` for the one that is the home page now.
    pub path: String,
}

/// The published pages, by title.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn home_choices(site: &Site, actor: &Actor) -> Result<Vec<HomeChoice>> {
    actor.require(Permission::Site(Area::Settings))?;
    let filter =
        ItemFilter { kind: Some(Kind::Page), sort: ItemSort::Title, limit: CHOICES, ..ItemFilter::default() };
    let page = site.look(move |s| Box::pin(async move { s.items(&filter).await })).await?;
    let published = page.rows.into_iter().filter(|row| row.published_version.is_some());
    Ok(published
        .map(|row| HomeChoice {
            id: row.id,
            title: row.title,
            path: row.route.map(|r| r.to_string()).unwrap_or_default(),
        })
        .collect())
}

/// Settings as typed. Errors name its fields.
#[derive(Clone, Debug, Default)]
pub struct SettingsEdit {
    /// The name of the site.
    pub title: String,
    /// A line below it.
    pub tagline: String,
    /// A language tag.
    pub language: String,
    /// The name of a time zone.
    pub time_zone: String,
    /// `posts` or `page`.
    pub home: String,
    /// The page at the root, if `home` is `page`.
    pub home_page: String,
    /// Where the posts stand then.
    pub posts_path: String,
    /// Posts on one page of a list.
    pub posts_per_page: String,
    /// Posts in a feed.
    pub feed_items: String,
    /// How posts are addressed.
    pub post_routes: String,
    /// Whole texts in feeds.
    pub full_feeds: bool,
    /// Ask search engines to stay away.
    pub private_to_search: bool,
}

type Field<T> = std::result::Result<T, String>;

fn line(text: &str, most: usize) -> Field<String> {
    let text = text.trim();
    let length = text.chars().count();
    if text.chars().any(char::is_control) {
        return Err("there are characters in it that cannot be shown; type it again".into());
    }
    if length > most {
        Err(format!("this has {length} characters; {most} are allowed"))
    } else {
        Ok(text.to_owned())
    }
}

fn title(text: &str) -> Field<String> {
    match line(text, TITLE)? {
        title if title.is_empty() => Err("a site needs a title".into()),
        title => Ok(title),
    }
}

/// A language tag: subtags of letters and digits with hyphens between, the first of letters (BCP 47).
fn language(text: &str) -> Field<String> {
    let text = text.trim();
    let part = |p: &str| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric());
    let first = text.split('-').next().unwrap_or_default();
    let fits = (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let fits = fits && text.len() <= 35 && text.split('-').all(part);
    if fits {
        Ok(text.to_owned())
    } else {
        Err("this is no language; choose one, such as en or pt-BR".into())
    }
}

fn time_zone(text: &str) -> Field<String> {
    let known = TimeZone::get(text.trim()).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
    known.ok_or_else(|| "there is no such time zone; choose one, such as Europe/Stockholm".into())
}

fn count(text: &str) -> Field<u16> {
    let number = text.trim().parse().ok().filter(|n| (1..=100).contains(n));
    number.ok_or_else(|| "give a number from 1 to 100".into())
}

fn posts_path(text: &str) -> Field<String> {
    let text = text.trim().trim_matches('/');
    let wrong = || "use small letters, digits and hyphens, such as posts or blog".to_owned();
    let path = RoutePath::parse(&format!("/{text}")).map_err(|_| wrong())?;
    let mut segments = path.segments();
    match (segments.next(), segments.next()) {
        (Some(one), None) if is_reserved_in_tenant(one) || matches!(one, "category" | "tag") => {
            Err(format!("“{one}” is reserved; choose another"))
        }
        (Some(one), None) if one == text => Ok(text.to_owned()),
        _ => Err(wrong()),
    }
}

fn home(edit: &SettingsEdit) -> Field<Home> {
    match edit.home.as_str() {
        "page" => edit.home_page.parse().map(Home::Page).map_err(|_| "choose a page".into()),
        _ => Ok(Home::Posts),
    }
}

impl SettingsEdit {
    fn parse(&self) -> Result<SiteSettings> {
        let mut problems = Vec::new();
        let usual = SiteSettings::default();
        macro_rules! read {
            ($field:literal, $read:expr, $usual:expr) => {
                $read.unwrap_or_else(|problem| {
                    problems.push(FieldError::new($field, problem));
                    $usual
                })
            };
        }
        let read = SiteSettings {
            title: read!("title", title(&self.title), usual.title),
            tagline: read!("tagline", line(&self.tagline, TAGLINE), usual.tagline),
            language: read!("language", language(&self.language), usual.language),
            time_zone: read!("time_zone", time_zone(&self.time_zone), usual.time_zone),
            home: read!("home_page", home(self), usual.home),
            posts_path: read!("posts_path", posts_path(&self.posts_path), usual.posts_path),
            posts_per_page: read!("posts_per_page", count(&self.posts_per_page), usual.posts_per_page),
            feed_items: read!("feed_items", count(&self.feed_items), usual.feed_items),
            post_routes: self.post_routes.parse().unwrap_or(PostRoutes::Dated),
            full_feeds: self.full_feeds,
            private_to_search: self.private_to_search,
        };
        if problems.is_empty() { Ok(read) } else { Err(EngineError::Invalid(problems)) }
    }
}

/// What only the database knows: whether the home page can be shown, and the posts' path is free.
async fn guard_addresses(s: &mut Change, new: &SiteSettings) -> rowhouse_store::Result<()> {
    let Home::Page(page) = new.home else { return Ok(()) };
    let shown =
        s.item(page).await?.filter(|item| item.kind == Kind::Page && item.published_version.is_some());
    if shown.is_none_or(|item| item.deleted_at.is_some()) {
        return Err(EngineError::invalid("home_page", "choose a page that is published").into());
    }
    let Ok(path) = RoutePath::parse(&format!("/{}", new.posts_path)) else { return Ok(()) };
    match s.item_by_route(&path).await? {
        Some(item) if item.id != page => {
            let text = format!("“{}” stands at this address; choose another", item.title);
            Err(EngineError::invalid("posts_path", text).into())
        }
        _ => Ok(()),
    }
}

/// Changes the settings of a site; `based_on` is the mark of the settings that the form was made from.
///
/// # Errors
/// [`EngineError::Denied`], [`EngineError::Invalid`] with all that is wrong, [`EngineError::Conflict`] if
/// somebody else changed them in between, or what the database says.
#[crate::boxed]
pub async fn edit_settings(site: &Site, actor: &Actor, based_on: u64, edit: &SettingsEdit) -> Result<()> {
    actor.require(Permission::Site(Area::Settings))?;
    let new = edit.parse()?;
    site.write(move |s| {
        Box::pin(async move {
            let old = s.site_settings().await?;
            guard_mark(mark(&old), based_on)?;
            guard_addresses(s, &new).await?;
            s.set_site_settings(&new).await
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> SettingsEdit {
        SettingsEdit {
            title: " Acme ".into(),
            language: "en".into(),
            time_zone: "Europe/Stockholm".into(),
            home: "posts".into(),
            posts_path: "/blog/".into(),
            posts_per_page: "12".into(),
            feed_items: "20".into(),
            post_routes: "plain".into(),
            ..SettingsEdit::default()
        }
    }

    #[test]
    fn good_settings_are_read() {
        let read = good().parse().unwrap();
        assert_eq!(
            (read.title.as_str(), read.posts_path.as_str(), read.posts_per_page),
            ("Acme", "blog", 12)
        );
        assert_eq!((read.post_routes, read.home), (PostRoutes::Plain, Home::Posts));
    }

    #[test]
    fn all_that_is_wrong_is_said_at_its_field() {
        let wrong = SettingsEdit {
            title: " ".into(),
            language: "e".into(),
            time_zone: "Mars/Olympus".into(),
            home: "page".into(),
            posts_path: "admin".into(),
            posts_per_page: "0".into(),
            feed_items: "lots".into(),
            ..good()
        };
        let Err(EngineError::Invalid(problems)) = wrong.parse() else { panic!("it is refused") };
        let fields: Vec<_> = problems.iter().map(|p| p.field).collect();
        let all =
            ["title", "language", "time_zone", "home_page", "posts_path", "posts_per_page", "feed_items"];
        assert_eq!(fields, all);
    }

    #[test]
    fn a_posts_path_is_one_free_word() {
        for bad in ["", "a/b", "Ä b", "api", "_x", "a?b", "A"] {
            assert!(posts_path(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn marks_tell_settings_apart() {
        let (old, mut new) = (SiteSettings::default(), SiteSettings::default());
        assert_eq!(settings_mark(&old), settings_mark(&new));
        new.tagline = "x".into();
        assert_ne!(settings_mark(&old), settings_mark(&new));
    }
}
