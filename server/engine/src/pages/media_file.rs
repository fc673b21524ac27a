//! Uploaded files for browsers. What a file is, is found from its first bytes, as it was when it was taken;
//! nothing is read from the database.

use std::ops::Range;

use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use rowhouse_domain::MediaId;
use rowhouse_media::{MediaKey, Variant, sniff};

use crate::{
    error::{EngineError, Result},
    site::Site,
};

/// A file, or a part of one.
pub struct MediaFile {
    /// Its media type.
    pub mime: &'static str,
    /// Whether browsers may show it in place; others are offered as downloads.
    pub inline: bool,
    /// The length of the whole file.
    pub size: u64,
    /// The part that follows.
    pub range: Range<u64>,
    /// The bytes.
    pub stream: BoxStream<'static, Result<Bytes>>,
}

/// Bytes that tell what a file is.
const HEAD: u64 = 512;

/// The file of this id and variant (`original`, `w640`), or the part of it that was asked for.
///
/// # Errors
/// [`EngineError::NotFound`], or what the store of files says.
#[crate::boxed]
pub async fn media_file(
    site: &Site,
    media: MediaId,
    variant: &str,
    range: Option<Range<u64>>,
) -> Result<MediaFile> {
    let variant: Variant = variant.parse().map_err(|_| EngineError::NotFound("file"))?;
    let key = MediaKey::new(site.id(), media, variant);
    let store = &site.core().media;
    let fault = |error: rowhouse_media::StoreError| EngineError::Media(error.to_string());
    let size = store.size(&key).await.map_err(fault)?.ok_or(EngineError::NotFound("file"))?;
    let kind = match store.stream(&key, Some(0..HEAD.min(size))).await.map_err(fault)? {
        Some(mut opened) => {
            opened.stream.next().await.transpose().map_err(fault)?.and_then(|b| sniff(&b).ok())
        }
        None => None,
    };
    let range = range.filter(|r| r.start < size).map(|r| r.start..r.end.min(size));
    let opened = store.stream(&key, range).await.map_err(fault)?.ok_or(EngineError::NotFound("file"))?;
    Ok(MediaFile {
        mime: kind.map_or("application/octet-stream", rowhouse_media::Kind::mime),
        inline: kind.is_some_and(rowhouse_media::Kind::is_shown_inline),
        size: opened.size,
        range: opened.range,
        stream: opened.stream.map(move |piece| piece.map_err(fault)).boxed(),
    })
}
