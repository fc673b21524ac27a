//! Recipes as they are written: a `recipe.toml` for the whole and a Markdown file for each page and post. All of
//! it is part of the program, so what is wrong with it is found by a test.

use std::collections::BTreeMap;

use rowhouse_domain::{content::MenuPlace, tenant::Recipe};
use serde::Deserialize;

use crate::error::{EngineError, Result};

/// A recipe, read.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) plan: Plan,
    pub(super) leaves: Vec<Leaf>,
}

/// The whole of a recipe.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    /// The line below the site's name.
    pub(super) tagline: String,
    /// The slug of the page at the root; the posts are there without one.
    pub(super) home: Option<String>,
    /// The theme it is made for.
    pub(super) theme: Option<String>,
    /// Settings of that theme.
    #[serde(default)]
    pub(super) values: BTreeMap<String, String>,
    #[serde(default)]
    menu: BTreeMap<String, Vec<Entry>>,
}

/// An entry of a menu: a page with pages below it, a category, or an address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) page: Option<String>,
    #[serde(default)]
    pub(super) children: Vec<String>,
    pub(super) category: Option<String>,
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) title: String,
}

/// A page or a post.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) head: Head,
    pub(super) body: String,
}

/// What stands above the text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) title: String,
    pub(super) slug: String,
    #[serde(default)]
    pub(super) excerpt: String,
    /// The slug of the page above.
    pub(super) parent: Option<String>,
    #[serde(default)]
    pub(super) order: i32,
    /// How old the post is when the tenant is made; a page has no age.
    pub(super) days_ago: Option<i64>,
    #[serde(default)]
    pub(super) categories: Vec<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) sticky: bool,
    /// A picture of [`super::picture`].
    pub(super) picture: Option<String>,
    /// What it shows.
    #[serde(default)]
    pub(super) alt: String,
}

macro_rules! leaves {
    ($recipe:literal: $($name:literal),* $(,)?) => {
        (include_str!(concat!($recipe, "/recipe.toml")), &[$(include_str!(concat!($recipe, "/", $name, ".md")),)*])
    };
}

/// The texts of a recipe; pages before the pages below them.
const fn texts(recipe: Recipe) -> (&'static str, &'static [&'static str]) {
    match recipe {
        Recipe::Blank => leaves!("blank": "welcome"),
        Recipe::Company => leaves!("company":
            "home", "services", "sash-windows", "doors", "staircases", "surveys", "work", "about", "team",
            "contact", "privacy",
        ),
        Recipe::Blog => leaves!("blog":
            "about", "one-street-for-a-year", "field-guide-to-gates", "bread-and-its-keeping",
            "what-the-clock-mender-said", "a-map-of-the-benches", "counting-swifts",
            "the-last-hand-painted-sign", "notes-on-waiting", "the-tide-table", "a-short-list-of-good-sounds",
        ),
    }
}

/// Reads a recipe for a site of this title.
pub(super) fn open(recipe: Recipe, title: &str) -> Result<Book> {
    let wrong = |problem: String| EngineError::Other(format!("the recipe {recipe}: {problem}"));
    let (plan, leaves) = texts(recipe);
    let mut plan: Plan = toml::from_str(plan).map_err(|e| wrong(e.to_string()))?;
    for value in plan.values.values_mut() {
        *value = value.replace("{title}", title);
    }
    let leaves = leaves.iter().map(|text| leaf(text, title).map_err(wrong)).collect::<Result<_>>()?;
    Ok(Book { plan, leaves })
}

fn leaf(text: &str, title: &str) -> Result<Leaf, String> {
    let (head, body) =
        text.strip_prefix("+++\n").and_then(|t| t.split_once("\n+++\n")).ok_or("a text without a head")?;
    let mut head: Head = toml::from_str(head).map_err(|e| e.to_string())?;
    head.excerpt = head.excerpt.replace("{title}", title);
    Ok(Leaf { head, body: body.trim().replace("{title}", title) })
}

impl Plan {
    /// The entries of a menu.
    pub(super) fn menu(&self, place: MenuPlace) -> &[Entry] {
        self.menu.get(place.as_str()).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::recipes::picture;

    #[test]
    fn every_recipe_holds_together() {
        for recipe in Recipe::ALL {
            let book = open(*recipe, "Acme").unwrap();
            let pages: BTreeSet<&str> = book
                .leaves
                .iter()
                .filter(|l| l.head.days_ago.is_none())
                .map(|l| l.head.slug.as_str())
                .collect();
            let categories: BTreeSet<&str> =
                book.leaves.iter().flat_map(|l| &l.head.categories).map(String::as_str).collect();
            let mut before = BTreeSet::new();
            for leaf in &book.leaves {
                assert!(leaf.head.parent.iter().all(|p| before.contains(p.as_str())), "{:?}", leaf.head);
                assert!(leaf.head.picture.iter().all(|p| picture::draw(p).is_some()), "{:?}", leaf.head);
                assert_eq!(leaf.head.picture.is_some(), !leaf.head.alt.is_empty(), "{:?}", leaf.head);
                assert!(!leaf.body.contains("{title}"));
                before.insert(leaf.head.slug.as_str());
            }
            assert!(book.plan.home.iter().all(|h| pages.contains(h.as_str())));
            for key in book.plan.menu.keys() {
                let place: MenuPlace = key.parse().unwrap();
                for entry in book.plan.menu(place) {
                    let named = entry.page.iter().chain(&entry.children);
                    assert!(named.into_iter().all(|p| pages.contains(p.as_str())), "{entry:?}");
                    assert!(entry.category.iter().all(|c| categories.contains(c.as_str())), "{entry:?}");
                    let kinds = [entry.page.is_some(), entry.category.is_some(), entry.url.is_some()];
                    assert_eq!(kinds.iter().filter(|k| **k).count(), 1, "{entry:?}");
                }
            }
        }
    }

    #[test]
    fn links_inside_a_recipe_lead_to_its_pages() {
        for recipe in Recipe::ALL {
            let book = open(*recipe, "Acme").unwrap();
            let slug_of = |target: &str| target.rsplit('/').next().unwrap().to_owned();
            let pages: BTreeSet<&str> = book.leaves.iter().map(|l| l.head.slug.as_str()).collect();
            for leaf in &book.leaves {
                for part in leaf.body.split("](/").skip(1) {
                    let target = part.split(')').next().unwrap();
                    assert!(pages.contains(slug_of(target).as_str()), "{target} in {}", leaf.head.slug);
                }
            }
        }
    }
}
