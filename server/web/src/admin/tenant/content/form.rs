//! The fields of the editor, as typed, and the document that they mean.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rowhouse_domain::{
    UserId,
    content::{Document, Fields, Format, Kind, Taxonomy},
    name::Slug,
};
use rowhouse_engine::content::{ItemRow, PublicTerm};
use serde::Deserialize;

use crate::admin::{
    say,
    view::{Hidden, Problem},
};

/// How a form writes a local date and time.
const LOCAL: &str = "%Y-%m-%dT%H:%M";

/// The fields as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(super) action: String,
    pub(super) version: u64,
    pub(super) kind: String,
    pub(super) item: String,
    pub(super) title: String,
    pub(super) slug: String,
    pub(super) body: String,
    pub(super) format: String,
    pub(super) excerpt: String,
    pub(super) parent: String,
    pub(super) author: String,
    pub(super) category: Vec<String>,
    pub(super) tags: String,
    pub(super) featured: String,
    pub(super) publish_at: String,
    pub(super) unpublish_at: String,
    pub(super) seo_title: String,
    pub(super) seo_description: String,
    pub(super) noindex: String,
    pub(super) sticky: String,
    pub(super) password: String,
    pub(super) note: String,
    pub(super) pick: String,
    pub(super) clear: String,
}

/// What the fields mean. Where a field means nothing, something harmless stands in and a problem says so.
#[derive(Clone, Debug)]
pub(super) struct Meant {
    /// The document, without tags.
    pub(super) document: Document,
    /// Names of tags.
    pub(super) tags: Vec<String>,
    /// Who is named as author.
    pub(super) author: Option<UserId>,
    /// When it is to be published.
    pub(super) publish_at: Option<Timestamp>,
    /// When it is to be taken back.
    pub(super) unpublish_at: Option<Timestamp>,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
    /// What the editor should know after it was saved.
    pub(super) notices: Vec<String>,
}

impl Typed {
    /// The fields of a saved document.
    pub(super) fn of(
        document: &Document,
        tags: &[PublicTerm],
        row: Option<&ItemRow>,
        zone: &TimeZone,
    ) -> Self {
        let fields = &document.fields;
        let local = |at: Option<Timestamp>| {
            at.map(|at| at.to_zoned(zone.clone()).strftime(LOCAL).to_string()).unwrap_or_default()
        };
        let ticked = |on: bool| if on { "on".to_owned() } else { String::new() };
        let chosen: Vec<&str> = fields
            .terms
            .iter()
            .filter_map(|id| tags.iter().find(|t| t.id == *id))
            .map(|t| t.name.as_str())
            .collect();
        Self {
            title: document.title.clone(),
            slug: document.slug.to_string(),
            body: document.body.clone(),
            format: document.format.to_string(),
            excerpt: document.excerpt.clone(),
            parent: fields.parent.map(|id| id.to_string()).unwrap_or_default(),
            author: row.and_then(|r| r.author).map(|id| id.to_string()).unwrap_or_default(),
            category: fields.terms.iter().map(ToString::to_string).collect(),
            tags: chosen.join(", "),
            featured: fields.featured.map(|id| id.to_string()).unwrap_or_default(),
            publish_at: local(row.and_then(|r| r.publish_at)),
            unpublish_at: local(row.and_then(|r| r.unpublish_at)),
            seo_title: fields.seo_title.clone(),
            seo_description: fields.seo_description.clone(),
            noindex: ticked(fields.noindex),
            sticky: ticked(fields.sticky),
            password: fields.password.clone().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// What the fields mean. What the form does not show stays as it was `kept`.
    pub(super) fn meant(&self, kind: Kind, kept: &Fields, zone: &TimeZone) -> Meant {
        let mut problems = Vec::new();
        let slug = self.slug(&mut problems);
        let publish_at = moment("publish_at", &self.publish_at, zone, &mut problems);
        let unpublish_at = moment("unpublish_at", &self.unpublish_at, zone, &mut problems);
        let terms = match kind {
            Kind::Post => self.category.iter().filter_map(|id| id.parse().ok()).collect(),
            Kind::Page => kept.terms.clone(),
        };
        let featured = if self.clear == "featured" { "" } else { self.featured.as_str() };
        let fields = Fields {
            parent: self.parent.parse().ok(),
            terms,
            featured: featured.parse().ok(),
            seo_title: self.seo_title.clone(),
            seo_description: self.seo_description.clone(),
            noindex: !self.noindex.is_empty(),
            sticky: !self.sticky.is_empty(),
            password: Some(self.password.clone()).filter(|word| !word.trim().is_empty()),
            order: kept.order,
        };
        let document = Document {
            title: one_line(&self.title),
            slug,
            format: self.format.parse().unwrap_or(Format::Markdown),
            body: unix_lines(&self.body),
            excerpt: unix_lines(&self.excerpt),
            fields,
        };
        let tags = match kind {
            Kind::Post => self.tags.split(',').map(one_line).filter(|name| !name.is_empty()).collect(),
            Kind::Page => Vec::new(),
        };
        Meant {
            document,
            tags,
            author: self.author.parse().ok(),
            publish_at,
            unpublish_at,
            problems,
            notices: Vec::new(),
        }
    }

    fn slug(&self, problems: &mut Vec<Problem>) -> Slug {
        let typed = self.slug.trim();
        if typed.is_empty() {
            return Slug::derive(&self.title);
        }
        Slug::parse(typed).unwrap_or_else(|error| {
            problems.push(Problem::new("slug", &say::sentence(&error.to_string())));
            Slug::derive(typed)
        })
    }

    /// The fields other than title and body, to be sent again.
    pub(super) fn carried(&self) -> Vec<Hidden> {
        let single = [
            ("kind", &self.kind),
            ("slug", &self.slug),
            ("format", &self.format),
            ("excerpt", &self.excerpt),
            ("parent", &self.parent),
            ("author", &self.author),
            ("tags", &self.tags),
            ("featured", &self.featured),
            ("publish_at", &self.publish_at),
            ("unpublish_at", &self.unpublish_at),
            ("seo_title", &self.seo_title),
            ("seo_description", &self.seo_description),
            ("noindex", &self.noindex),
            ("sticky", &self.sticky),
            ("password", &self.password),
            ("note", &self.note),
        ];
        let hidden = |name: &str, value: &String| Hidden { name: name.to_owned(), value: value.clone() };
        let several = self.category.iter().map(|id| hidden("category", id));
        single.into_iter().map(|(name, value)| hidden(name, value)).chain(several).collect()
    }
}

/// The tags among the terms of a document go by their names; what stays are the categories.
pub(super) fn without_tags(category: &mut Vec<String>, known: &[PublicTerm]) {
    category.retain(|id| !known.iter().any(|t| t.taxonomy == Taxonomy::Tag && t.id.to_string() == *id));
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Browsers send line ends as CR LF, whatever was typed.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn moment(field: &str, text: &str, zone: &TimeZone, problems: &mut Vec<Problem>) -> Option<Timestamp> {
    if text.trim().is_empty() {
        return None;
    }
    let read = text.trim().parse::<DateTime>().and_then(|local| local.to_zoned(zone.clone()));
    read.map(|zoned| zoned.timestamp())
        .map_err(|_| problems.push(Problem::new(field, "Write a date and a time, as in 2026-12-01T08:00.")))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed { title: " Oak,\nash ".into(), body: "a\r\nb".into(), ..Typed::default() }
    }

    #[test]
    fn empty_fields_are_filled_and_lines_made_plain() {
        let meant = typed().meant(Kind::Post, &Fields::default(), &TimeZone::UTC);
        assert_eq!(meant.document.title, "Oak, ash");
        assert_eq!((meant.document.slug.as_str(), meant.document.body.as_str()), ("oak-ash", "a\nb"));
        assert!(meant.problems.is_empty() && meant.publish_at.is_none());
    }

    #[test]
    fn wrong_fields_are_named() {
        let typed = Typed { slug: "Oak & Ash".into(), publish_at: "soon".into(), ..typed() };
        let meant = typed.meant(Kind::Post, &Fields::default(), &TimeZone::UTC);
        let fields: Vec<_> = meant.problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields, ["slug", "publish_at"]);
    }

    #[test]
    fn times_are_those_of_the_site() {
        let zone = say::zone("Europe/Stockholm");
        let typed = Typed { publish_at: "2026-12-01T08:00".into(), ..typed() };
        let meant = typed.meant(Kind::Post, &Fields::default(), &zone);
        assert_eq!(meant.publish_at.unwrap().to_string(), "2026-12-01T07:00:00Z");
    }

    #[test]
    fn a_page_keeps_what_its_form_does_not_show() {
        let kept = Fields { order: 7, terms: vec![rowhouse_domain::TermId::fresh()], ..Fields::default() };
        let typed = Typed { tags: "a, b".into(), ..typed() };
        let meant = typed.meant(Kind::Page, &kept, &TimeZone::UTC);
        assert_eq!((meant.document.fields.order, meant.document.fields.terms), (7, kept.terms));
        assert!(meant.tags.is_empty());
    }

    #[test]
    fn a_document_and_its_fields_mean_the_same() {
        let document = typed().meant(Kind::Post, &Fields::default(), &TimeZone::UTC).document;
        let again = Typed::of(&document, &[], None, &TimeZone::UTC);
        assert_eq!(again.meant(Kind::Post, &document.fields, &TimeZone::UTC).document, document);
    }
}
