//! Why reading an export stopped, and where.

use std::fmt;

/// Reading stopped here; everything before was yielded.
#[derive(Debug, thiserror::Error)]
pub struct WxrError {
    /// What is the matter.
    pub kind: WxrErrorKind,
    /// Bytes of the file that were read.
    pub byte: u64,
    /// The line that was reached, from 1.
    pub line: u64,
    /// The title of the item that was being read and is lost, if there was one.
    pub unfinished: Option<String>,
}

/// What is the matter with an export.
#[derive(Debug)]
pub enum WxrErrorKind {
    /// The file ends before the export does.
    CutOff,
    /// It is not well-formed XML.
    Malformed(String),
    /// It is something else than a WordPress export.
    NotAnExport,
    /// It is an export in a format that is not known.
    UnknownVersion(String),
    /// It says that it is in another encoding than UTF-8.
    Encoding(String),
    /// One element has more bytes than can be worked on.
    ElementTooLarge(u64),
    /// The file cannot be read.
    Unreadable(std::io::Error),
}

impl fmt::Display for WxrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}, byte {})", self.kind, self.line, self.byte)?;
        match &self.unfinished {
            Some(title) => write!(f, ", while reading {title:?}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for WxrErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff => f.write_str("the file is cut off: export it again, or copy it again"),
            Self::Malformed(why) => write!(f, "the file is not well-formed XML: {why}"),
            Self::NotAnExport => f.write_str("the file is not a WordPress export (WXR)"),
            Self::UnknownVersion(version) => {
                write!(f, "WXR version {version:?} is not known; 1.0 to 1.2 are")
            }
            Self::Encoding(name) => write!(f, "the file is in {name}; save it as UTF-8"),
            Self::ElementTooLarge(limit) => write!(f, "one item is larger than {} MB", limit / 1_048_576),
            Self::Unreadable(error) => write!(f, "the file cannot be read: {error}"),
        }
    }
}
