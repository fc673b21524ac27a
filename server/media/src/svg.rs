//! Drawings. An SVG is a document that can hold scripts and reach other sites, so only what an allow-list
//! keeps is written anew; the uploaded text itself is never stored.

use svg_hush::{Filter, data_url_filter::allow_standard_images};

use crate::{Size, UploadError};

/// Writes the drawing anew from its harmless parts, and reads its size if it tells one.
pub(crate) fn clean(bytes: &[u8]) -> Result<(Vec<u8>, Option<Size>), UploadError> {
    let mut filter = Filter::new();
    filter.set_data_url_filter(allow_standard_images);
    let mut out = Vec::new();
    filter.filter(bytes, &mut out).map_err(|_| UploadError::UnsafeDrawing)?;
    let text = std::str::from_utf8(&out).map_err(|_| UploadError::UnsafeDrawing)?;
    if has_active_parts(text) {
        return Err(UploadError::UnsafeDrawing);
    }
    let size = root_tag(text).and_then(size_of);
    Ok((out, size))
}

/// A second look at what was written: the first wall is the allow-list, this one only has to notice that it
/// fell. Quotes and brackets in text are escaped by the writer, so these can only be markup or style.
fn has_active_parts(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["<script", "<foreignobject", "<iframe", " onload=", " onclick=", "javascript:", "@import"]
        .iter()
        .any(|part| text.contains(part))
}

fn root_tag(text: &str) -> Option<&str> {
    let (_, from) = text.split_once("<svg")?;
    from.split_once('>').map(|(tag, _)| tag)
}

fn size_of(tag: &str) -> Option<Size> {
    let stated = || Some((length(attribute(tag, "width")?)?, length(attribute(tag, "height")?)?));
    let (width, height) = stated().or_else(|| view_box(attribute(tag, "viewBox")?))?;
    Some(Size { width, height })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, from) = tag.split_once(&format!(" {name}=\""))?;
    from.split_once('"').map(|(value, _)| value)
}

/// Pixels of a length without unit or in `px`; other units depend on where it is shown.
fn length(text: &str) -> Option<u32> {
    let number: f64 = text.trim().trim_end_matches("px").parse().ok()?;
    // The upper bound keeps the conversion exact.
    (0.5..=100_000.0).contains(&number).then(|| number.round() as u32)
}

fn view_box(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split([' ', ',']).filter(|part| !part.is_empty()).skip(2);
    Some((length(numbers.next()?)?, length(numbers.next()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(body: &str) -> String {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{body}</svg>"
        );
        String::from_utf8(clean(svg.as_bytes()).unwrap().0).unwrap()
    }

    #[test]
    fn nothing_active_is_left() {
        for body in [
            "<script>alert(1)</script><circle r='1'/>",
            "<circle r='1' onload='alert(1)' onclick='alert(2)'/>",
            "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></body></foreignObject><circle r='1'/>",
            "<a xlink:href='javascript:alert(1)'><circle r='1'/></a>",
            "<a href='javascript:alert(1)'><circle r='1'/></a>",
            "<use href='data:image/svg+xml;base64,PHN2Zz4='/><circle r='1'/>",
        ] {
            let out = cleaned(body);
            assert!(
                !out.contains("alert") && !out.contains("script") && !out.contains("base64"),
                "{body}: {out}"
            );
            assert!(out.contains("circle"), "{body}: {out}");
        }
    }

    /// What is left of the animation has nothing to set.
    #[test]
    fn handlers_cannot_be_animated_in() {
        let out = cleaned("<circle r='1'><set attributeName='onload' to='alert(1)'/></circle>");
        assert!(!out.contains("onload") && !out.contains("attributeName"), "{out}");
    }

    /// The allow-list lets the values of animations pass; the second look does not.
    #[test]
    fn script_addresses_in_animations_are_refused() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg'><animate attributeName='x' values='JavaScript:alert(1)'/></svg>";
        assert_eq!(clean(svg.as_bytes()).map(|_| ()), Err(UploadError::UnsafeDrawing));
    }

    #[test]
    fn nothing_is_fetched_from_other_sites() {
        for body in [
            "<image xlink:href='https://evil.example/spy.png'/>",
            "<image href='//evil.example/spy.png'/>",
            "<use href='https://evil.example/x.svg#a'/>",
            "<rect fill='url(https://evil.example/x#a)'/>",
            "<style>rect { fill: url(https://evil.example/x) }</style><rect/>",
            "<rect style='background: url(//evil.example/x)'/>",
        ] {
            let out = cleaned(body);
            assert!(!out.contains("evil.example"), "{body}: {out}");
        }
    }

    #[test]
    fn style_imports_are_refused_or_dropped() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg'><style>@import 'https://evil.example/x.css';</style><rect/></svg>";
        match clean(svg.as_bytes()) {
            Err(error) => assert_eq!(error, UploadError::UnsafeDrawing),
            Ok((out, _)) => assert!(!String::from_utf8(out).unwrap().contains("evil.example")),
        }
    }

    #[test]
    fn expanding_entities_are_refused() {
        let mut dtd = String::from("<!ENTITY a0 'aaaaaaaaaa'>");
        for level in 1..12 {
            let inner = format!("&a{};", level - 1).repeat(10);
            dtd.push_str(&format!("<!ENTITY a{level} '{inner}'>"));
        }
        let svg =
            format!("<!DOCTYPE svg [{dtd}]><svg xmlns='http://www.w3.org/2000/svg'><text>&a11;</text></svg>");
        assert_eq!(clean(svg.as_bytes()).map(|_| ()), Err(UploadError::UnsafeDrawing));
    }

    #[test]
    fn broken_and_foreign_documents_are_refused() {
        for text in ["<svg>", "<svg/>", "<svg xmlns='http://www.w3.org/2000/svg'><g></svg>"] {
            assert_eq!(clean(text.as_bytes()).map(|_| ()), Err(UploadError::UnsafeDrawing), "{text}");
        }
    }

    #[test]
    fn the_size_is_read() {
        let size = |attributes: &str| {
            clean(format!("<svg xmlns='http://www.w3.org/2000/svg' {attributes}><rect/></svg>").as_bytes())
                .unwrap()
                .1
        };
        assert_eq!(size("width='30' height='20.4px'"), Some(Size { width: 30, height: 20 }));
        assert_eq!(size("viewBox='0 0 640 480'"), Some(Size { width: 640, height: 480 }));
        assert_eq!(size("width='100%' height='100%' viewBox='0,0,8,9'"), Some(Size { width: 8, height: 9 }));
        assert_eq!(size(""), None);
    }
}
