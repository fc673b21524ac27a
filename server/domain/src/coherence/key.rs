//! What names a finished page. A key is made for every request, so all that is equal for a whole site is
//! hashed and kept once ([`KeySpace`]), and a look-up costs one short hash and one comparison. Two keys are
//! equal only if every part is equal; the hash never decides.

use std::{
    fmt::Write as _,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use crate::id::TenantId;

/// What is equal for every page of one site on one build: part of each of its keys.
#[derive(Debug)]
pub struct KeySpace {
    tenant: TenantId,
    base: String,
    theme_build: String,
    program_build: String,
    row: i64,
    hash: u64,
}

impl KeySpace {
    /// The space of a site. `base` is what absolute links on its pages begin with, `row` the version of the
    /// tenant's row in the directory (its `seq`).
    #[must_use]
    pub fn new(tenant: TenantId, base: &str, theme_build: &str, program_build: &str, row: i64) -> Arc<Self> {
        let mut hasher = DefaultHasher::new();
        (tenant, base, theme_build, program_build, row).hash(&mut hasher);
        Arc::new(Self {
            tenant,
            base: base.to_owned(),
            theme_build: theme_build.to_owned(),
            program_build: program_build.to_owned(),
            row,
            hash: hasher.finish(),
        })
    }

    /// Whose pages these are.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The key of one page: its canonical tenant-relative path, the allow-listed part of the query in its
    /// canonical order, the format (`html`, `rss`, …) and the language.
    #[must_use]
    pub fn key(self: &Arc<Self>, path: &str, query: &str, format: &str, language: &str) -> RenderKey {
        let mut text = String::with_capacity(path.len() + query.len() + format.len() + language.len());
        text.push_str(path);
        text.push_str(query);
        text.push_str(format);
        text.push_str(language);
        let ends = [path.len(), path.len() + query.len(), path.len() + query.len() + format.len()];
        let mut hasher = DefaultHasher::new();
        (self.hash, &text, ends).hash(&mut hasher);
        RenderKey { space: self.clone(), text: text.into(), ends, hash: hasher.finish() }
    }
}

impl PartialEq for KeySpace {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
            && self.tenant == other.tenant
            && self.row == other.row
            && self.base == other.base
            && self.theme_build == other.theme_build
            && self.program_build == other.program_build
    }
}

impl Eq for KeySpace {}

/// The name of one finished page: site, address, shape, and every input that may change its bytes apart
/// from the tenant's content.
#[derive(Clone, Debug)]
pub struct RenderKey {
    space: Arc<KeySpace>,
    text: Arc<str>,
    ends: [usize; 3],
    hash: u64,
}

impl RenderKey {
    /// The site's part.
    #[must_use]
    pub fn space(&self) -> &Arc<KeySpace> {
        &self.space
    }

    /// Whose page this is.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.space.tenant
    }

    /// The canonical tenant-relative path.
    #[must_use]
    pub fn path(&self) -> &str {
        let [path, ..] = self.ends;
        self.text.get(..path).unwrap_or_default()
    }

    /// The allow-listed part of the query.
    #[must_use]
    pub fn query(&self) -> &str {
        let [path, query, _] = self.ends;
        self.text.get(path..query).unwrap_or_default()
    }

    /// The format: `html`, `rss`, ….
    #[must_use]
    pub fn format(&self) -> &str {
        let [_, query, format] = self.ends;
        self.text.get(query..format).unwrap_or_default()
    }

    /// The language.
    #[must_use]
    pub fn language(&self) -> &str {
        let [.., format] = self.ends;
        self.text.get(format..).unwrap_or_default()
    }

    /// The hash of all parts, equal on nodes of one build.
    #[must_use]
    pub fn hash_value(&self) -> u64 {
        self.hash
    }

    /// Roughly the memory a key holds, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.text.len() + size_of::<Self>()
    }

    /// Every part in one unambiguous text: what a render kept elsewhere carries to prove whose it is.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{}:{}", self.space.tenant, self.space.row);
        let parts = [
            self.space.base.as_str(),
            &self.space.theme_build,
            &self.space.program_build,
            self.path(),
            self.query(),
            self.format(),
            self.language(),
        ];
        for part in parts {
            // A length before each part, because any byte may occur in it.
            let _infallible = write!(text, ":{}:{part}", part.len());
        }
        text
    }
}

impl RenderKey {
    /// Reads what [`RenderKey::to_text`] wrote; nothing else is taken.
    #[must_use]
    pub fn parse_text(text: &str) -> Option<Self> {
        let (tenant, rest) = text.split_once(':')?;
        let end = rest.find(':').unwrap_or(rest.len());
        let (row, mut rest) = rest.split_at_checked(end)?;
        let mut part = || {
            let (length, after) = rest.strip_prefix(':')?.split_once(':')?;
            let (part, after) = after.split_at_checked(length.parse().ok()?)?;
            rest = after;
            Some(part)
        };
        let (base, theme, program) = (part()?, part()?, part()?);
        let (path, query, format, language) = (part()?, part()?, part()?, part()?);
        let space = KeySpace::new(tenant.parse().ok()?, base, theme, program, row.parse().ok()?);
        let key = space.key(path, query, format, language);
        (key.to_text() == text).then_some(key)
    }

    /// The same key in a space that is kept already, if that is an equal one.
    #[must_use]
    pub fn within(self, space: &Arc<KeySpace>) -> Self {
        if *self.space == **space { Self { space: space.clone(), ..self } } else { self }
    }
}

impl PartialEq for RenderKey {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
            && self.ends == other.ends
            && self.text == other.text
            && (Arc::ptr_eq(&self.space, &other.space) || self.space == other.space)
    }
}

impl Eq for RenderKey {}

impl Hash for RenderKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// A hasher for maps by [`RenderKey`]: takes the hash that the key already carries.
#[derive(Clone, Copy, Debug, Default)]
pub struct PreHasher(u64);

/// Builds a [`PreHasher`].
pub type PreHashed = BuildHasherDefault<PreHasher>;

impl Hasher for PreHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Not reached with a RenderKey; kept correct for any other type.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(tenant: TenantId, base: &str, row: i64) -> Arc<KeySpace> {
        KeySpace::new(tenant, base, "t1", "b1", row)
    }

    #[test]
    fn equal_parts_make_equal_keys_in_separate_spaces() {
        let tenant = TenantId::fresh();
        let one = space(tenant, "/acme", 1).key("/about", "page=2", "html", "en");
        let two = space(tenant, "/acme", 1).key("/about", "page=2", "html", "en");
        assert_eq!((&one, one.hash_value(), one.to_text()), (&two, two.hash_value(), two.to_text()));
        assert_eq!(
            (one.path(), one.query(), one.format(), one.language()),
            ("/about", "page=2", "html", "en")
        );
    }

    #[test]
    fn every_part_tells_keys_apart_even_where_their_concatenation_is_equal() {
        let tenant = TenantId::fresh();
        let base = space(tenant, "/acme", 1);
        let keys = [
            base.key("/a", "b", "html", "en"),
            base.key("/ab", "", "html", "en"),
            base.key("/a", "bh", "tml", "en"),
            base.key("/a", "b", "htmle", "n"),
            space(tenant, "/acm", 1).key("/a", "b", "html", "en"),
            space(tenant, "/acme", 2).key("/a", "b", "html", "en"),
            space(TenantId::fresh(), "/acme", 1).key("/a", "b", "html", "en"),
            KeySpace::new(tenant, "/acme", "t2", "b1", 1).key("/a", "b", "html", "en"),
            KeySpace::new(tenant, "/acme", "t1", "b2", 1).key("/a", "b", "html", "en"),
        ];
        for (i, one) in keys.iter().enumerate() {
            for other in &keys[i + 1..] {
                assert_ne!(one, other);
                assert_ne!(one.to_text(), other.to_text());
            }
        }
    }

    #[test]
    fn a_key_comes_back_from_its_text_and_nothing_else_does() {
        let kept = space(TenantId::fresh(), "http://a:1/acmé", 7);
        let key = kept.key("/über:3:x", "page=2", "html", "");
        let text = key.to_text();
        let back = RenderKey::parse_text(&text).unwrap();
        assert_eq!((&back, back.hash_value()), (&key, key.hash_value()));
        assert!(Arc::ptr_eq(back.within(&kept).space(), &kept));
        let beheaded: String = text.chars().skip(1).collect();
        let mut docked = text.clone();
        docked.pop();
        let (longer, padded) = (format!("{text}x"), text.replace(":7:", ":07:"));
        for broken in ["", ":", &beheaded, &docked, &longer, &padded] {
            assert!(RenderKey::parse_text(broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_colliding_hash_does_not_make_keys_equal() {
        let base = space(TenantId::fresh(), "/acme", 1);
        let one = base.key("/a", "", "html", "en");
        let mut two = base.key("/b", "", "html", "en");
        two.hash = one.hash;
        assert_ne!(one, two);
    }
}
