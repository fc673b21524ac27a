//! The streaming reader. It walks the elements of the channel one at a time and keeps only the one at hand,
//! so that a file of any size takes the memory of its largest item.

use std::{collections::BTreeMap, io::BufRead, mem};

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    error::{WxrError, WxrErrorKind},
    event::{Author, Category, Counts, Site, Tag, Term, WxrEvent},
    fields::{decode_slug, number},
    item::ItemBuilder,
    source::Source,
    text::{entity, plain_text},
};

/// No post of a real site comes near it; a broken file, whose one element never ends, does.
const MAX_ELEMENT: u64 = 32 * 1024 * 1024;

/// An iterator over what an export holds. After an error it ends.
pub struct WxrReader<R: BufRead> {
    xml: Reader<Source<R>>,
    site: Site,
    site_told: bool,
    place: Place,
    unfinished: Option<String>,
    waiting: Option<WxrEvent>,
    counts: Counts,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    BeforeRoot,
    InRoot,
    InChannel,
    Done,
}

/// The text of an element, and whether all of it could be read.
#[derive(Default)]
pub(super) struct Text {
    pub value: String,
    pub lossy: bool,
}

/// A child of the element at hand.
pub(super) struct Child {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
}

impl<R: BufRead> WxrReader<R> {
    /// Reads from `input`, which should be buffered well (a `BufReader` of 64 KiB).
    pub fn new(input: R) -> Self {
        Self::with_element_limit(input, MAX_ELEMENT)
    }

    pub(super) fn with_element_limit(input: R, limit: u64) -> Self {
        let mut xml = Reader::from_reader(Source::new(input, limit));
        let config = xml.config_mut();
        config.expand_empty_elements = true;
        // Plugins that write titles themselves forget to escape.
        config.allow_dangling_amp = true;
        Self {
            xml,
            site: Site::default(),
            site_told: false,
            place: Place::BeforeRoot,
            unfinished: None,
            waiting: None,
            counts: Counts::default(),
        }
    }

    /// Bytes that were read, for progress.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.xml.buffer_position()
    }

    /// What was yielded so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    fn advance(&mut self) -> Result<Option<WxrEvent>, WxrErrorKind> {
        let mut buffer = Vec::new();
        while self.place != Place::Done {
            buffer.clear();
            match self.read(&mut buffer)? {
                Event::Start(start) => {
                    let child = child(&start);
                    if let Some(event) = self.enter(child)? {
                        return Ok(Some(event));
                    }
                }
                Event::End(_) => match self.place {
                    Place::InChannel => self.place = Place::InRoot,
                    _ => return self.finish(),
                },
                Event::Decl(declaration) => {
                    refuse_encoding(declaration.encoding().and_then(Result::ok).as_deref())?
                }
                Event::Eof if self.place == Place::BeforeRoot => return Err(WxrErrorKind::NotAnExport),
                Event::Eof => return Err(WxrErrorKind::CutOff),
                _ => {}
            }
        }
        Ok(None)
    }

    /// The export is over; one without any element but the site's own is still an export.
    fn finish(&mut self) -> Result<Option<WxrEvent>, WxrErrorKind> {
        self.place = Place::Done;
        match self.site_told {
            true => Ok(None),
            false => self.tell_site().map(Some),
        }
    }

    fn enter(&mut self, child: Child) -> Result<Option<WxrEvent>, WxrErrorKind> {
        match (self.place, child.name.as_str()) {
            (Place::BeforeRoot, "rss") => self.place = Place::InRoot,
            (Place::BeforeRoot, _) => return Err(WxrErrorKind::NotAnExport),
            (Place::InRoot, "channel") => self.place = Place::InChannel,
            (Place::InChannel, _) => {
                self.xml.get_mut().refill();
                return self.element(&child);
            }
            _ => {
                self.text()?;
            }
        }
        Ok(None)
    }

    fn element(&mut self, child: &Child) -> Result<Option<WxrEvent>, WxrErrorKind> {
        let event = match child.name.as_str() {
            "wp:author" => WxrEvent::Author(author(&self.children()?)),
            "wp:category" => WxrEvent::Category(category(&self.children()?)),
            "wp:tag" => WxrEvent::Tag(tag(&self.children()?)),
            "wp:term" => WxrEvent::Term(term(&self.children()?)),
            "item" => WxrEvent::Item(Box::new(self.item()?)),
            name => {
                let text = self.text()?.value;
                self.site_field(name, text);
                return Ok(None);
            }
        };
        if self.site_told {
            return Ok(Some(event));
        }
        self.waiting = Some(event);
        self.tell_site().map(Some)
    }

    fn tell_site(&mut self) -> Result<WxrEvent, WxrErrorKind> {
        match self.site.version.as_str() {
            "" => return Err(WxrErrorKind::NotAnExport),
            version if version.starts_with("1.") => {}
            version => return Err(WxrErrorKind::UnknownVersion(version.to_owned())),
        }
        self.site_told = true;
        Ok(WxrEvent::Site(self.site.clone()))
    }

    fn site_field(&mut self, name: &str, text: String) {
        let text = text.trim();
        match name {
            "title" => self.site.title = plain_text(text),
            "description" => self.site.description = plain_text(text),
            "language" => text.clone_into(&mut self.site.language),
            "wp:wxr_version" => text.clone_into(&mut self.site.version),
            "wp:base_site_url" => text.clone_into(&mut self.site.base_site_url),
            "wp:base_blog_url" => text.clone_into(&mut self.site.base_blog_url),
            "link" if self.site.base_blog_url.is_empty() => text.clone_into(&mut self.site.base_blog_url),
            _ => {}
        }
    }

    fn item(&mut self) -> Result<super::Item, WxrErrorKind> {
        let mut builder = ItemBuilder::new(self.xml.get_mut().line);
        while let Some(child) = self.next_child()? {
            match child.name.as_str() {
                "wp:postmeta" => builder.meta(self.children()?),
                "wp:comment" => {
                    self.text()?;
                    builder.comment();
                }
                _ => {
                    let text = self.text()?;
                    if child.name == "title" {
                        self.unfinished = Some(plain_text(&text.value));
                    }
                    builder.field(&child, text);
                }
            }
        }
        self.unfinished = None;
        Ok(builder.finish())
    }

    /// The next child of the element at hand; `None` at its end.
    fn next_child(&mut self) -> Result<Option<Child>, WxrErrorKind> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match self.read(&mut buffer)? {
                Event::Start(start) => return Ok(Some(child(&start))),
                Event::End(_) => return Ok(None),
                Event::Eof => return Err(WxrErrorKind::CutOff),
                _ => {}
            }
        }
    }

    /// The texts of all children of the element at hand, by name.
    fn children(&mut self) -> Result<BTreeMap<String, String>, WxrErrorKind> {
        let mut out = BTreeMap::new();
        while let Some(child) = self.next_child()? {
            let text = self.text()?.value;
            out.insert(child.name, text);
        }
        Ok(out)
    }

    /// The text of the element at hand, up to its end; elements inside are passed over.
    fn text(&mut self) -> Result<Text, WxrErrorKind> {
        let mut out = Text::default();
        let mut depth = 0_u32;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match self.read(&mut buffer)? {
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(out),
                Event::End(_) => depth -= 1,
                Event::Text(text) if depth == 0 => out.push(&text),
                Event::CData(text) if depth == 0 => out.push(&text),
                Event::GeneralRef(reference) if depth == 0 => out.push_reference(&reference),
                Event::Eof => return Err(WxrErrorKind::CutOff),
                _ => {}
            }
        }
    }

    fn read<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, WxrErrorKind> {
        let result = self.xml.read_event_into(buffer);
        result.map_err(|error| match error {
            quick_xml::Error::Io(_) if self.xml.get_ref().overflowed => {
                WxrErrorKind::ElementTooLarge(self.xml.get_ref().budget)
            }
            quick_xml::Error::Io(error) => {
                WxrErrorKind::Unreadable(std::io::Error::new(error.kind(), error.to_string()))
            }
            // A construct that is open when the file ends is a syntax error to the parser.
            quick_xml::Error::Syntax(_) if self.xml.get_ref().ended => WxrErrorKind::CutOff,
            error => WxrErrorKind::Malformed(error.to_string()),
        })
    }
}

impl<R: BufRead> Iterator for WxrReader<R> {
    type Item = Result<WxrEvent, WxrError>;

    fn next(&mut self) -> Option<Self::Item> {
        let result = match self.waiting.take() {
            Some(event) => Ok(Some(event)),
            None => self.advance(),
        };
        match result {
            Ok(event) => {
                let event = event?;
                self.counts.count(&event);
                Some(Ok(event))
            }
            Err(kind) => {
                self.place = Place::Done;
                self.waiting = None;
                let unfinished = mem::take(&mut self.unfinished);
                let (byte, line) = (self.xml.buffer_position(), self.xml.get_ref().line);
                Some(Err(WxrError { kind, byte, line, unfinished }))
            }
        }
    }
}

impl Text {
    /// Characters that XML forbids are in many exports all the same; they mean nothing.
    fn push(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        self.lossy |= matches!(text, std::borrow::Cow::Owned(_));
        self.value.extend(text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')));
    }

    fn push_reference(&mut self, reference: &BytesRef<'_>) {
        let name = String::from_utf8_lossy(reference);
        match entity(&name) {
            Some(character) => self.value.push(character),
            None => {
                self.value.push('&');
                self.value.push_str(&name);
                self.value.push(';');
            }
        }
    }
}

fn child(start: &BytesStart<'_>) -> Child {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let attributes = start.attributes().flatten().map(|attribute| {
        (text(attribute.key.as_ref()), super::text::decode_entities(&text(&attribute.value)))
    });
    Child { name: text(start.name().as_ref()), attributes: attributes.collect() }
}

fn refuse_encoding(name: Option<&[u8]>) -> Result<(), WxrErrorKind> {
    match name {
        Some(name) if !name.eq_ignore_ascii_case(b"utf-8") && !name.eq_ignore_ascii_case(b"us-ascii") => {
            Err(WxrErrorKind::Encoding(String::from_utf8_lossy(name).into_owned()))
        }
        _ => Ok(()),
    }
}

type Fields = BTreeMap<String, String>;

fn get(fields: &Fields, name: &str) -> String {
    fields.get(name).map(|text| text.trim().to_owned()).unwrap_or_default()
}

fn author(fields: &Fields) -> Author {
    Author {
        id: number(&get(fields, "wp:author_id")),
        login: get(fields, "wp:author_login"),
        email: get(fields, "wp:author_email"),
        display_name: plain_text(&get(fields, "wp:author_display_name")),
        first_name: plain_text(&get(fields, "wp:author_first_name")),
        last_name: plain_text(&get(fields, "wp:author_last_name")),
    }
}

fn category(fields: &Fields) -> Category {
    Category {
        id: number(&get(fields, "wp:term_id")),
        slug: decode_slug(&get(fields, "wp:category_nicename")),
        parent: parent(fields, "wp:category_parent"),
        name: plain_text(&get(fields, "wp:cat_name")),
        description: plain_text(&get(fields, "wp:category_description")),
    }
}

fn tag(fields: &Fields) -> Tag {
    Tag {
        id: number(&get(fields, "wp:term_id")),
        slug: decode_slug(&get(fields, "wp:tag_slug")),
        name: plain_text(&get(fields, "wp:tag_name")),
        description: plain_text(&get(fields, "wp:tag_description")),
    }
}

fn term(fields: &Fields) -> Term {
    Term {
        id: number(&get(fields, "wp:term_id")),
        taxonomy: get(fields, "wp:term_taxonomy"),
        slug: decode_slug(&get(fields, "wp:term_slug")),
        parent: parent(fields, "wp:term_parent"),
        name: plain_text(&get(fields, "wp:term_name")),
        description: plain_text(&get(fields, "wp:term_description")),
    }
}

fn parent(fields: &Fields, name: &str) -> Option<String> {
    Some(decode_slug(&get(fields, name))).filter(|slug| !slug.is_empty())
}
