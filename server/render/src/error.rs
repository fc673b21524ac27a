//! What can go wrong while a template is read or rendered.

use tera::ErrorKind;

/// A template could not be compiled or rendered. Meant for the operator and for theme authors, never for
/// visitors: messages name files and values.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The template's text is at fault; the message names the file, the line and the column.
    #[error("{message}")]
    Template {
        /// The template in which it happened, if known.
        template: String,
        /// The line, from 1, if known.
        line: Option<usize>,
        /// The whole report, with an excerpt.
        message: String,
    },
    /// The page became larger than a page may be.
    #[error("template {template}: output is larger than {limit} bytes")]
    TooLarge {
        /// The template that was rendered.
        template: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// There is no template of that name.
    #[error("there is no template {0}")]
    Missing(String),
}

impl RenderError {
    /// Keeps of the engine's error where it happened. `asked` is the template that was asked for.
    pub(crate) fn from_tera(error: &tera::Error, asked: &str) -> Self {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => Self::Template {
                template: report.filename().to_owned(),
                line: Some(report.span().start_line),
                message: error.to_string(),
            },
            ErrorKind::TemplateNotFound(name) => Self::Missing(name.clone()),
            _ => {
                let mut message = format!("template {asked}: {error}");
                let mut cause = std::error::Error::source(error);
                while let Some(inner) = cause {
                    message.push_str(": ");
                    message.push_str(&inner.to_string());
                    cause = inner.source();
                }
                Self::Template { template: asked.to_owned(), line: None, message }
            }
        }
    }
}
