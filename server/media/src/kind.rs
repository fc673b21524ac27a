//! The kinds of file a site can hold. A kind is what the content is, never what a name or a browser claims.

use std::fmt;

/// A kind of file that may be stored and served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A photograph.
    Jpeg,
    /// A picture without loss, possibly transparent.
    Png,
    /// A picture with few colours, possibly moving.
    Gif,
    /// A picture without loss, possibly transparent.
    WebP,
    /// A drawing, stored only after everything active was taken out.
    Svg,
    /// A document.
    Pdf,
    /// Plain text in UTF-8.
    Text,
    /// Sound.
    Mp3,
    /// Sound in an MPEG-4 container.
    M4a,
    /// Moving pictures in an MPEG-4 container.
    Mp4,
}

impl Kind {
    /// The media type it is served with.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Svg => "image/svg+xml",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain; charset=utf-8",
            Self::Mp3 => "audio/mpeg",
            Self::M4a => "audio/mp4",
            Self::Mp4 => "video/mp4",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Svg => "SVG",
            Self::Pdf => "PDF",
            Self::Text => "text",
            Self::Mp3 => "MP3",
            Self::M4a => "M4A",
            Self::Mp4 => "MP4",
        }
    }

    /// The kind that is served with `mime`, as [`Kind::mime`] writes it.
    #[must_use]
    pub fn from_mime(mime: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.mime() == mime)
    }

    /// The usual ending of its file names, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        self.extensions().first().copied().unwrap_or_default()
    }

    /// All endings that people give it; the first is the usual one.
    pub(crate) fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
            Self::Gif => &["gif"],
            Self::WebP => &["webp"],
            Self::Svg => &["svg"],
            Self::Pdf => &["pdf"],
            Self::Text => &["txt", "text", "md", "csv", "log"],
            Self::Mp3 => &["mp3"],
            Self::M4a => &["m4a"],
            Self::Mp4 => &["mp4", "m4v"],
        }
    }

    /// Whether a page can show it as a picture.
    #[must_use]
    pub fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Gif | Self::WebP | Self::Svg)
    }

    /// Whether a browser may show it in a window of its own; everything else is offered as a download.
    #[must_use]
    pub fn is_shown_inline(self) -> bool {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::WebP | Self::Mp3 | Self::M4a | Self::Mp4 => true,
            Self::Svg | Self::Pdf | Self::Text => false,
        }
    }

    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::WebP,
        Self::Svg,
        Self::Pdf,
        Self::Text,
        Self::Mp3,
        Self::M4a,
        Self::Mp4,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
