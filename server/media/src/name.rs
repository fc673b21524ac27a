//! File names as people see them. They are for display and for `Content-Disposition` alone: nothing is ever
//! stored under a name that came from outside.

use crate::Kind;

const MAX_CHARS: usize = 100;

/// A safe name for a file of `kind` that was uploaded as `given`: without folders, control characters and
/// characters that turn the direction of writing, of bounded length, with an ending that fits the content.
#[must_use]
pub fn display_name(given: &str, kind: Kind) -> String {
    let base = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean = tidy(base);
    let (stem, ending) = match clean.rsplit_once('.') {
        Some((stem, ending)) if is_ending(ending) => (stem, ending.to_ascii_lowercase()),
        _ => (clean.as_str(), String::new()),
    };
    let stem: String = stem.trim_matches(['.', ' ', '-', '_']).chars().take(MAX_CHARS).collect();
    let stem = if stem.is_empty() { fallback(kind) } else { stem.as_str() };
    let ending = match kind.extensions().contains(&ending.as_str()) {
        true => ending.as_str(),
        false => kind.extension(),
    };
    format!("{}.{ending}", stem.trim_end())
}

/// A title to begin with, made from a file name: `summer_in-the-city.jpg` gives `summer in the city`.
#[must_use]
pub fn title_from_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.split(['_', '-', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn fallback(kind: Kind) -> &'static str {
    if kind.is_image() { "picture" } else { "file" }
}

fn is_ending(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

fn tidy(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            c if c.is_whitespace() => {
                if !out.ends_with(' ') && !out.is_empty() {
                    out.push(' ');
                }
            }
            c if c.is_control() || is_invisible(c) => {}
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => out.push('_'),
            c => out.push(c),
        }
    }
    out
}

/// Marks that are not seen but change how a name reads (`photo\u{202e}gpj.exe` shows as `photoexe.jpg`).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe() {
        for (given, kind, expected) in [
            ("photo.JPG", Kind::Jpeg, "photo.jpg"),
            ("photo.jpeg", Kind::Jpeg, "photo.jpeg"),
            ("C:\\Users\\me\\photo.png", Kind::Png, "photo.png"),
            ("../../etc/passwd", Kind::Text, "passwd.txt"),
            ("évasion à la mer.png", Kind::WebP, "évasion à la mer.webp"),
            ("page.php", Kind::Jpeg, "page.jpg"),
            ("page.php.jpg", Kind::Jpeg, "page.php.jpg"),
            ("photo\u{202e}gpj.exe", Kind::Jpeg, "photogpj.jpg"),
            ("a\r\nb\"c.jpg", Kind::Jpeg, "a b_c.jpg"),
            (".htaccess", Kind::Text, "htaccess.txt"),
            ("", Kind::Gif, "picture.gif"),
            ("...", Kind::Pdf, "file.pdf"),
            ("Version 1.2 final", Kind::Pdf, "Version 1.2 final.pdf"),
        ] {
            assert_eq!(display_name(given, kind), expected, "{given:?}");
        }
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(display_name(&"ü".repeat(500), Kind::Png).chars().count(), MAX_CHARS + 4);
    }

    #[test]
    fn titles_are_words() {
        assert_eq!(title_from_name("summer_in-the-city.jpg"), "summer in the city");
    }
}
