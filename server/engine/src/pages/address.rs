//! What is asked for: a path of the tenant, a page of a list, a format. Everything that may change the
//! answer is here; what is not here cannot change it.

use rowhouse_domain::{
    addressing::Base,
    content::Taxonomy,
    name::{RoutePath, Slug},
};
use rowhouse_store::Month;
use url::Url;

rowhouse_domain::words! {
    /// The shape of an answer.
    pub enum Format {
        /// A page.
        Html = "html",
        /// RSS 2.0.
        Rss = "rss",
        /// Atom 1.0.
        Atom = "atom",
        /// JSON Feed.
        Json = "json",
        /// Addresses for search engines.
        Sitemap = "sitemap",
        /// Rules for robots, at a host of the tenant's own.
        Robots = "robots",
    }
}

/// A request for something public, reduced to what may change the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The path, without that of a feed.
    pub path: RoutePath,
    /// The page of a list, from 1.
    pub page: u32,
    /// The shape.
    pub format: Format,
    /// The number by which the system that a site was imported from addressed an item: `/?p=12`.
    pub old_number: Option<u64>,
}

/// A list that has an address of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Archive {
    /// `/category/{slug}`, `/tag/{slug}`
    Term(Taxonomy, Slug),
    /// `/2026/11`
    Month(Month),
}

impl Ask {
    /// Reads a canonical path and a query; of the query only `page` counts, and at the root the number of an
    /// item in another system.
    #[must_use]
    pub fn parse(path: &RoutePath, query: &str) -> Self {
        let page = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("page="))
            .and_then(|n| n.parse().ok())
            .filter(|n| (1..=100_000).contains(n))
            .unwrap_or(1);
        let (path, format) = split_format(path);
        let old_number = if path.is_root() && format == Format::Html { old_number(query) } else { None };
        let page = if format == Format::Html && old_number.is_none() { page } else { 1 };
        Self { path, page, format, old_number }
    }

    /// The part of the key that stands for the query.
    pub(super) fn query(&self) -> String {
        match (self.old_number, self.page) {
            (Some(number), _) => format!("p={number}"),
            (None, 1) => String::new(),
            (None, page) => format!("page={page}"),
        }
    }

    /// The path with the query, as links have it.
    pub(super) fn link(&self, page: u32) -> String {
        let path = self.path.as_str();
        if page > 1 { format!("{path}?page={page}") } else { path.to_owned() }
    }

    pub(super) fn archive(&self) -> Option<Archive> {
        let segments: Vec<&str> = self.path.segments().collect();
        match segments.as_slice() {
            ["category", slug] => Some(Archive::Term(Taxonomy::Category, Slug::parse(slug).ok()?)),
            ["tag", slug] => Some(Archive::Term(Taxonomy::Tag, Slug::parse(slug).ok()?)),
            [year, month] => Some(Archive::Month(format!("{year}-{month}").parse().ok()?)),
            _ => None,
        }
    }
}

/// The number in `p=12` or `page_id=12`: WordPress answers both for every item.
fn old_number(query: &str) -> Option<u64> {
    let values = query.split('&').filter_map(|pair| pair.split_once('='));
    values.filter(|(name, _)| matches!(*name, "p" | "page_id")).find_map(|(_, number)| number.parse().ok())
}

/// Takes the name of a feed off the end of a path.
fn split_format(path: &RoutePath) -> (RoutePath, Format) {
    let segments: Vec<&str> = path.segments().collect();
    let format = match segments.as_slice() {
        ["sitemap.xml"] => Format::Sitemap,
        ["robots.txt"] => Format::Robots,
        [.., "feed.xml"] => Format::Rss,
        [.., "atom.xml"] => Format::Atom,
        [.., "feed.json"] => Format::Json,
        _ => return (path.clone(), Format::Html),
    };
    (path.parent().unwrap_or_else(RoutePath::root), format)
}

/// Scheme, host and port of a base: the tenant's own host, or the installation's.
#[must_use]
pub fn origin_of(public: &Url, base: &Base) -> String {
    let common = public.as_str().trim_end_matches('/');
    match &base.host {
        None => common.strip_suffix(public.path().trim_end_matches('/')).unwrap_or(common).to_owned(),
        Some(host) => {
            let port = public.port().map(|p| format!(":{p}")).unwrap_or_default();
            format!("{}://{}{port}", public.scheme(), host.to_url_host())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, query: &str) -> Ask {
        Ask::parse(&RoutePath::parse(path).unwrap(), query)
    }

    #[test]
    fn only_the_page_of_a_query_counts() {
        assert_eq!(ask("/", "utm=1&page=3&x").page, 3);
        assert_eq!(ask("/", "page=0").page, 1);
        assert_eq!(ask("/", "page=-1").query(), "");
        assert_eq!(ask("/feed.xml", "page=3").page, 1);
    }

    #[test]
    fn numbers_of_another_system_count_at_the_root_alone() {
        assert_eq!(ask("/", "p=12").old_number, Some(12));
        assert_eq!(ask("/", "utm=1&page_id=7&page=2").query(), "p=7");
        for (path, query) in [("/about", "p=12"), ("/", "p=x"), ("/", "xp=12"), ("/feed.xml", "p=12")] {
            assert_eq!(ask(path, query).old_number, None, "{path}?{query}");
        }
    }

    #[test]
    fn feeds_and_archives_are_known_by_their_paths() {
        assert_eq!(ask("/category/news/feed.xml", "").format, Format::Rss);
        assert_eq!(ask("/category/news/feed.xml", "").path.as_str(), "/category/news");
        assert!(matches!(ask("/2026/11", "").archive(), Some(Archive::Month(_))));
        assert!(ask("/2026/13", "").archive().is_none());
        assert!(ask("/about/us", "").archive().is_none());
    }
}
