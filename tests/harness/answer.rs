//! An answer, with the questions that tests ask of it. Each failing one shows what came instead.

use reqwest::{StatusCode, header::HeaderMap};

/// What a node answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The request, for messages.
    pub asked: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came over the wire.
    pub bytes: Vec<u8>,
}

impl Answer {
    pub(crate) async fn of(asked: String, response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap_or_else(|error| panic!("{asked}: {error}")).to_vec();
        Self { asked, status, headers, bytes }
    }

    /// Wants this status.
    ///
    /// # Panics
    /// If it is another.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.told());
        self
    }

    /// Wants this text in the body, tags and escapes as they are.
    ///
    /// # Panics
    /// If it is not there.
    #[track_caller]
    pub fn shows(self, text: &str) -> Self {
        assert!(self.text().contains(text), "{text:?} is missing: {}", self.told());
        self
    }

    /// Wants the body without this text.
    ///
    /// # Panics
    /// If it is there.
    #[track_caller]
    pub fn hides(self, text: &str) -> Self {
        assert!(!self.text().contains(text), "{text:?} is shown: {}", self.told());
        self
    }

    /// Wants a redirect with this status to this address.
    ///
    /// # Panics
    /// If it leads elsewhere.
    #[track_caller]
    pub fn leads(self, status: u16, to: &str) -> Self {
        let answer = self.is(status);
        assert_eq!(answer.header("location"), to, "{}", answer.told());
        answer
    }

    /// Wants the form back, with something wrong at this field and told beside it.
    ///
    /// # Panics
    /// If it did not come back, or nothing is told there.
    #[track_caller]
    pub fn blames(self, field: &str) -> Self {
        self.is(422).shows(&format!("id=\"e-{field}\""))
    }

    /// Wants this value in a field of a form: of an `input`, or the text of a `textarea`.
    ///
    /// # Panics
    /// If another is there, or no such field.
    #[track_caller]
    pub fn keeps(self, field: &str, value: &str) -> Self {
        assert_eq!(self.field(field).as_deref(), Some(value), "{field}: {}", self.told());
        self
    }

    fn field(&self, name: &str) -> Option<String> {
        let text = self.text();
        let at = text.find(&format!(" name=\"{name}\""))?;
        let (before, rest) = text.split_at(at);
        let (tag, inside) = rest.split_once('>')?;
        let value = if before.ends_with(&format!("<textarea id=\"f-{name}\"")) {
            inside.split_once("</textarea>")?.0.trim_start_matches('\n')
        } else {
            tag.split_once(" value=\"")?.1.split_once('"')?.0
        };
        Some(unescaped(value))
    }

    /// A header; empty if there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// How the render cache took part.
    #[must_use]
    pub fn cache(&self) -> &str {
        self.header("x-rowhouse-cache")
    }

    /// The version that a form of the admin was made from.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    #[must_use]
    pub fn version(&self) -> String {
        let text = self.text();
        let (_, rest) =
            text.split_once("name=\"version\" value=\"").unwrap_or_else(|| panic!("{}", self.told()));
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The token that the page's forms carry.
    #[must_use]
    pub fn form_token(&self) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once("name=\"csrf\" value=\"")?;
        Some(rest.split_once('"')?.0.to_owned())
    }

    /// The words between the first `<title>` and its end.
    #[must_use]
    pub fn title(&self) -> String {
        let text = self.text();
        let inside = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        inside.map(|(title, _)| unescaped(title)).unwrap_or_default()
    }

    /// The request and the answer in short.
    #[must_use]
    pub fn told(&self) -> String {
        let text: String = self.text().chars().take(1_500).collect();
        format!("{} → {} {:?}\n{text}", self.asked, self.status, self.headers)
    }
}

/// HTML text without its escapes.
#[must_use]
pub fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut pieces = text.split('&');
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let known = piece.split_once(';').and_then(|(name, rest)| Some((character(name)?, rest)));
        match known {
            Some((character, rest)) => {
                plain.push(character);
                plain.push_str(rest);
            }
            None => {
                plain.push('&');
                plain.push_str(piece);
            }
        }
    }
    plain
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "amp" => '&',
        "nbsp" => '\u{a0}',
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(number.ok()?)?
        }
    })
}
