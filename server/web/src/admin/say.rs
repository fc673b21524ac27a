//! Values in the words of the reader: moments in the site's time zone, sizes, what is wrong with a form, the
//! filters of a list as a query.

use jiff::{Timestamp, tz::TimeZone};
use rowhouse_engine::{EngineError, FieldError};

use super::view::{Problem, When};
use crate::error::WebError;

/// The time zone of this name; UTC where the program does not know it.
#[must_use]
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// A moment as clocks of `zone` show it: `21 Nov 2026, 09:14`.
#[must_use]
pub fn when(at: Timestamp, zone: &TimeZone) -> When {
    When { iso: at.to_string(), text: at.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M").to_string() }
}

/// The day of a moment: `21 Nov 2026`.
#[must_use]
pub fn day(at: Timestamp, zone: &TimeZone) -> When {
    When { iso: at.to_string(), text: at.to_zoned(zone.clone()).strftime("%-d %b %Y").to_string() }
}

/// The time of day of a moment: `09:14`.
#[must_use]
pub fn time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// A size: `240 KB`, `1.5 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} bytes");
    }
    let (mut value, mut unit) = (bytes as f64 / 1_000.0, 0);
    while value.round() >= 1_000.0 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    let tenths = (value * 10.0).round() / 10.0;
    if tenths >= 10.0 || tenths.fract() == 0.0 {
        format!("{tenths:.0} {name}")
    } else {
        format!("{tenths:.1} {name}")
    }
}

/// A number with its noun: `1 item`, `3 items`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Words as a sentence: a capital at the beginning, a full stop at the end.
#[must_use]
pub fn sentence(words: &str) -> String {
    let mut letters = words.trim().chars();
    let mut text: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    text.push_str(letters.as_str());
    if !text.is_empty() && !text.ends_with(['.', '!', '?', '…']) {
        text.push('.');
    }
    text
}

/// What is wrong with the fields of a form.
#[must_use]
pub fn problems(errors: &[FieldError]) -> Vec<Problem> {
    errors.iter().map(|e| Problem::new(e.field, &sentence(&e.problem))).collect()
}

/// What a form is told about its refusal; anything that is not about the form stays an error.
///
/// # Errors
/// The error, if another page has to answer it.
pub fn refusal(error: EngineError) -> Result<Vec<Problem>, WebError> {
    match error {
        EngineError::Invalid(errors) | EngineError::Taken(errors) => Ok(problems(&errors)),
        EngineError::Conflict(_) | EngineError::Quota(_) | EngineError::Media(_) | EngineError::Input(_) => {
            Ok(vec![Problem::new("", &sentence(&error.to_string()))])
        }
        other => Err(other.into()),
    }
}

/// Filters as a query string; those that are not set are left out.
#[must_use]
pub fn query(pairs: &[(&str, &str)]) -> String {
    let set = pairs.iter().filter(|(_, value)| !value.is_empty());
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(set).finish()
}

/// A path of the site at `base` that a form wants to lead to, if it is one: nothing that leads elsewhere.
#[must_use]
pub fn local_path<'p>(base: &str, path: &'p str) -> Option<&'p str> {
    let inside = path.strip_prefix(base)?;
    let plain = inside.starts_with('/')
        && !inside.starts_with("//")
        && !inside.chars().any(|c| c == '\\' || c.is_control());
    plain.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_in_the_zone_of_the_site() {
        let at: Timestamp = "2026-11-21T08:14:00Z".parse().unwrap();
        assert_eq!(when(at, &zone("Europe/Stockholm")).text, "21 Nov 2026, 09:14");
        assert_eq!(time(at, &zone("nowhere")), "08:14");
    }

    #[test]
    fn sizes_have_two_or_three_digits() {
        let told: Vec<String> =
            [0, 999, 1_500, 240_000, 999_960, 1_500_000, 2_000_000_000].into_iter().map(size).collect();
        assert_eq!(told, ["0 bytes", "999 bytes", "1.5 KB", "240 KB", "1 MB", "1.5 MB", "2 GB"]);
    }

    #[test]
    fn only_paths_of_the_site_are_local() {
        assert_eq!(local_path("/acme", "/acme/admin?x=1"), Some("/acme/admin?x=1"));
        for path in ["/acme", "/acmes/x", "//evil.example", "/acme//evil", "https://evil", "/acme/\\x", ""] {
            assert_eq!(local_path("/acme", path), None, "{path}");
        }
        assert_eq!(local_path("", "//evil.example"), None);
        assert_eq!(local_path("", "/admin"), Some("/admin"));
    }

    #[test]
    fn words_become_sentences() {
        assert_eq!(sentence("give it a title"), "Give it a title.");
        assert_eq!(sentence("Really?"), "Really?");
    }
}
