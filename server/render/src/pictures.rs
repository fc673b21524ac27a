//! Pictures of the library within texts. Writers name a file as `media:{id}`, which survives a change of the
//! site's address; the sanitiser makes it the file's path. Here the picture gets its size, so that nothing
//! jumps while it loads, and its smaller forms, so that phones load less.

use std::collections::BTreeSet;

use crate::{
    context::Picture,
    html::SafeHtml,
    text::{Piece, pieces, tag_name},
};

/// Letters of an id as it is written.
const ID: usize = 36;
/// What a picture in a text takes of the window: all of a small one, a column of a large one.
const SIZES: &str = "(min-width: 48rem) 44rem, 100vw";

/// The files that a text may show: all that look like the id of one, in either spelling.
#[must_use]
pub fn named_in(text: &str) -> BTreeSet<&str> {
    let after = |mark: &'static str| text.split(mark).skip(1).filter_map(leading_id);
    after("media:").chain(after("/media/")).collect()
}

/// The id at the start of `text`: a UUID in lower case, as ids are written everywhere.
fn leading_id(text: &str) -> Option<&str> {
    let id = text.get(..ID)?;
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    id.bytes().enumerate().all(fits).then_some(id)
}

/// The path of a file that is named as `media:{id}`; none if it is named wrongly.
pub(crate) fn path_of(address: &str) -> Option<String> {
    let named = address.strip_prefix("media:")?;
    let id = leading_id(named).filter(|id| *id == named)?;
    Some(format!("/media/{id}/original"))
}

/// Adds sizes and smaller forms to the pictures of a text that was made with `base`.
#[must_use]
pub fn complete(html: SafeHtml, base: &str, known: impl Fn(&str) -> Option<Picture>) -> SafeHtml {
    let path = format!("{base}/media/");
    if !html.as_str().contains(&path) {
        return html;
    }
    let mut out = String::with_capacity(html.as_str().len() + 512);
    for piece in pieces(html.as_str()) {
        match piece {
            Piece::Tag(tag) if tag_name(tag) == "img" => {
                let picture = attribute(tag, "src")
                    .and_then(|src| src.strip_prefix(&path))
                    .and_then(leading_id)
                    .and_then(&known);
                out.push_str(&picture.map_or_else(|| tag.to_owned(), |p| completed(tag, base, &p)));
            }
            Piece::Tag(text) | Piece::Text(text) => out.push_str(text),
        }
    }
    SafeHtml::vouched(out)
}

/// The value of an attribute as our sanitiser writes it.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split('"').next()
}

fn completed(tag: &str, base: &str, picture: &Picture) -> String {
    let mut more = String::new();
    // a writer's own size counts; half of one would distort
    if attribute(tag, "width").is_none() && attribute(tag, "height").is_none() && picture.width > 0 {
        more = format!(" width=\"{}\" height=\"{}\"", picture.width, picture.height);
    }
    if !picture.variants.is_empty() {
        let one = |url: &str, width: u32| format!("{base}{url} {width}w");
        let smaller = picture.variants.iter().map(|v| one(&v.url, v.width));
        let all: Vec<String> = smaller.chain([one(&picture.url, picture.width)]).collect();
        more.push_str(&format!(" srcset=\"{}\" sizes=\"{SIZES}\"", all.join(", ")));
    }
    let start = tag.strip_suffix('>').unwrap_or(tag);
    format!("{start}{more}>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{context::Variant, markdown, sanitise};

    const FILE: &str = "019a0000-0000-7000-8000-000000000001";

    fn picture() -> Picture {
        let path = format!("/media/{FILE}");
        let variants = vec![Variant { url: format!("{path}/w320"), width: 320, height: 240 }];
        Picture { url: format!("{path}/original"), width: 640, height: 480, variants, ..Picture::default() }
    }

    #[test]
    fn a_named_file_becomes_its_path_in_both_kinds_of_text() {
        let made = markdown::render(&format!("![a](media:{FILE})"), "/acme");
        assert!(made.as_str().contains(&format!("src=\"/acme/media/{FILE}/original\"")), "{}", made.as_str());
        let made = sanitise::rebase_links(&format!("<a href=\"media:{FILE}\">x</a>"), "");
        assert!(made.as_str().contains(&format!("href=\"/media/{FILE}/original\"")), "{}", made.as_str());
        let made = sanitise::rebase_links("<img src=\"media:../../x\">", "/acme");
        assert!(!made.as_str().contains("src"), "{}", made.as_str());
    }

    #[test]
    fn a_text_names_its_files_once_and_nothing_else() {
        let text = format!("media:{FILE} /media/{FILE}/w320 media:x /media/");
        assert_eq!(named_in(&text).len(), 1);
    }

    #[test]
    fn pictures_of_the_library_get_sizes_and_others_stay() {
        let html = markdown::render(&format!("![a](media:{FILE}) ![b](https://else.example/b.jpg)"), "/acme");
        let done = complete(html, "/acme", |_| Some(picture()));
        let set = format!("/acme/media/{FILE}/w320 320w, /acme/media/{FILE}/original 640w");
        assert!(done.as_str().contains(&set), "{}", done.as_str());
        assert!(done.as_str().contains("width=\"640\" height=\"480\""));
        assert_eq!(done.as_str().matches("srcset").count(), 1);
    }

    #[test]
    fn a_size_that_somebody_wrote_counts() {
        let html = sanitise::rebase_links(&format!("<img src=\"media:{FILE}\" width=\"100\">"), "");
        let done = complete(html, "", |_| Some(picture()));
        assert!(!done.as_str().contains("height=") && done.as_str().contains("width=\"100\""));
    }
}
