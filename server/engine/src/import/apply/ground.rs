//! What the site has before the import: what came from the same place earlier, and what stands in the way.

use std::collections::{HashMap, HashSet};

use rowhouse_domain::{
    MediaId,
    content::{MenuPlace, Taxonomy},
    settings::{Home, SiteSettings},
    tenant::Recipe,
};
use rowhouse_store::{ImportedRow, ItemFilter, ItemRow, MenuRow, PublicTerm, RedirectRow};

use super::{report::Report, source};
use crate::{error::Result, site::Site};

/// The site as the import finds it.
#[derive(Debug, Default)]
pub(super) struct Ground {
    pub(super) settings: SiteSettings,
    pub(super) routes: HashSet<String>,
    pub(super) redirects: HashMap<String, RedirectRow>,
    pub(super) categories: Vec<PublicTerm>,
    pub(super) tags: Vec<PublicTerm>,
    pub(super) menus: Vec<(MenuPlace, Vec<MenuRow>)>,
    /// Whether the site holds nothing but the page that every new site begins with.
    is_fresh: bool,
    /// That page.
    first_page: Option<ItemRow>,
    items: HashMap<String, ImportedRow>,
    media: HashMap<String, MediaId>,
}

impl Ground {
    /// Reads it in one snapshot; of what was imported only what came from `base`.
    #[crate::boxed]
    pub(super) async fn read(site: &Site, base: &str) -> Result<Self> {
        let own = source(base, "", "");
        let own = own.trim_end_matches(':').to_owned() + ":";
        let is_blank = site.info().recipe == Recipe::Blank;
        site.look(move |s| {
            Box::pin(async move {
                let mut menus = Vec::new();
                for place in MenuPlace::ALL {
                    menus.push((*place, s.menu_rows(*place).await?));
                }
                let items = s.imported_items().await?.into_iter().filter(|row| row.source.starts_with(&own));
                let items = items.map(|row| (row.source.clone(), row)).collect();
                let media = s.imported_media().await?.into_iter().filter(|(from, _)| from.starts_with(&own));
                let redirects = s.redirects().await?;
                let first = s.items(&ItemFilter { limit: 1, ..ItemFilter::default() }).await?;
                let is_untouched =
                    first.rows.iter().all(|row| row.version_count == 1 && row.source.is_none());
                Ok(Self {
                    settings: s.site_settings().await?,
                    routes: s.item_routes().await?.iter().map(|r| r.as_str().to_owned()).collect(),
                    redirects: redirects.into_iter().map(|r| (r.from.as_str().to_owned(), r)).collect(),
                    categories: s.all_terms(Taxonomy::Category).await?,
                    tags: s.all_terms(Taxonomy::Tag).await?,
                    menus,
                    first_page: first.rows.first().cloned(),
                    is_fresh: is_blank && first.total <= 1 && is_untouched,
                    items,
                    media: media.collect(),
                })
            })
        })
        .await
    }

    /// Takes the first page of a new site out of the way: its menu and its place at the root. Done before
    /// anything is written, because afterwards nobody could tell the site from one that is in use.
    #[crate::boxed]
    pub(super) async fn clear(&mut self, site: &Site, report: &mut Report) -> Result<()> {
        if !self.is_fresh {
            return Ok(());
        }
        if let Some((page, route)) = self.first_page.as_ref().and_then(|row| Some((row, row.route.as_ref()?)))
        {
            let said =
                format!("the page that the site began with stands at {route}; delete it if it is not needed");
            report.warn(&page.title, None, said);
        }
        let mut settings = self.settings.clone();
        settings.home = Home::Posts;
        self.settings.home = Home::Posts;
        self.menus.iter_mut().for_each(|(_, rows)| rows.clear());
        site.write(move |s| {
            Box::pin(async move {
                for place in MenuPlace::ALL {
                    s.set_menu(*place, &[]).await?;
                }
                s.set_site_settings(&settings).await
            })
        })
        .await
    }

    /// A post or page that was imported before.
    pub(super) fn item(&self, base: &str, is_page: bool, id: u64) -> Option<&ImportedRow> {
        self.items.get(&item_source(base, is_page, id))
    }

    /// A file that was imported before.
    pub(super) fn file(&self, base: &str, id: u64) -> Option<MediaId> {
        self.media.get(&source(base, "attachment", id)).copied()
    }
}

pub(super) fn item_source(base: &str, is_page: bool, id: u64) -> String {
    source(base, if is_page { "page" } else { "post" }, id)
}
