//! How two documents differ, in the words and rows of the screens that show it.

use std::collections::HashMap;

use rowhouse_engine::content::{self, Comparison, Line, Surroundings};

use crate::{
    admin::view::{DiffLine, DiffPart, DiffRow, FieldClash},
    error::Result,
    extract::Member,
};

/// The rows of a comparison, the older side on the left.
pub(super) fn rows(compared: &Comparison) -> Vec<DiffRow> {
    let row = |row: &content::Row| DiffRow {
        left: row.old.as_ref().map(line),
        right: row.new.as_ref().map(line),
        changed: row.changed,
        skipped: u32::try_from(row.skipped).unwrap_or(u32::MAX),
    };
    compared.body.iter().map(row).collect()
}

fn line(line: &Line) -> DiffLine {
    let part = |piece: &content::Piece| DiffPart { text: piece.text.clone(), changed: piece.changed };
    DiffLine {
        number: u32::try_from(line.number).unwrap_or(u32::MAX),
        parts: line.pieces.iter().map(part).collect(),
    }
}

/// The fields that differ, with names instead of ids.
///
/// # Errors
/// What the database says.
pub(super) async fn fields(member: &Member, compared: &Comparison) -> Result<Vec<FieldClash>> {
    let (site, actor) = (&member.at.site, member.actor());
    let mut clashes = Vec::new();
    if let Some((old, new)) = &compared.title {
        let text = |pieces: &[content::Piece]| pieces.iter().map(|p| p.text.as_str()).collect();
        clashes.push(FieldClash { label: "Title".into(), theirs: text(old), mine: text(new) });
    }
    if compared.fields.is_empty() {
        return Ok(clashes);
    }
    let around = content::surroundings(site, &actor, None).await?;
    let mut names = known(&around);
    for (_, old, new) in compared.fields.iter().filter(|(field, ..)| *field == "featured") {
        for id in [old, new] {
            if let Ok(found) = id.parse()
                && let Ok(row) = content::media_item(site, &actor, found).await
            {
                names.insert(id.clone(), row.media.name);
            }
        }
    }
    clashes.extend(compared.fields.iter().map(|(field, old, new)| FieldClash {
        label: label(field).to_owned(),
        theirs: in_words(field, old, &names),
        mine: in_words(field, new, &names),
    }));
    Ok(clashes)
}

fn known(around: &Surroundings) -> HashMap<String, String> {
    let terms = around.categories.iter().chain(&around.tags).map(|t| (t.id.to_string(), t.name.clone()));
    let pages = around.pages.iter().map(|p| (p.id.to_string(), super::titled(&p.title).to_owned()));
    terms.chain(pages).collect()
}

fn in_words(field: &str, value: &str, names: &HashMap<String, String>) -> String {
    match (field, value) {
        ("terms" | "parent" | "featured", _) => {
            let word = |id: &str| names.get(id).cloned().unwrap_or_else(|| "something deleted".to_owned());
            value.split_whitespace().map(word).collect::<Vec<_>>().join(", ")
        }
        (_, "true") => "yes".into(),
        (_, "false") => "no".into(),
        _ => value.to_owned(),
    }
}

fn label(field: &str) -> &str {
    match field {
        "slug" => "Route",
        "format" => "Format",
        "excerpt" => "Excerpt",
        "parent" => "Below page",
        "terms" => "Categories and tags",
        "featured" => "Featured image",
        "seo_title" => "Title for search engines",
        "seo_description" => "Description for search engines",
        "noindex" => "Left out by search engines",
        "sticky" => "On top of the list",
        "password" => "Password for readers",
        "order" => "Order among siblings",
        other => other,
    }
}
