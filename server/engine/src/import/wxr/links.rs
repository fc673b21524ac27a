//! Links and pictures of the old site, led to where they are now.

use super::{
    address::SiteAddress,
    html::Lookup,
    markup::{Attribute, Token, Tokens, attributes},
    text::escape,
};

/// Rewrites every address in the HTML that the lookup knows. Others stay, made absolute by nobody.
pub(super) fn relink(html: &str, site: &SiteAddress, lookup: &dyn Lookup) -> String {
    let mut out = String::with_capacity(html.len());
    for token in Tokens::new(html) {
        match token {
            Token::Open { raw, .. } => relink_tag(raw, site, lookup, &mut out),
            other => out.push_str(other.raw()),
        }
    }
    out
}

fn relink_tag(raw: &str, site: &SiteAddress, lookup: &dyn Lookup, out: &mut String) {
    let (before, attributes, after) = attributes(raw);
    out.push_str(before);
    for attribute in &attributes {
        relink_attribute(attribute, site, lookup, out);
    }
    out.push_str(after);
}

fn relink_attribute(attribute: &Attribute<'_>, site: &SiteAddress, lookup: &dyn Lookup, out: &mut String) {
    match (attribute.name.as_str(), &attribute.value) {
        // They name the sizes that the old site had made.
        ("srcset" | "sizes", _) => {}
        ("href" | "src" | "poster", Some(value)) => match target(value, site, lookup) {
            Some(new) => out.push_str(&format!(" {}=\"{}\"", attribute.name, escape(&new))),
            None => out.push_str(attribute.raw),
        },
        _ => out.push_str(attribute.raw),
    }
}

/// Where an old address leads now.
pub(super) fn target(address: &str, site: &SiteAddress, lookup: &dyn Lookup) -> Option<String> {
    if let Some(file) = lookup.file(address) {
        return Some(file);
    }
    let old = site.locate(address)?;
    let route = lookup.route(&old)?;
    Some(match &old.fragment {
        Some(fragment) => format!("{route}#{fragment}"),
        None => route,
    })
}
