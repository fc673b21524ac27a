//! What surrounds every page of a site: name, menus, theme, feeds.

use std::{collections::BTreeMap, sync::Arc};

use rowhouse_domain::{
    MediaId,
    addressing::Base,
    content::MenuPlace,
    settings::{SiteSettings, ThemeChoice},
};
use rowhouse_render::{
    Theme,
    context::{self, Direction, FeedLink, MenuItem, Picture},
    feed,
};
use rowhouse_store::{PublicMedia, PublicMenuEntry, Result, Snapshot};

use super::address::origin_of;
use crate::{
    error::{EngineError, Result as EngineResult},
    site::Site,
};

/// What a snapshot says of the surroundings.
#[derive(Clone, Debug)]
pub(super) struct Chrome {
    pub(super) settings: SiteSettings,
    pub(super) theme: ThemeChoice,
    menus: BTreeMap<&'static str, Vec<PublicMenuEntry>>,
    logo: Option<PublicMedia>,
}

/// Reads the surroundings in the page's own snapshot.
#[crate::boxed]
pub(super) async fn read(snapshot: &mut Snapshot) -> Result<Chrome> {
    let (settings, theme) = snapshot.settings_and_theme().await?;
    let menus = snapshot.menus().await?.into_iter().map(|(place, menu)| (theme_place(place), menu)).collect();
    let logo: Option<MediaId> = theme.values.get("logo").and_then(|id| id.parse().ok());
    let logo = match logo {
        Some(id) => snapshot.media(&[id]).await?.remove(&id),
        None => None,
    };
    Ok(Chrome { settings, theme, menus, logo })
}

/// What themes call a place.
const fn theme_place(place: MenuPlace) -> &'static str {
    match place {
        MenuPlace::Main => "primary",
        MenuPlace::Footer => "footer",
        MenuPlace::Social => "social",
    }
}

/// A picture for templates; a file that is no picture is none.
pub(super) fn picture(media: &PublicMedia) -> Option<Picture> {
    let (width, height) = (media.width?, media.height?);
    let variants = media.variants.iter().map(|v| context::Variant {
        url: format!("/media/{}/{}", media.id, v.name),
        width: v.width,
        height: v.height,
    });
    Some(Picture {
        url: format!("/media/{}/original", media.id),
        width,
        height,
        alt: media.alt.clone(),
        variants: variants.collect(),
    })
}

fn menu(entries: Vec<PublicMenuEntry>) -> Vec<MenuItem> {
    let item = |entry: PublicMenuEntry| MenuItem {
        title: entry.title,
        url: entry.target,
        description: String::new(),
        children: menu(entry.children),
    };
    entries.into_iter().map(item).collect()
}

fn feeds(settings: &SiteSettings) -> Vec<FeedLink> {
    let link = |path: &str, media_type: &str| FeedLink {
        title: settings.title.clone(),
        path: path.to_owned(),
        media_type: media_type.split(';').next().unwrap_or(media_type).to_owned(),
    };
    vec![
        link("/feed.xml", feed::RSS_TYPE),
        link("/atom.xml", feed::ATOM_TYPE),
        link("/feed.json", feed::JSON_TYPE),
    ]
}

/// The theme a site wears: the chosen one, if the tenant may wear it and this program has it.
pub(crate) fn theme_of(site: &Site, choice: &ThemeChoice) -> EngineResult<Arc<Theme>> {
    let allowed = site.info().themes.allows(choice.theme.as_str());
    let name = if allowed { choice.theme.as_str() } else { rowhouse_render::theme::DEFAULT_THEME };
    let theme = site.core().themes.get_or_default(name).cloned();
    theme.ok_or_else(|| EngineError::Render("this program has no theme".into()))
}

/// The stored settings in the form that themes read; what does not fit the theme is as the theme has it.
pub(crate) fn stored(choice: &ThemeChoice, theme: &Theme) -> context::Settings {
    let given = choice.values.iter();
    let read =
        given.filter_map(|(key, text)| Some((key.clone(), theme.manifest.parse_setting(key, text).ok()?)));
    theme.settings(&read.collect())
}

/// A theme as a site wears it. Made once for each choice: a stylesheet is much work for its address alone.
pub(crate) struct Worn {
    choice: ThemeChoice,
    theme: Arc<Theme>,
    settings: context::Settings,
    sheet: String,
}

impl Worn {
    fn by(site: &Site, choice: ThemeChoice) -> EngineResult<Arc<Self>> {
        let theme = theme_of(site, &choice)?;
        let same = |worn: &Self| worn.choice == choice && Arc::ptr_eq(&worn.theme, &theme);
        if let Some(worn) = site.worn().filter(|worn| same(worn)) {
            return Ok(worn);
        }
        let settings = stored(&choice, &theme);
        let sheet = theme.stylesheet(&settings).address();
        let worn = Arc::new(Self { choice, theme, settings, sheet });
        site.set_worn(worn.clone());
        Ok(worn)
    }
}

impl Chrome {
    /// The theme and the surroundings in the form that templates read, with links for `base`.
    pub(super) fn dress(self, site: &Site, base: &Base) -> EngineResult<(Arc<Theme>, Arc<context::Site>)> {
        let worn = Worn::by(site, self.theme)?;
        let dressed = context::Site {
            title: self.settings.title.clone(),
            tagline: self.settings.tagline.clone(),
            base: base.path().to_owned(),
            origin: origin_of(&site.core().settings.public_url, base),
            language: self.settings.language.clone(),
            direction: Direction::of_language(&self.settings.language),
            time_zone: self.settings.time_zone.clone(),
            settings: worn.settings.clone(),
            stylesheet: Some(format!("{}{}", base.path(), worn.sheet)),
            logo: self.logo.as_ref().and_then(picture),
            menus: self.menus.into_iter().map(|(place, entries)| (place.to_owned(), menu(entries))).collect(),
            feeds: feeds(&self.settings),
            search: false,
        };
        Ok((worn.theme.clone(), Arc::new(dressed)))
    }
}
