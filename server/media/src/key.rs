//! Where a file lies. A key cannot be made without a tenant, and its path begins with the tenant, so that
//! nothing stored for one can be named by another.

use std::{fmt, str::FromStr};

use object_store::path::Path;
use rowhouse_domain::{MediaId, TenantId};

/// One of the files that belong to an uploaded medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variant {
    /// The medium in full size, cleaned.
    Original,
    /// The picture scaled to this width in pixels.
    Width(u32),
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original => f.write_str("original"),
            Self::Width(width) => write!(f, "w{width}"),
        }
    }
}

/// The text names no variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a variant of a medium")]
pub struct UnknownVariant;

impl FromStr for Variant {
    type Err = UnknownVariant;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "original" {
            return Ok(Self::Original);
        }
        let width = text.strip_prefix('w').and_then(|digits| digits.parse().ok()).map(Self::Width);
        // `w+5` and `w05` parse as numbers; only the spelling that we write names a file.
        width.filter(|variant| variant.to_string() == text).ok_or(UnknownVariant)
    }
}

/// The key of one stored file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MediaKey {
    /// Whose it is.
    pub tenant: TenantId,
    /// The medium.
    pub media: MediaId,
    /// Which of its files.
    pub variant: Variant,
}

impl MediaKey {
    /// The key of `variant` of `media`, which belongs to `tenant`.
    #[must_use]
    pub fn new(tenant: TenantId, media: MediaId, variant: Variant) -> Self {
        Self { tenant, media, variant }
    }

    pub(crate) fn path(&self) -> Path {
        Path::from(self.to_string())
    }

    pub(crate) fn parse(path: &str) -> Option<Self> {
        let mut parts = path.split('/');
        let tenant = parts.next()?.parse().ok()?;
        let media = parts.next()?.parse().ok()?;
        let variant = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(Self { tenant, media, variant })
    }
}

impl fmt::Display for MediaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.tenant, self.media, self.variant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_from_its_path() {
        let key = MediaKey::new(TenantId::fresh(), MediaId::fresh(), Variant::Width(640));
        assert_eq!(MediaKey::parse(&key.to_string()), Some(key));
        assert!(key.to_string().starts_with(&key.tenant.to_string()));
    }

    #[test]
    fn only_our_own_spelling_is_a_variant() {
        for text in ["", "w", "w05", "w+5", "w-1", "original2", "W640", "w640.jpg"] {
            assert_eq!(text.parse::<Variant>(), Err(UnknownVariant), "{text}");
        }
        assert_eq!("w640".parse::<Variant>(), Ok(Variant::Width(640)));
    }
}
