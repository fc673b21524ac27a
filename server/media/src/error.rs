//! What can go wrong, in words for the person at the other end: what is the matter, and what to do now.

/// Why an upload was not accepted. The texts are shown to the person who chose the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// No bytes at all.
    #[error("The file is empty. Choose another file, or save it again in the program it comes from.")]
    Empty,
    /// More bytes than allowed for its kind.
    #[error("The file has {}, and {} is the limit. Make it smaller and upload it again.", mib(*.bytes), mib(*.limit))]
    TooBig {
        /// What it has.
        bytes: u64,
        /// What is allowed.
        limit: u64,
    },
    /// More pixels than allowed.
    #[error("The picture has {width} × {height} pixels, and {} megapixels is the limit. Scale it down and upload it again.", .limit / 1_000_000)]
    TooManyPixels {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// Width × height allowed.
        limit: u64,
    },
    /// A moving picture with too many frames, or too many pixels in all of them.
    #[error(
        "The animation is too long or too large ({frames} frames). Shorten it, scale it down, or upload it as an MP4 video."
    )]
    TooManyFrames {
        /// How many frames it has.
        frames: u32,
    },
    /// A moving picture of a kind whose movement would be lost.
    #[error(
        "Moving {format} pictures cannot be kept moving. Save it as a GIF or as an MP4 video and upload that."
    )]
    Animated {
        /// The format.
        format: &'static str,
    },
    /// A picture of a kind that browsers do not show everywhere.
    #[error(
        "{format} pictures are not shown by every browser. Save it as JPEG, PNG or WebP and upload that."
    )]
    ConvertPicture {
        /// The format.
        format: &'static str,
    },
    /// A film or sound of a kind that browsers do not play everywhere.
    #[error(
        "{format} files are not played by every browser. Save it as MP4 (film) or MP3 (sound) and upload that."
    )]
    ConvertRecording {
        /// The format.
        format: &'static str,
    },
    /// A web page.
    #[error("Web pages cannot be uploaded. Paste the text into a page, or upload it as a PDF.")]
    WebPage,
    /// A program.
    #[error("Programs cannot be uploaded.")]
    Program,
    /// An archive or an office document.
    #[error("Archives and office documents cannot be uploaded. Save the document as PDF and upload that.")]
    Archive,
    /// Nothing that is known.
    #[error(
        "This kind of file cannot be uploaded. Pictures (JPEG, PNG, GIF, WebP, SVG), PDF, plain text, MP3 and MP4 can."
    )]
    UnknownKind,
    /// The beginning is right, the rest is not.
    #[error(
        "The {format} file is damaged or incomplete. Save it again in the program it comes from, then upload it again."
    )]
    Damaged {
        /// The format.
        format: &'static str,
    },
    /// A drawing that holds nothing that may be kept.
    #[error(
        "The SVG drawing could not be read as safe SVG. Save it as “plain SVG”, or as PNG, and upload that."
    )]
    UnsafeDrawing,
    /// The server gave up, not because of the file.
    #[error("The file could not be processed just now. Nothing was kept; try again.")]
    Interrupted,
}

fn mib(bytes: u64) -> String {
    if bytes < 1024 * 1024 {
        return format!("{} KB", bytes.div_ceil(1024));
    }
    let tenths = bytes.saturating_mul(10).div_ceil(1024 * 1024);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// The store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `media.url` is not one that this program can open.
    #[error("media.url {url:?} cannot be opened: use file://FOLDER (relative) or file:///FOLDER (absolute)")]
    UnsupportedUrl {
        /// What was configured.
        url: String,
    },
    /// The folder cannot be made or opened.
    #[error("the media folder {path:?} cannot be opened")]
    Folder {
        /// Where it should be.
        path: std::path::PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The storage itself failed.
    #[error("the media storage failed")]
    Storage(#[from] object_store::Error),
    /// A tenant cannot be copied onto itself, or onto one that has files.
    #[error("the tenant to copy media to already has some")]
    TargetNotEmpty,
    /// The server is stopping.
    #[error("the media storage was interrupted")]
    Interrupted,
}
