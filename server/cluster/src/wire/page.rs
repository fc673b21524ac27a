//! A finished page as bytes: a head that tells everything about it, then its bodies. Where there is a gzip
//! body the plain one is left out and made from it again, which costs less than its way over the network.

use std::io::Read;

use bytes::Bytes;
use bytestring::ByteString;
use flate2::read::GzDecoder;
use http::header::{HeaderName, HeaderValue, InvalidHeaderValue};
use jiff::Timestamp;
use rowhouse_domain::coherence::{RenderKey, TagSet, Token, VOCABULARY, Version};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PageNote, Refused, Sealer};
use crate::render::{Body, Render};

const PURPOSE: &str = "page 1";

/// A page from another node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPage {
    /// The node that made it.
    pub from: Uuid,
    /// Which page it is: told by itself, never by the place where it was found.
    pub key: RenderKey,
    /// The page.
    pub render: Render,
}

/// What comes over the channel of pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromPages {
    /// A page.
    Page(Box<SharedPage>),
    /// A word about one, and who said it.
    Note(Uuid, PageNote),
}

impl FromPages {
    /// Reads a message.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn unpack(bytes: &[u8], sealer: &Sealer) -> Result<Self, Refused> {
        match unpack(bytes, sealer) {
            Ok(page) => Ok(Self::Page(Box::new(page))),
            // the code tells the two kinds apart
            Err(Refused::Seal) => PageNote::unpack(bytes, sealer).map(|(from, note)| Self::Note(from, note)),
            Err(other) => Err(other),
        }
    }

    /// Who sent it.
    #[must_use]
    pub const fn from(&self) -> Uuid {
        match self {
            Self::Page(page) => page.from,
            Self::Note(from, _) => *from,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Head {
    from: Uuid,
    key: String,
    n: i64,
    token: Token,
    vocabulary: i32,
    tags: String,
    status: u16,
    content_type: Text,
    headers: Vec<(Box<str>, Text)>,
    made_at: Timestamp,
    identity: Piece,
    brotli: Option<Piece>,
    gzip: Option<Piece>,
}

#[derive(Serialize, Deserialize)]
struct Piece {
    length: usize,
    etag: Text,
}

/// The value of a header as text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "ByteString", into = "ByteString")]
struct Text(HeaderValue);

impl TryFrom<ByteString> for Text {
    type Error = InvalidHeaderValue;

    fn try_from(text: ByteString) -> Result<Self, InvalidHeaderValue> {
        HeaderValue::from_maybe_shared(text.into_bytes()).map(Self)
    }
}

impl From<Text> for ByteString {
    fn from(text: Text) -> Self {
        String::from_utf8_lossy(text.0.as_bytes()).into_owned().into()
    }
}

impl Piece {
    fn of(body: &Body) -> Self {
        Self { length: body.bytes.len(), etag: Text(body.etag.clone()) }
    }
}

/// Writes a page.
#[must_use]
pub fn pack(from: Uuid, key: &RenderKey, render: &Render, sealer: &Sealer) -> Vec<u8> {
    let head = Head {
        from,
        key: key.to_text(),
        n: render.version.n,
        token: render.version.token,
        vocabulary: VOCABULARY,
        tags: render.tags.encode(),
        status: render.status,
        content_type: Text(render.content_type.clone()),
        headers: render.headers.iter().map(|(n, v)| (n.as_str().into(), Text(v.clone()))).collect(),
        made_at: render.made_at,
        identity: Piece::of(&render.identity),
        brotli: render.brotli.as_ref().map(Piece::of),
        gzip: render.gzip.as_ref().map(Piece::of),
    };
    // the head has no value that JSON cannot write
    let head = serde_json::to_vec(&head).unwrap_or_default();
    let plain = render.gzip.is_none().then_some(&render.identity);
    let bodies = [render.brotli.as_ref(), render.gzip.as_ref(), plain];
    let bodies = || bodies.iter().flatten().map(|body| &body.bytes);
    let mut bytes = Vec::with_capacity(head.len() + bodies().map(Bytes::len).sum::<usize>() + 64);
    bytes.extend_from_slice(&u32::try_from(head.len()).unwrap_or(0).to_be_bytes());
    bytes.extend_from_slice(&head);
    bodies().for_each(|body| bytes.extend_from_slice(body));
    sealer.seal(PURPOSE, &mut bytes);
    bytes
}

/// Reads a page.
///
/// # Errors
/// Why it is not taken.
pub fn unpack(bytes: &[u8], sealer: &Sealer) -> Result<SharedPage, Refused> {
    let inside = sealer.open(PURPOSE, bytes)?;
    read(inside).ok_or(Refused::Form)
}

fn read(inside: &[u8]) -> Option<SharedPage> {
    let (length, rest) = inside.split_first_chunk::<4>()?;
    let (head, mut rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    let head: Head = serde_json::from_slice(head).ok()?;
    let mut take = |piece: &Piece| {
        let (body, after) = rest.split_at_checked(piece.length)?;
        rest = after;
        Some(Body { bytes: Bytes::copy_from_slice(body), etag: piece.etag.0.clone() })
    };
    let brotli = head.brotli.as_ref().map(&mut take);
    let gzip = head.gzip.as_ref().map(&mut take);
    // a piece that is named must be there
    let (brotli, gzip) =
        (brotli.map_or(Some(None), |b| b.map(Some))?, gzip.map_or(Some(None), |b| b.map(Some))?);
    let identity = match &gzip {
        Some(packed) => plain(packed, &head.identity)?,
        None => take(&head.identity)?,
    };
    let header =
        |(name, value): (Box<str>, Text)| Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value.0));
    let headers = head.headers.into_iter().map(header).collect::<Option<_>>()?;
    let tags = TagSet::decode(head.vocabulary, &head.tags);
    let render = Render {
        version: Version { n: head.n, token: head.token },
        tags,
        status: head.status,
        content_type: head.content_type.0,
        identity,
        brotli,
        gzip,
        headers,
        made_at: head.made_at,
    };
    rest.is_empty().then_some(())?;
    Some(SharedPage { from: head.from, key: RenderKey::parse_text(&head.key)?, render })
}

/// The plain body, which must be exactly as long as its maker said.
fn plain(packed: &Body, piece: &Piece) -> Option<Body> {
    let mut bytes = Vec::with_capacity(piece.length.min(16 << 20));
    let most = u64::try_from(piece.length).ok()?.saturating_add(1);
    GzDecoder::new(&*packed.bytes).take(most).read_to_end(&mut bytes).ok()?;
    (bytes.len() == piece.length).then(|| Body { bytes: bytes.into(), etag: piece.etag.0.clone() })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use rowhouse_domain::{
        TenantId,
        coherence::{KeySpace, Tag},
    };

    use super::*;

    fn body(bytes: Vec<u8>) -> Body {
        Body { etag: format!("\"{}\"", bytes.len()).parse().unwrap(), bytes: bytes.into() }
    }

    fn page(text: &str, packed: bool) -> Render {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        Render {
            version: Version { n: 3, token: Token::fresh() },
            tags: [Tag::Theme, Tag::route("/über")].into_iter().collect(),
            status: 200,
            content_type: HeaderValue::from_static("text/html; charset=utf-8"),
            identity: body(text.as_bytes().to_vec()),
            brotli: packed.then(|| body(b"not looked into".to_vec())),
            gzip: packed.then(|| body(encoder.finish().unwrap())),
            headers: vec![(http::header::LINK, HeaderValue::from_static("<a>; rel=\"b\""))],
            made_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn key() -> RenderKey {
        KeySpace::new(TenantId::fresh(), "http://a", "t", "b", 1).key("/x", "page=2", "html", "")
    }

    proptest! {
        #[test]
        fn a_page_comes_back_whole(text in ".{0,3000}", packed: bool) {
            let (sealer, from, key) = (Sealer::new([[3; 32]]), Uuid::new_v4(), key());
            let render = page(&text, packed);
            let bytes = pack(from, &key, &render, &sealer);
            prop_assert_eq!(unpack(&bytes, &sealer), Ok(SharedPage { from, key, render }));
        }

        #[test]
        fn nothing_from_outside_is_taken_or_makes_trouble(bytes: Vec<u8>) {
            prop_assert_eq!(unpack(&bytes, &Sealer::new([[3; 32]])), Err(Refused::Seal));
            let _no_panic = read(&bytes);
        }
    }

    #[test]
    fn a_plain_body_of_another_length_than_told_is_refused() {
        let sealer = Sealer::new([[3; 32]]);
        let mut render = page("hello", true);
        render.identity = body(b"hell".to_vec());
        assert_eq!(unpack(&pack(Uuid::nil(), &key(), &render, &sealer), &sealer), Err(Refused::Form));
        render.identity = body(b"hello!".to_vec());
        assert_eq!(unpack(&pack(Uuid::nil(), &key(), &render, &sealer), &sealer), Err(Refused::Form));
    }

    #[test]
    fn a_page_in_another_vocabulary_depends_on_everything() {
        let sealer = Sealer::new([[3; 32]]);
        let bytes = pack(Uuid::nil(), &key(), &page("x", false), &sealer);
        let inside = sealer.open(PURPOSE, &bytes).unwrap().to_vec();
        let told = format!("\"vocabulary\":{VOCABULARY}");
        let text = inside.windows(told.len()).position(|w| w == told.as_bytes()).unwrap();
        let mut other = inside.clone();
        other[text + told.len() - 1] = b'9';
        sealer.seal(PURPOSE, &mut other);
        assert!(unpack(&other, &sealer).unwrap().render.tags.is_everything());
    }
}
