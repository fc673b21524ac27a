//! Which passwords are good enough: long enough, not one of those tried first, and not the name of whom or
//! what they protect. No rule asks for kinds of characters, and none makes anybody change a good one.

use std::fmt;

use super::common;

/// Fewest characters of a password of a tenant's user.
pub(in crate::identity) const FEWEST: usize = 8;
/// Fewest characters of a super user's password.
pub(in crate::identity) const FEWEST_SUPER: usize = 12;
/// Most characters of a password.
const MOST: usize = 256;

/// Rows of keyboards, along which fingers slide.
const ROWS: &[&str] = &[
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
];

/// A password that passed the rules.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

impl NewPassword {
    /// Takes a password as typed, with the fewest characters it must have and the names it must not be.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what would be right.
    pub fn parse(text: &str, fewest: usize, names: &[&str]) -> Result<Self, String> {
        let length = text.chars().count();
        if length < fewest {
            return Err(format!(
                "a password needs at least {fewest} characters; a few words make a good one"
            ));
        }
        if length > MOST {
            return Err(format!("this password has {length} characters; {MOST} are allowed"));
        }
        if is_a_name(text, names) {
            return Err(
                "this password is your name, your address or the name of the site; choose another".into()
            );
        }
        if is_common(text) || is_repeated(text) || is_a_run(text) {
            return Err("this password is among those that are tried first; choose another".into());
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters and digits, in lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The text without up to six digits and signs at its ends, which is how people lengthen a word.
fn stem(folded: &str) -> &str {
    let stem = folded.trim_matches(|c: char| !c.is_alphabetic());
    if folded.len() - stem.len() <= 6 { stem } else { folded }
}

fn is_a_name(text: &str, names: &[&str]) -> bool {
    let text = folded(text);
    let local = |name: &str| name.split_once('@').map(|(local, _)| folded(local));
    names
        .iter()
        .flat_map(|name| [Some(folded(name)), local(name)])
        .flatten()
        .filter(|name| !name.is_empty())
        .any(|name| text == name || stem(&text) == name)
}

/// Undoes the usual replacements of letters.
fn spelled_out(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.to_lowercase().chars().map(letter).collect()
}

fn is_common(text: &str) -> bool {
    let lower = text.to_lowercase();
    let plain = folded(text);
    // the signs at the ends may stand for letters or be decoration: both are tried
    let decorated = spelled_out(lower.trim_matches(|c: char| !c.is_alphanumeric()));
    let bare = spelled_out(lower.trim_end_matches(|c: char| !c.is_alphabetic()));
    let candidates = [lower.as_str(), &plain, stem(&plain), &spelled_out(&lower), &decorated, &bare];
    candidates.iter().any(|candidate| common::contains(candidate))
}

/// One piece of up to four characters over and over, or hardly any different characters.
fn is_repeated(text: &str) -> bool {
    let chars: Vec<char> = text.to_lowercase().chars().collect();
    let periodic = |n: usize| chars.iter().zip(chars.iter().skip(n)).all(|(a, b)| a == b);
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    different.len() <= 3 || (1..=4).any(|n| chars.len() >= 2 * n && periodic(n))
}

/// Neighbours on a keyboard, in the alphabet or among the digits, most of the way.
fn is_a_run(text: &str) -> bool {
    let chars: Vec<char> = text.to_lowercase().chars().collect();
    let steps = chars.len().saturating_sub(1);
    let beside = chars.iter().zip(chars.iter().skip(1)).filter(|(a, b)| are_neighbours(**a, **b)).count();
    steps > 0 && beside * 4 >= steps * 3
}

fn are_neighbours(a: char, b: char) -> bool {
    if a.is_alphanumeric() && b.is_alphanumeric() && (a as u32).abs_diff(b as u32) <= 1 {
        return true;
    }
    ROWS.iter()
        .any(|row| row.chars().zip(row.chars().skip(1)).any(|(x, y)| (x, y) == (a, b) || (y, x) == (a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        NewPassword::parse(text, 8, &["mara", "mara.lindqvist@acme.example", "Acme Joinery"]).is_err()
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "short",
            "password",
            "Password1!",
            "P@ssw0rd",
            "passw0rd2026",
            "dragon1234",
            "iloveyou",
            "hallo123",
            "aaaaaaaa",
            "abababab",
            "abcabcabc",
            "19841984",
            "12345678",
            "987654321",
            "abcdefgh",
            "abcdefgh1",
            "qwertyuiop",
            "qwertz123",
            "1qaz2wsx",
            "asdfghjk!",
        ] {
            assert!(refused(bad), "{bad}");
        }
    }

    #[test]
    fn names_are_refused() {
        for bad in
            ["Mara2026", "mara.lindqvist@acme.example", "MaraLindqvist", "acme joinery", "AcmeJoinery1"]
        {
            assert!(refused(bad), "{bad}");
        }
        assert!(!refused("mara likes oak"));
    }

    #[test]
    fn good_ones_pass_whatever_they_are_made_of() {
        for good in [
            "quiet harbour lamp",
            "gurtblech",
            "Tz7#kq9w",
            "ошибка в пути",
            "日本語の合言葉です",
            "3141592653",
        ] {
            assert!(!refused(good), "{good}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(NewPassword::parse("quiet lamp", 12, &[]).unwrap_err().contains("12"));
        assert!(NewPassword::parse("öäüßéèêë", 8, &[]).is_ok());
        let long: String =
            (0..MOST).map(|n| char::from_u32(0x4e00 + 7 * u32::try_from(n).unwrap()).unwrap()).collect();
        assert!(NewPassword::parse(&long, 8, &[]).is_ok());
        assert!(NewPassword::parse(&format!("{long}x"), 8, &[]).is_err());
        assert_eq!(format!("{:?}", NewPassword::parse("gurtblech", 8, &[]).unwrap()), "NewPassword(…)");
    }
}
