//! Texts of pages and posts as they are shown. What becomes of a text depends on the text, on how it is written and
//! on the site's base, and on nothing else; so it is made once and found again by a digest of the three, whatever
//! page it stands on and however often that page is made anew.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};
use rowhouse_domain::content::Format;
use rowhouse_render::{SafeHtml, markdown, sanitise, text};
use sha2::{Digest, Sha256};

/// Words of an excerpt that nobody wrote.
const EXCERPT_WORDS: usize = 45;
/// What a text takes beside its bytes.
const FRAME: usize = 160;
/// The share of the page cache's bytes that texts may take besides.
const SHARE: u64 = 8;
/// Bytes that a text is expected to have, of which only a first guess depends.
const USUAL: u64 = 8_192;

/// A text, ready to be shown.
#[derive(Debug)]
pub(super) struct Text {
    /// Sanitised, with links that begin with the base.
    pub(super) html: SafeHtml,
    /// Its first words.
    pub(super) first_words: String,
    /// How many words it has.
    pub(super) words: usize,
}

type Key = [u8; 32];

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<Text>> for Bytes {
    fn weight(&self, _: &Key, text: &Arc<Text>) -> u64 {
        (FRAME + text.html.as_str().len() + text.first_words.len()) as u64
    }
}

/// The texts that a node remembers.
pub(crate) struct Texts(Cache<Key, Arc<Text>, Bytes>);

impl Texts {
    /// None yet; as many as become a page cache of so many bytes.
    pub(crate) fn beside(cache_bytes: u64) -> Self {
        let most = cache_bytes / SHARE;
        Self(Cache::with_weighter(usize::try_from(most / USUAL).unwrap_or(usize::MAX).max(16), most, Bytes))
    }

    /// The text as it is shown.
    pub(super) fn get(&self, format: Format, written: &str, base: &str) -> Arc<Text> {
        let key = Sha256::new().chain_update([format as u8]).chain_update((base.len() as u64).to_le_bytes());
        let key: Key = key.chain_update(base).chain_update(written).finalize().into();
        self.0.get(&key).unwrap_or_else(|| {
            let text = Arc::new(made(format, written, base));
            self.0.insert(key, text.clone());
            text
        })
    }
}

fn made(format: Format, written: &str, base: &str) -> Text {
    let html = match format {
        Format::Markdown => markdown::render(written, base),
        Format::Html => sanitise::rebase_links(written, base),
    };
    let plain = text::plain(&html);
    Text { first_words: text::shorten(&plain, EXCERPT_WORDS), words: text::word_count(&plain), html }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_made_once_for_each_base_and_format() {
        let texts = Texts::beside(1 << 20);
        let first = texts.get(Format::Markdown, "*a* [b](/c)", "/acme");
        assert!(Arc::ptr_eq(&first, &texts.get(Format::Markdown, "*a* [b](/c)", "/acme")));
        let elsewhere = texts.get(Format::Markdown, "*a* [b](/c)", "/journal");
        assert!(first.html.as_str().contains("/acme/c") && elsewhere.html.as_str().contains("/journal/c"));
        assert!(texts.get(Format::Html, "*a* [b](/c)", "/acme").html.as_str().contains("*a*"));
        assert_eq!((first.first_words.as_str(), first.words), ("a b", 2));
    }

    #[test]
    fn texts_take_no_more_than_their_share() {
        let texts = Texts::beside(8 * 100_000);
        for n in 0..200 {
            texts.get(Format::Html, &format!("{n} {}", "word ".repeat(1_000)), "");
        }
        assert!(texts.0.weight() <= 100_000);
    }
}
