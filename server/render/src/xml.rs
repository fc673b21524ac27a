//! A document of XML, written an element at a time.

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

/// Names and values.
type Attributes<'a> = [(&'a str, &'a str)];

/// A document under way. Texts are escaped, and what XML 1.0 has no way to write is left out of them.
pub(crate) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// One root with what `inner` writes in it.
    pub(crate) fn document(root: &str, attributes: &Attributes<'_>, inner: impl FnOnce(&mut Self)) -> String {
        let mut xml = Self(Writer::new(Vec::with_capacity(16 * 1024)));
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml.within_with(root, attributes, inner);
        String::from_utf8(xml.0.into_inner()).unwrap_or_default()
    }

    /// An element around what `inner` writes.
    pub(crate) fn within(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        self.within_with(name, &[], inner);
    }

    fn within_with(&mut self, name: &str, attributes: &Attributes<'_>, inner: impl FnOnce(&mut Self)) {
        self.write(Event::Start(start(name, attributes)));
        inner(self);
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// An element with a text in it.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// An element with attributes and a text in it.
    pub(crate) fn text_with(&mut self, name: &str, attributes: &Attributes<'_>, text: &str) {
        self.within_with(name, attributes, |xml| {
            xml.write(Event::Text(BytesText::new(&writable(text))));
        });
    }

    /// An element with nothing in it.
    pub(crate) fn empty(&mut self, name: &str, attributes: &Attributes<'_>) {
        self.write(Event::Empty(start(name, attributes)));
    }

    fn write(&mut self, event: Event<'_>) {
        // a vector takes every byte, so there is nothing to report
        let _infallible = self.0.write_event(event);
    }
}

fn start<'n>(name: &'n str, attributes: &Attributes<'_>) -> BytesStart<'n> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, writable(value).as_str()));
    }
    start
}

/// A text without the characters that XML 1.0 has no way to write (control characters, non-characters).
fn writable(text: &str) -> String {
    text.chars()
        .filter(|c| match c {
            '\t' | '\n' | '\r' => true,
            '\u{fffe}' | '\u{ffff}' => false,
            c => !('\0'..' ').contains(c),
        })
        .collect()
}
