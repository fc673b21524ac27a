//! HTML in pieces. Bodies are not documents, and often not even well-formed, so nothing is rejected here:
//! what is not markup is text. No element is understood but those whose content is not markup.

/// A piece of HTML. All pieces together are the input again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text, as written.
    Text(&'a str),
    /// A start tag.
    Open {
        /// Its name in small letters.
        name: String,
        /// As written.
        raw: &'a str,
    },
    /// An end tag.
    Close {
        /// Its name in small letters.
        name: String,
        /// As written.
        raw: &'a str,
    },
    /// A comment or a declaration, as written.
    Comment(&'a str),
}

impl<'a> Token<'a> {
    pub fn raw(&self) -> &'a str {
        match self {
            Self::Text(raw) | Self::Comment(raw) | Self::Open { raw, .. } | Self::Close { raw, .. } => raw,
        }
    }
}

/// The pieces of a text, in order.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// The element whose content is text until its end tag.
    opaque: Option<String>,
    /// No `>` follows: everything is text.
    no_tags: bool,
    /// A quote was left open somewhere: tags end at the next `>`.
    no_quotes: bool,
}

impl<'a> Tokens<'a> {
    pub fn new(html: &'a str) -> Self {
        Self { rest: html, opaque: None, no_tags: false, no_quotes: false }
    }

    fn split(&mut self, at: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn text(&mut self) -> Token<'a> {
        // The first character is text even if it is `<`.
        let skipped = self.rest.chars().next().map_or(0, char::len_utf8);
        let following = self.rest.get(skipped..).unwrap_or_default();
        let length = if self.no_tags { None } else { following.find('<') };
        let at = length.map_or(self.rest.len(), |found| found + skipped);
        Token::Text(self.split(at))
    }

    fn tag(&mut self) -> Option<Token<'a>> {
        let after = self.rest.strip_prefix('<')?;
        if let Some(comment) = after.strip_prefix("!--") {
            let length = comment.find("-->")?;
            return Some(Token::Comment(self.split(length + 7)));
        }
        if after.starts_with(['!', '?']) {
            let length = after.find('>')?;
            return Some(Token::Comment(self.split(length + 2)));
        }
        let (closing, named) = match after.strip_prefix('/') {
            Some(named) => (true, named),
            None => (false, after),
        };
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let end = self.tag_end()?;
        let name: String = named
            .chars()
            .take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/'))
            .flat_map(char::to_lowercase)
            .collect();
        let raw = self.split(end);
        if closing {
            return Some(Token::Close { name, raw });
        }
        if matches!(name.as_str(), "script" | "style" | "textarea" | "title") && !raw.ends_with("/>") {
            self.opaque = Some(name.clone());
        }
        Some(Token::Open { name, raw })
    }

    /// Where the tag at the start ends. Each of the two dead ends is met once at most, so that a hostile
    /// body costs time in proportion to its length.
    fn tag_end(&mut self) -> Option<usize> {
        if !self.no_quotes {
            let mut quote = None;
            for (at, byte) in self.rest.bytes().enumerate() {
                match (quote, byte) {
                    (None, b'"' | b'\'') => quote = Some(byte),
                    (None, b'>') => return Some(at + 1),
                    (Some(open), byte) if open == byte => quote = None,
                    _ => {}
                }
            }
            self.no_quotes = true;
        }
        let end = self.rest.find('>');
        self.no_tags = end.is_none();
        end.map(|at| at + 1)
    }

    fn opaque(&mut self, name: &str) -> Option<Token<'a>> {
        let close = format!("</{name}");
        let at = find_ignoring_case(self.rest, &close).unwrap_or(self.rest.len());
        (at > 0).then(|| Token::Text(self.split(at)))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(name) = self.opaque.take()
            && let Some(text) = self.opaque(&name)
        {
            return Some(text);
        }
        if self.rest.starts_with('<')
            && !self.no_tags
            && let Some(tag) = self.tag()
        {
            return Some(tag);
        }
        Some(self.text())
    }
}

/// Where `needle`, which is ASCII, begins in `text`, in any case of letters.
pub(super) fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len()).position(|part| part.eq_ignore_ascii_case(needle.as_bytes()))
}

/// An attribute of a start tag.
pub(super) struct Attribute<'a> {
    /// Its name in small letters.
    pub name: String,
    /// Its value, decoded; `None` if it has none.
    pub value: Option<String>,
    /// As written, with the space before it.
    pub raw: &'a str,
}

/// Takes a start tag apart: what comes before the attributes, the attributes, and what closes it.
pub(super) fn attributes(tag: &str) -> (&str, Vec<Attribute<'_>>, &str) {
    let head = tag.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(tag.len());
    let (before, mut rest) = tag.split_at_checked(head).unwrap_or((tag, ""));
    let mut out = Vec::new();
    loop {
        let trimmed = rest.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('>') || trimmed.starts_with("/>") {
            return (before, out, rest);
        }
        let space = rest.len() - trimmed.len();
        let (length, name, value) = attribute(trimmed);
        let Some((raw, tail)) = rest.split_at_checked(space + length.max(1)) else {
            return (before, out, rest);
        };
        out.push(Attribute { name, value, raw });
        rest = tail;
    }
}

/// Length, name and value of the attribute that the text begins with.
fn attribute(text: &str) -> (usize, String, Option<String>) {
    let ends = |c: char| c.is_whitespace() || matches!(c, '=' | '>');
    let name_end = text.find(ends).unwrap_or(text.len());
    let (name, after) = text.split_at_checked(name_end).unwrap_or((text, ""));
    let name = name.to_ascii_lowercase();
    let Some(value) = after.trim_start().strip_prefix('=') else { return (name_end, name, None) };
    let value = value.trim_start();
    let start = text.len() - value.len();
    let (length, raw) = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inner = value.get(1..).unwrap_or_default();
            let end = inner.find(quote).unwrap_or(inner.len());
            ((end + 2).min(value.len()), inner.get(..end).unwrap_or_default())
        }
        _ => {
            let end = value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len());
            (end, value.get(..end).unwrap_or_default())
        }
    };
    (start + length, name, Some(super::text::decode_entities(raw)))
}
