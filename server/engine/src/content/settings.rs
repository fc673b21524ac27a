//! The site's settings and its theme.

use jiff::tz::TimeZone;
use rowhouse_domain::{
    name::Slug,
    permission::Area,
    settings::{Home, SiteSettings, ThemeChoice},
    tenant::Feature,
};

use super::guard;
use crate::{
    actor::Actor,
    error::{EngineError, FieldError, Result},
    site::Site,
};

/// The settings, for forms and for whoever needs the site's language or time zone.
///
/// # Errors
/// What the database says.
pub async fn settings(site: &Site) -> Result<SiteSettings> {
    site.look(|s| Box::pin(async move { s.site_settings().await })).await
}

/// The theme and its settings.
///
/// # Errors
/// What the database says.
pub async fn theme(site: &Site) -> Result<ThemeChoice> {
    site.look(|s| Box::pin(async move { s.theme_choice().await })).await
}

/// Whether a text looks like a BCP 47 tag: a language of two or three letters and further parts.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
        && text.len() <= 35
}

fn checked(mut new: SiteSettings) -> Result<SiteSettings> {
    let mut problems = Vec::new();
    let mut say = |field, problem: &str| problems.push(FieldError::new(field, problem));
    new.title = new.title.trim().to_owned();
    new.tagline = new.tagline.trim().to_owned();
    new.posts_path = new.posts_path.trim().trim_matches('/').to_owned();
    if new.title.is_empty() || new.title.chars().count() > 200 {
        say("title", "1 to 200 characters");
    }
    if new.tagline.chars().count() > 300 {
        say("tagline", "at most 300 characters");
    }
    if !is_language(&new.language) {
        say("language", "write a language tag as in \"en\" or \"pt-BR\"");
    }
    if TimeZone::get(&new.time_zone).is_err() {
        say("time_zone", "write a time zone as in \"Europe/Berlin\" or \"UTC\"");
    }
    if !(1..=100).contains(&new.posts_per_page) {
        say("posts_per_page", "1 to 100");
    }
    let reserved = rowhouse_domain::name::is_reserved_in_tenant(&new.posts_path);
    if Slug::parse(&new.posts_path).is_err()
        || reserved
        || ["category", "tag"].contains(&new.posts_path.as_str())
    {
        say("posts_path", "one word of letters, digits and hyphens that the system does not need itself");
    }
    if problems.is_empty() { Ok(new) } else { Err(EngineError::Invalid(problems)) }
}

/// Changes the settings.
///
/// # Errors
/// [`EngineError::Invalid`], [`EngineError::Denied`], or what the database says.
pub async fn set_settings(site: &Site, actor: &Actor, new: SiteSettings) -> Result<SiteSettings> {
    guard::area(actor, Area::Settings)?;
    let new = checked(new)?;
    site.write(move |s| {
        Box::pin(async move {
            if let Home::Page(id) = new.home {
                let page = s.item(id).await?;
                if !page.is_some_and(|p| p.is_public() && p.kind == rowhouse_domain::content::Kind::Page) {
                    return Err(EngineError::invalid("home", "choose a published page").into());
                }
                let path = rowhouse_domain::name::RoutePath::parse(&format!("/{}", new.posts_path));
                if let Ok(path) = path
                    && s.item_by_route(&path).await?.is_some_and(|other| other.id != id)
                {
                    return Err(
                        EngineError::invalid("posts_path", "a page stands there; choose another").into()
                    );
                }
            }
            s.set_site_settings(&new).await?;
            Ok(new)
        })
    })
    .await
}

/// Chooses a theme and sets its values. Whether the theme exists and its values fit is for the caller, who
/// knows the themes.
///
/// # Errors
/// [`EngineError::Invalid`] for a theme that the site may not wear, [`EngineError::Denied`], or what the
/// database says.
pub async fn set_theme(site: &Site, actor: &Actor, new: ThemeChoice) -> Result<()> {
    guard::area(actor, Area::Themes)?;
    guard::feature(site, Feature::Themes)?;
    if !site.info().themes.allows(new.theme.as_str()) {
        return Err(EngineError::invalid("theme", "this site may not wear that theme"));
    }
    site.write(move |s| Box::pin(async move { s.set_theme_choice(&new).await })).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_parsed_and_told_what_is_wrong_with_them() {
        assert!(checked(SiteSettings::default()).is_ok());
        let wrong = SiteSettings {
            title: " ".into(),
            language: "english".into(),
            time_zone: "Mars/Base".into(),
            posts_per_page: 0,
            posts_path: "admin".into(),
            ..SiteSettings::default()
        };
        let Err(EngineError::Invalid(problems)) = checked(wrong) else { panic!("taken") };
        let fields: Vec<_> = problems.iter().map(|p| p.field).collect();
        assert_eq!(fields, ["title", "language", "time_zone", "posts_per_page", "posts_path"]);
        for good in ["en", "de-CH", "zh-Hans-CN", "gsw"] {
            assert!(is_language(good), "{good}");
        }
    }
}
