//! Paragraphs for bodies of the classic editor, where a blank line is a new paragraph and a new line is a
//! new line (what WordPress documents for `wpautop`). Block elements are left as they are, `pre` is left
//! untouched, and elements that a new paragraph cuts through are closed before it and opened again in it.

use super::markup::{Token, Tokens};

/// How text directly inside an element is treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Always in paragraphs.
    Flow,
    /// In paragraphs if there is more than one.
    Loose,
    /// Never in paragraphs; new lines stay new lines.
    Phrasing,
    /// There is none.
    Structure,
    /// As it is.
    Verbatim,
}

/// Makes paragraphs of a body.
pub(super) fn paragraphs(html: &str) -> String {
    let mut builder = Builder::default();
    for token in Tokens::new(html) {
        builder.token(&token);
    }
    builder.finish()
}

fn mode(name: &str) -> Option<Mode> {
    Some(match name {
        "blockquote" => Mode::Flow,
        "address" | "article" | "aside" | "center" | "dd" | "details" | "dialog" | "div" | "fieldset"
        | "figure" | "footer" | "form" | "header" | "li" | "main" | "nav" | "section" | "td" | "th" => {
            Mode::Loose
        }
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "figcaption" | "caption" | "legend"
        | "summary" => Mode::Phrasing,
        "ul" | "ol" | "menu" | "dl" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "colgroup"
        | "select" | "optgroup" => Mode::Structure,
        "pre" | "script" | "style" | "textarea" | "svg" | "math" => Mode::Verbatim,
        _ => return None,
    })
}

/// Elements that have no content.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

#[derive(Default)]
struct Builder {
    out: String,
    blocks: Vec<(String, Mode)>,
    run: Run,
}

impl Builder {
    fn mode(&self) -> Mode {
        self.blocks.last().map_or(Mode::Flow, |(_, mode)| *mode)
    }

    fn token(&mut self, token: &Token<'_>) {
        if self.mode() == Mode::Verbatim {
            return self.verbatim(token);
        }
        match token {
            Token::Comment(_) => {}
            Token::Text(text) => self.run.text(text),
            Token::Open { name, raw } if name == "hr" => {
                self.close_paragraph();
                self.flush();
                self.line(raw);
            }
            Token::Open { name, raw } => match mode(name) {
                Some(mode) => self.open_block(name, raw, mode),
                None => self.run.open(name, raw),
            },
            Token::Close { name, raw } => match mode(name) {
                Some(_) => self.close_block(name),
                None => self.run.close(name, raw),
            },
        }
    }

    fn verbatim(&mut self, token: &Token<'_>) {
        match token {
            Token::Open { name, raw } if !raw.ends_with("/>") && self.inside(name) => {
                self.blocks.push((name.clone(), Mode::Verbatim));
            }
            Token::Close { name, .. } if self.inside(name) => {
                self.blocks.pop();
                self.out.push_str(token.raw());
                if self.mode() != Mode::Verbatim {
                    self.out.push('\n');
                }
                return;
            }
            _ => {}
        }
        self.out.push_str(token.raw());
    }

    fn inside(&self, name: &str) -> bool {
        self.blocks.last().is_some_and(|(open, _)| open == name)
    }

    fn open_block(&mut self, name: &str, raw: &str, mode: Mode) {
        // A block ends an open paragraph, and a list item the one before it, as in HTML.
        self.close_paragraph();
        let one_of_many = matches!(name, "li" | "dt" | "dd" | "tr" | "td" | "th");
        if one_of_many && self.inside(name) {
            self.close_block(name);
        }
        self.flush();
        self.out.push_str(raw);
        if raw.ends_with("/>") && mode == Mode::Verbatim {
            return;
        }
        if mode == Mode::Structure || name == "blockquote" {
            self.out.push('\n');
        }
        self.blocks.push((name.to_owned(), mode));
    }

    fn close_paragraph(&mut self) {
        if self.inside("p") {
            self.close_block("p");
        }
    }

    /// Closes a block and what is open in it; an end tag without a start is dropped.
    fn close_block(&mut self, name: &str) {
        if !self.blocks.iter().any(|(open, _)| open == name) {
            return;
        }
        while let Some((open, _)) = self.blocks.last().cloned() {
            self.flush();
            self.blocks.pop();
            self.line(&format!("</{open}>"));
            if open == name {
                return;
            }
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Writes the text that was gathered, in the way of the element that it is in.
    fn flush(&mut self) {
        let mode = self.mode();
        let parts = self.run.take();
        let several = parts.len() > 1;
        for (number, part) in parts.iter().enumerate() {
            let wrap = match mode {
                Mode::Flow => part.is_filled,
                Mode::Loose => several && part.is_filled,
                _ => false,
            };
            if wrap {
                self.line(&format!("<p>{}</p>", part.html));
            } else {
                if number > 0 && mode == Mode::Phrasing {
                    self.out.push_str("<br>\n");
                }
                self.out.push_str(&part.html);
            }
        }
    }

    fn finish(mut self) -> String {
        while let Some((open, _)) = self.blocks.last().cloned() {
            if self.mode() == Mode::Verbatim {
                self.blocks.pop();
                self.line(&format!("</{open}>"));
            } else {
                self.close_block(&open);
            }
        }
        self.flush();
        self.out.truncate(self.out.trim_end().len());
        self.out
    }
}

/// One paragraph of a run.
#[derive(Default)]
struct Part {
    html: String,
    /// Whether there is anything in it to see.
    is_filled: bool,
}

/// Text and inline elements between two blocks.
#[derive(Default)]
struct Run {
    parts: Vec<Part>,
    part: Part,
    /// Inline elements that are open: name and start tag.
    open: Vec<(String, String)>,
    newlines: u32,
    after_break: bool,
}

impl Run {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' => self.newlines += 1,
                c if c.is_ascii_whitespace() && (self.newlines > 0 || self.part.html.is_empty()) => {}
                c => {
                    self.settle();
                    self.part.html.push(c);
                    self.part.is_filled |= !c.is_ascii_whitespace();
                }
            }
        }
    }

    /// Makes of the new lines that were met what they mean before something else follows.
    fn settle(&mut self) {
        match self.newlines {
            0 => {}
            1 if self.after_break => self.part.html.push('\n'),
            1 if self.part.is_filled => self.part.html.push_str("<br>\n"),
            1 => {}
            _ => self.next_part(),
        }
        self.newlines = 0;
        self.after_break = false;
    }

    fn next_part(&mut self) {
        if !self.part.is_filled {
            return;
        }
        for (name, _) in self.open.iter().rev() {
            self.part.html.push_str(&format!("</{name}>"));
        }
        self.parts.push(std::mem::take(&mut self.part));
        self.part.html = self.open.iter().map(|(_, raw)| raw.as_str()).collect();
    }

    fn open(&mut self, name: &str, raw: &str) {
        if name == "br" {
            if self.newlines > 1 {
                self.settle();
            }
            self.newlines = 0;
            self.part.html.push_str("<br>");
            self.after_break = true;
            return;
        }
        self.settle();
        self.part.html.push_str(raw);
        if is_void(name) || raw.ends_with("/>") || shows_itself(name) {
            self.part.is_filled = true;
        }
        if !is_void(name) && !raw.ends_with("/>") {
            self.open.push((name.to_owned(), raw.to_owned()));
        }
    }

    fn close(&mut self, name: &str, raw: &str) {
        if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
            self.open.remove(at);
        }
        self.part.html.push_str(raw);
    }

    /// All paragraphs. Elements that are still open hold blocks, as in `<a><div>`; their end tags will come
    /// alone, and a part with nothing but tags is written without a paragraph.
    fn take(&mut self) -> Vec<Part> {
        self.newlines = 0;
        self.after_break = false;
        let mut last = std::mem::take(&mut self.part);
        last.html.truncate(last.html.trim_end().len());
        self.open.clear();
        let mut parts = std::mem::take(&mut self.parts);
        if !last.html.is_empty() {
            parts.push(last);
        }
        parts
    }
}

/// Elements that are seen without text in them.
fn shows_itself(name: &str) -> bool {
    matches!(name, "iframe" | "video" | "audio" | "object" | "canvas" | "button" | "a")
}
