//! An item in the making: fields come in any order, some are missing, some are wrong, and none of that may
//! cost the rest of the item.

use std::collections::BTreeMap;

use super::{
    event::{Item, ItemKind, Status, TermRef},
    fields::{Date, date, decode_slug, feed_date, in_utc, kind, number, status},
    reader::{Child, Text},
    text::plain_text,
};

const MAX_META: usize = 200;
const MAX_META_BYTES: usize = 64 * 1024;

/// Fields that are understood only together.
#[derive(Default)]
pub(super) struct ItemBuilder {
    item: Item,
    has_kind: bool,
    has_status: bool,
    dates: BTreeMap<&'static str, String>,
}

impl ItemBuilder {
    pub fn new(line: u64) -> Self {
        Self { item: Item { line, ..Item::default() }, ..Self::default() }
    }

    pub fn comment(&mut self) {
        self.item.comments += 1;
    }

    pub fn meta(&mut self, fields: BTreeMap<String, String>) {
        let value = |name| fields.get(name).cloned().unwrap_or_default();
        let (key, value) = (value("wp:meta_key"), value("wp:meta_value"));
        if value.len() > MAX_META_BYTES {
            self.item
                .warn("wp:postmeta", format!("{key} is longer than {MAX_META_BYTES} bytes and was left out"));
        } else if self.item.meta.len() >= MAX_META && !self.item.meta.contains_key(&key) {
            if self.item.meta.len() == MAX_META
                && !self.item.warnings.iter().any(|w| w.field == "wp:postmeta")
            {
                self.item.warn("wp:postmeta", format!("only the first {MAX_META} further fields were kept"));
            }
        } else if !key.is_empty() {
            self.item.meta.insert(key, value);
        }
    }

    pub fn field(&mut self, child: &Child, text: Text) {
        let Some(field) = FIELDS.iter().find(|field| **field == child.name).copied() else { return };
        if text.lossy {
            self.item.warn(field, "has characters that are not UTF-8; they were replaced");
        }
        let value = text.value;
        let number = match field {
            "wp:post_id" | "wp:post_parent" => self.number(field, &value),
            _ => None,
        };
        let item = &mut self.item;
        match field {
            "title" => item.title = plain_text(&value),
            "link" => value.trim().clone_into(&mut item.link),
            "guid" => value.trim().clone_into(&mut item.guid),
            "dc:creator" => value.trim().clone_into(&mut item.author),
            "content:encoded" => item.body = value,
            "excerpt:encoded" => item.excerpt = value,
            "wp:post_name" => item.slug = decode_slug(&value),
            "wp:attachment_url" => item.attachment_url = filled(&value),
            "wp:post_password" => item.password = filled(&value),
            "category" => self.term(child, &value),
            "wp:post_type" => {
                self.has_kind = true;
                item.kind = kind(&value);
            }
            "wp:status" => {
                self.has_status = true;
                item.status = status(&value);
            }
            "wp:is_sticky" => item.sticky = value.trim() == "1",
            "wp:post_id" => item.id = number,
            "wp:post_parent" => item.parent = number,
            "wp:menu_order" => self.order(&value),
            _ => {
                self.dates.insert(field, value);
            }
        }
    }

    fn number(&mut self, field: &'static str, text: &str) -> Option<u64> {
        let found = number(text);
        if found.is_none() && !matches!(text.trim(), "" | "0") {
            self.item.warn(field, format!("{:?} is not a number", short(text)));
        }
        found
    }

    fn order(&mut self, text: &str) {
        match text.trim() {
            "" => {}
            digits => match digits.parse() {
                Ok(order) => self.item.menu_order = order,
                Err(_) => self.item.warn("wp:menu_order", format!("{:?} is not a number", short(text))),
            },
        }
    }

    /// Exports of WordPress before 2.5 name categories without a domain, and then once more with one.
    fn term(&mut self, child: &Child, name: &str) {
        let attribute = |name: &str| child.attributes.get(name).map(String::as_str).unwrap_or_default();
        let (Some(taxonomy), slug) = (filled(attribute("domain")), decode_slug(attribute("nicename"))) else {
            return;
        };
        let name = plain_text(name);
        if slug.is_empty() && name.is_empty() {
            self.item.warn("category", "a term has neither a slug nor a name");
            return;
        }
        let list = match taxonomy.as_str() {
            "category" => &mut self.item.categories,
            "post_tag" | "tag" => &mut self.item.tags,
            _ => &mut self.item.terms,
        };
        let term = TermRef { taxonomy, slug, name };
        if !list.contains(&term) {
            list.push(term);
        }
    }

    pub fn finish(mut self) -> Item {
        if !self.has_kind {
            self.item.warn("wp:post_type", "is missing; taken for a post");
        }
        if !self.has_status {
            // Never publish by accident.
            self.item.status = Status::Draft;
            self.item.warn("wp:status", "is missing; taken for a draft");
        } else if let Status::Other(name) = &self.item.status {
            let reason = format!("{:?} is not a state that is known", short(name));
            self.item.warn("wp:status", reason);
        }
        if self.item.id.is_none() && !self.item.warnings.iter().any(|warning| warning.field == "wp:post_id") {
            self.item.warn("wp:post_id", "is missing");
        }
        if self.item.kind == ItemKind::Attachment && self.item.attachment_url.is_none() {
            self.item.warn("wp:attachment_url", "is missing");
        }
        self.dates();
        self.item
    }

    fn dates(&mut self) {
        let local = self.date("wp:post_date");
        let utc = self.date("wp:post_date_gmt");
        let feed = self.dates.get("pubDate").and_then(|text| feed_date(text));
        self.item.published_local = local.or(utc);
        self.item.published = utc.and_then(in_utc).or_else(|| local.and_then(in_utc)).or(feed);
        let modified = self.date("wp:post_modified_gmt").or_else(|| self.date("wp:post_modified"));
        self.item.modified = modified.and_then(in_utc);
        let needs_date = matches!(self.item.status, Status::Published | Status::Scheduled | Status::Private);
        if needs_date && self.item.published.is_none() {
            self.item.warn("wp:post_date_gmt", "there is no date that can be read");
        }
    }

    fn date(&mut self, field: &'static str) -> Option<jiff::civil::DateTime> {
        let text = self.dates.get(field)?.clone();
        match date(&text) {
            Date::None => None,
            Date::At(date) => Some(date),
            Date::Bad => {
                self.item.warn(field, format!("{:?} is not a date", short(&text)));
                None
            }
        }
    }
}

/// The elements of an item that mean something here.
const FIELDS: [&str; 21] = [
    "title",
    "link",
    "guid",
    "dc:creator",
    "content:encoded",
    "excerpt:encoded",
    "wp:post_name",
    "wp:attachment_url",
    "wp:post_password",
    "category",
    "wp:post_type",
    "wp:status",
    "wp:is_sticky",
    "wp:post_id",
    "wp:post_parent",
    "wp:menu_order",
    "wp:post_date",
    "wp:post_date_gmt",
    "wp:post_modified",
    "wp:post_modified_gmt",
    "pubDate",
];

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn short(text: &str) -> String {
    text.trim().chars().take(60).collect()
}
