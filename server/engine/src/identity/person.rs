//! What people type about themselves and others, parsed once. All problems of a form are said together.

use std::fmt;

use rowhouse_domain::name::{EmailAddress, UserName};

use super::password::NewPassword;
use crate::error::{EngineError, FieldError, Result};

/// Most characters of a shown name.
const NAME: usize = 100;
/// Most characters of what is typed as a login; no name or address is longer.
const LOGIN: usize = 254;
/// Most characters of the words about somebody.
const BIO: usize = 2_000;

/// A password as typed; it is never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A person as typed into a form. Errors name the fields `user`, `email`, `name` and `bio`.
#[derive(Clone, Debug, Default)]
pub struct NewPerson {
    /// The login.
    pub user: String,
    /// The mail address; may be empty.
    pub email: String,
    /// The name that is shown; the login where empty.
    pub name: String,
    /// A few words that visitors may read.
    pub bio: String,
}

/// A person whose parts are each valid.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) user: UserName,
    pub(super) email: Option<EmailAddress>,
    pub(super) name: String,
    pub(super) bio: String,
}

impl Person {
    pub(super) fn email_text(&self) -> String {
        self.email.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

/// Collects the problems of a form.
#[derive(Default)]
pub(super) struct Problems(Vec<FieldError>);

impl Problems {
    pub(super) fn note<T, E: fmt::Display>(&mut self, field: &'static str, read: Result<T, E>) -> Option<T> {
        read.map_err(|problem| self.0.push(FieldError::new(field, problem))).ok()
    }

    /// What was read, if all of it could be.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T> {
        match (self.0.is_empty(), read) {
            (true, Some(read)) => Ok(read),
            _ => Err(EngineError::Invalid(self.0)),
        }
    }
}

fn line(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err("there are characters in it that cannot be shown; type it again".into());
    }
    let length = text.chars().count();
    if length > most {
        return Err(format!("this has {length} characters; {most} are allowed"));
    }
    Ok(text.to_owned())
}

fn paragraph(text: &str) -> Result<String, String> {
    let text = text.trim().replace("\r\n", "\n");
    let length = text.chars().count();
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err("there are characters in it that cannot be shown; type it again".into());
    }
    if length > BIO { Err(format!("this has {length} characters; {BIO} are allowed")) } else { Ok(text) }
}

pub(super) fn email(text: &str) -> Result<Option<EmailAddress>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    EmailAddress::parse(text).map(Some).map_err(|e| e.to_string())
}

impl NewPerson {
    /// Reads all fields and notes what is wrong with them.
    pub(super) fn read(&self, problems: &mut Problems) -> Option<Person> {
        let user = problems.note("user", UserName::parse(&self.user));
        let email = problems.note("email", email(&self.email));
        let name = problems.note("name", line(&self.name, NAME));
        let bio = problems.note("bio", paragraph(&self.bio));
        let user = user?;
        let name = name.filter(|n| !n.is_empty()).unwrap_or_else(|| user.to_string());
        Some(Person { user, email: email?, name, bio: bio? })
    }

    /// Reads all fields.
    pub(super) fn parse(&self) -> Result<Person> {
        let mut problems = Problems::default();
        let person = self.read(&mut problems);
        problems.finish(person)
    }

    /// Reads all fields and a password that is to be none of these names nor any of `others`.
    pub(super) fn parse_with(
        &self,
        password: &Password,
        fewest: usize,
        others: &[&str],
    ) -> Result<(Person, NewPassword)> {
        let mut problems = Problems::default();
        let person = self.read(&mut problems);
        let names = [&[self.user.as_str(), &self.email, &self.name], others].concat();
        let password = problems.note("password", NewPassword::parse(&password.0, fewest, &names));
        problems.finish(person.zip(password))
    }
}

/// What an account is called by, from what was typed at sign-in: a login, or an address in lower case.
pub(super) enum Called {
    Name(String),
    Email(String),
}

impl Called {
    pub(super) fn read(text: &str) -> Self {
        let key = text.trim().to_lowercase();
        match EmailAddress::parse(&key) {
            Ok(address) => Called::Email(address.key()),
            Err(_) => Called::Name(key.chars().take(LOGIN).collect()),
        }
    }

    pub(super) fn key(&self) -> &str {
        match self {
            Called::Name(key) | Called::Email(key) => key,
        }
    }
}

/// The browser's name for itself, fit to be kept and shown.
pub(super) fn agent(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_said_at_once() {
        let wrong = NewPerson {
            user: "a b".into(),
            email: "nobody".into(),
            name: "x\u{7}".into(),
            bio: "x".repeat(2_001),
        };
        let Err(EngineError::Invalid(problems)) = wrong.parse_with(&"short".into(), 8, &[]) else {
            panic!("it is refused")
        };
        let fields: Vec<_> = problems.iter().map(|p| p.field).collect();
        assert_eq!(fields, ["user", "email", "name", "bio", "password"]);
    }

    #[test]
    fn little_is_enough() {
        let person = NewPerson { user: " Mara ".into(), ..NewPerson::default() }.parse().unwrap();
        assert_eq!(
            (person.user.as_str(), person.name.as_str(), person.email_text().as_str()),
            ("mara", "mara", "")
        );
    }

    #[test]
    fn one_is_called_by_name_or_address() {
        assert!(matches!(Called::read(" Mara "), Called::Name(n) if n == "mara"));
        assert!(matches!(Called::read("Mara@Acme.Example"), Called::Email(e) if e == "mara@acme.example"));
    }
}
