//! What holds a site together: terms, menus, redirects, settings.

use diesel::prelude::*;
use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, MenuEntryId, RedirectId, TermId,
    content::{MenuPlace, Taxonomy},
    name::{RoutePath, Slug},
    settings::{SiteSettings, ThemeChoice},
};

use super::super::{
    super::desk::Look,
    model::{MenuRow, PublicTerm, RedirectRow, TermCount},
    public::{
        rows::{TermColumns, public_term, term_columns},
        settings, term as terms,
    },
};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{menu_entry, redirect, term},
    types::Col,
};

type MenuColumns = (
    Col<MenuEntryId>,
    Col<MenuPlace>,
    Option<Col<MenuEntryId>>,
    i32,
    String,
    Option<Col<ItemId>>,
    Option<String>,
    Option<String>,
);

fn menu_row((id, place, parent, position, title, item, url, source): MenuColumns) -> MenuRow {
    MenuRow {
        id: id.0,
        place: place.0,
        parent: parent.map(|p| p.0),
        position,
        title,
        item: item.map(|i| i.0),
        url,
        source,
    }
}

type RedirectColumns =
    (Col<RedirectId>, Col<RoutePath>, Option<String>, Option<Col<ItemId>>, bool, bool, Col<Timestamp>);

fn redirect_row((id, from, to, item, permanent, automatic, created_at): RedirectColumns) -> RedirectRow {
    RedirectRow {
        id: id.0,
        from: from.0,
        to,
        item: item.map(|i| i.0),
        permanent,
        automatic,
        created_at: created_at.0,
    }
}

impl Look {
    /// The site's settings.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn site_settings(&mut self) -> Result<SiteSettings> {
        settings::value(&mut self.conn, settings::SITE).await
    }

    /// The theme and its settings.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn theme_choice(&mut self) -> Result<ThemeChoice> {
        settings::value(&mut self.conn, settings::THEME).await
    }

    /// All terms of a taxonomy by name, with how many published posts each has.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn term_counts(&mut self, taxonomy: Taxonomy) -> Result<Vec<TermCount>> {
        let counts = terms::counts(&mut self.conn).await?;
        let all = terms::all(&mut self.conn, taxonomy).await?;
        let counted =
            |term: PublicTerm| TermCount { count: counts.get(&term.id).copied().unwrap_or(0), term };
        Ok(all.into_iter().map(counted).collect())
    }

    /// All terms of a taxonomy by name.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn all_terms(&mut self, taxonomy: Taxonomy) -> Result<Vec<PublicTerm>> {
        terms::all(&mut self.conn, taxonomy).await
    }

    /// One term.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn term_by_id(&mut self, id: TermId) -> Result<Option<PublicTerm>> {
        let row: Option<TermColumns> =
            term::table.find(Col(id)).select(term_columns!()).first(&mut self.conn).await.optional()?;
        Ok(row.map(public_term))
    }

    /// The term of a slug.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn term_by_slug(&mut self, taxonomy: Taxonomy, slug: &Slug) -> Result<Option<PublicTerm>> {
        let row: Option<TermColumns> = term::table
            .filter(term::taxonomy.eq(Col(taxonomy)))
            .filter(term::slug.eq(Col(slug.clone())))
            .select(term_columns!())
            .first(&mut self.conn)
            .await
            .optional()?;
        Ok(row.map(public_term))
    }

    /// The entries of a menu, siblings in order.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn menu_rows(&mut self, place: MenuPlace) -> Result<Vec<MenuRow>> {
        let rows: Vec<MenuColumns> = menu_entry::table
            .filter(menu_entry::place.eq(Col(place)))
            .order((menu_entry::position, menu_entry::id))
            .load(&mut self.conn)
            .await?;
        Ok(rows.into_iter().map(menu_row).collect())
    }

    /// All redirects by path.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn redirects(&mut self) -> Result<Vec<RedirectRow>> {
        let rows: Vec<RedirectColumns> =
            redirect::table.order(redirect::from_path).load(&mut self.conn).await?;
        Ok(rows.into_iter().map(redirect_row).collect())
    }

    /// The redirect at a path.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn redirect_at(&mut self, path: &RoutePath) -> Result<Option<RedirectRow>> {
        let row: Option<RedirectColumns> = redirect::table
            .filter(redirect::from_path.eq(Col(path.clone())))
            .first(&mut self.conn)
            .await
            .optional()?;
        Ok(row.map(redirect_row))
    }
}
