//! Addresses of the old site: which ones are its own, and what they are called here.

use percent_encoding::percent_decode_str;
use url::Url;

/// Where the old site was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteAddress {
    host: String,
    folder: String,
}

/// An address inside the old site.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct OldAddress {
    /// The path, decoded, from the site's own root, without a slash at the end (`/` for the root).
    pub path: String,
    /// The query, as written.
    pub query: Option<String>,
    /// The place in the page, as written.
    pub fragment: Option<String>,
}

impl OldAddress {
    /// The path with the query, as a request would name it.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// The number in `?p=`, `?page_id=` or `?attachment_id=`, by which WordPress names any item.
    #[must_use]
    pub fn item_id(&self) -> Option<u64> {
        let query = self.query.as_deref()?;
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| matches!(name.as_ref(), "p" | "page_id" | "attachment_id"))
            .and_then(|(_, value)| value.parse().ok())
    }
}

impl SiteAddress {
    /// Reads the site's own address (`wp:base_blog_url`).
    #[must_use]
    pub fn parse(base_blog_url: &str) -> Option<Self> {
        let url = Url::parse(base_blog_url.trim()).ok()?;
        let host = plain_host(url.host_str()?).to_owned();
        Some(Self { host, folder: decoded(url.path()).trim_end_matches('/').to_owned() })
    }

    /// What an address names inside the site; `None` for other sites, for places in the same page and for
    /// addresses that depend on where they stand. With or without `www.`, http or https, is the same site.
    #[must_use]
    pub fn locate(&self, address: &str) -> Option<OldAddress> {
        let address = address.trim();
        let from_root = address.starts_with('/') && !address.starts_with("//");
        let absolute = ["http://", "https://", "//"]
            .iter()
            .any(|start| address.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)));
        if !from_root && !absolute {
            return None;
        }
        let base = Url::parse(&format!("https://{}/", self.host)).ok()?;
        let url = base.join(address).ok()?;
        if plain_host(url.host_str()?) != self.host {
            return None;
        }
        let path = decoded(url.path());
        let path = path.strip_prefix(&self.folder).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
        let path = path.trim_end_matches('/');
        Some(OldAddress {
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query: url.query().filter(|query| !query.is_empty()).map(str::to_owned),
            fragment: url.fragment().map(str::to_owned),
        })
    }
}

fn plain_host(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8().map_or_else(|_| path.to_owned(), Into::into)
}

/// Names of an uploaded file that do not depend on how it is addressed, the surest first. WordPress serves
/// one picture as `photo-300x200.jpg` or `photo.jpg?w=150` too, and calls a very large one
/// `photo-scaled.jpg`; but a picture may also have been uploaded under such a name. So: note every
/// attachment under the first of its keys, and look an address up by all of its keys in order.
#[must_use]
pub fn file_keys(address: &str) -> Vec<String> {
    let address = address.trim();
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    let bare = bare.split_once("//").map_or(bare, |(_, rest)| rest);
    let bare = decoded(bare.strip_prefix("www.").unwrap_or(bare));
    let (exact, ending) = bare.rsplit_once('.').unwrap_or((bare.as_str(), ""));
    let ending = ending.to_ascii_lowercase();
    let unsized_stem = without_size(exact);
    let plain = unsized_stem.strip_suffix("-scaled").unwrap_or(unsized_stem);
    let mut keys = Vec::new();
    for stem in [exact, unsized_stem, plain, &format!("{plain}-scaled")] {
        let key = format!("{stem}.{ending}");
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn without_size(stem: &str) -> &str {
    let Some((before, size)) = stem.rsplit_once('-') else { return stem };
    let is_number =
        |text: &str| !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
    match size.split_once('x') {
        Some((width, height)) if is_number(width) && is_number(height) => before,
        _ => stem,
    }
}
