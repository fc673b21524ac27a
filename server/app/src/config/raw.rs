//! The values as given, and where each came from.

use std::{collections::BTreeMap, path::Path};

use sha2::{Digest, Sha256};
use toml::Value;

use super::{ConfigError, DEFAULTS};

/// The prefix of environment variables; `__` stands between section and key.
const PREFIX: &str = "ROWHOUSE_";
/// What ends the name of a variable whose text is the name of a file with the value in it.
const IN_FILE: &str = "_file";

/// What is a node's own: its name and addresses, what its machine can do, where it keeps files whose content is
/// compared instead, and how much it writes to its log.
const OWN: [&str; 9] = [
    "log.format",
    "log.level",
    "render.at_once",
    "render.themes_dir",
    "secrets.key_file",
    "server.listen",
    "server.node",
    "server.ops_listen",
    "server.workers",
];

/// One value and its source.
#[derive(Clone, Debug)]
pub struct Given {
    /// The value.
    pub value: Value,
    /// Where it was set: `default`, a file, a variable, a flag.
    pub source: String,
}

/// All values by `section.key`.
#[derive(Clone, Debug, Default)]
pub struct Raw(BTreeMap<String, Given>);

impl Raw {
    pub(super) fn gather(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[(&str, String)],
    ) -> Result<Self, ConfigError> {
        let mut raw = Self::default();
        raw.take_text(DEFAULTS, "default", true)?;
        let usual = Path::new("rowhouse.toml");
        let file = file.or_else(|| Some(usual).filter(|path| path.exists()));
        if let Some(path) = file {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|e| ConfigError::File { file: name.clone(), reason: e.to_string() })?;
            raw.take_text(&text, &name, false)?;
        }
        raw.take_environment(environment)?;
        for (key, text) in flags {
            raw.put_text(key, text, "on the command line")?;
        }
        Ok(raw)
    }

    fn take_text(&mut self, text: &str, source: &str, defining: bool) -> Result<(), ConfigError> {
        let table: toml::Table = text.parse().map_err(|e: toml::de::Error| ConfigError::File {
            file: source.to_owned(),
            reason: e.to_string(),
        })?;
        let place = if defining { source.to_owned() } else { format!("in {source}") };
        for (section, values) in table {
            let Value::Table(values) = values else {
                return Err(unknown(&section, &place, self.0.keys()));
            };
            for (name, value) in values {
                let key = format!("{section}.{name}");
                if defining {
                    self.0.insert(key, Given { value, source: place.clone() });
                } else {
                    self.put(key, value, &place)?;
                }
            }
        }
        Ok(())
    }

    /// Variables come in no order, so that two for one setting are an error instead of a matter of chance.
    fn take_environment(
        &mut self,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        let mut taken = BTreeMap::new();
        for (variable, text) in environment {
            let Some(key) = key_of(&variable) else { continue };
            let (key, text, source) = match self.read_elsewhere(&key) {
                Some(key) => {
                    let source = format!("{variable}={text}");
                    (key.to_owned(), text_of(key, &text, &variable)?, source)
                }
                None => (key, text, variable.clone()),
            };
            if let Some(other) = taken.insert(key.clone(), variable.clone()) {
                let reason = format!("is set twice, by {other} too; keep one of them");
                return Err(ConfigError::Key { key, reason, source_name: variable });
            }
            self.put_text(&key, &text, &source)?;
        }
        Ok(())
    }

    /// The setting whose value stands in a file, if that is what `key` says. A setting that is called so itself
    /// (`secrets.key_file`) is no such thing.
    fn read_elsewhere<'k>(&self, key: &'k str) -> Option<&'k str> {
        let meant = key.strip_suffix(IN_FILE)?;
        (!self.0.contains_key(key) && self.0.contains_key(meant)).then_some(meant)
    }

    fn put(&mut self, key: String, value: Value, source: &str) -> Result<(), ConfigError> {
        let Some(given) = self.0.get_mut(&key) else { return Err(unknown(&key, source, self.0.keys())) };
        *given = Given { value, source: source.to_owned() };
        Ok(())
    }

    /// A value that comes as text takes the type of the default.
    fn put_text(&mut self, key: &str, text: &str, source: &str) -> Result<(), ConfigError> {
        let value = match self.0.get(key).map(|given| &given.value) {
            Some(Value::Integer(_)) => text.parse().map(Value::Integer).unwrap_or_else(|_| text.into()),
            Some(Value::Boolean(_)) => text.parse().map(Value::Boolean).unwrap_or_else(|_| text.into()),
            Some(Value::Array(_)) => text
                .split(',')
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .map(Value::from)
                .collect::<Vec<_>>()
                .into(),
            _ => text.into(),
        };
        self.put(key.to_owned(), value, source)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Given> {
        self.0.get(key)
    }

    /// The values that should be equal on all nodes, as text: all but what is a node's own.
    pub fn shared(&self) -> impl Iterator<Item = (&str, String)> {
        let shared = self.0.iter().filter(|(key, _)| !OWN.contains(&key.as_str()));
        shared.map(|(key, given)| (key.as_str(), given.value.to_string()))
    }

    /// Names [`Raw::shared`] together: equal on nodes that are told the same.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut digest = Sha256::new();
        for (key, value) in self.shared() {
            digest.update(key);
            digest.update([0]);
            digest.update(value);
            digest.update([0]);
        }
        hex::encode(digest.finalize()).chars().take(12).collect()
    }

    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.0.iter().map(|(key, given)| (key.as_str(), given))
    }
}

/// `ROWHOUSE_SERVER__LISTEN` → `server.listen`; variables without `__` are not settings.
fn key_of(variable: &str) -> Option<String> {
    let (section, key) = variable.strip_prefix(PREFIX)?.split_once("__")?;
    Some(format!("{}.{}", section.to_lowercase(), key.to_lowercase()))
}

/// The one line in a file: what secrets are handed over by.
fn text_of(key: &str, file: &str, variable: &str) -> Result<String, ConfigError> {
    let wrong = |reason: String| ConfigError::Key {
        key: key.to_owned(),
        reason: format!("{file} {reason}"),
        source_name: variable.to_owned(),
    };
    let text = std::fs::read_to_string(file).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    match text.trim() {
        "" => Err(wrong("is empty; it has the value in it, on one line".to_owned())),
        line if line.contains('\n') => Err(wrong("has more than one line in it".to_owned())),
        line => Ok(line.to_owned()),
    }
}

fn unknown<'a>(key: &str, source: &str, known: impl Iterator<Item = &'a String>) -> ConfigError {
    let near = known.min_by_key(|candidate| distance(candidate, key)).cloned().unwrap_or_default();
    ConfigError::Key {
        key: key.to_owned(),
        reason: format!("there is no such setting; did you mean {near}?"),
        source_name: source.to_owned(),
    }
}

/// Edit distance, for hints.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut before = i;
        let mut left = i + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (cb, above) in b.iter().zip(row.iter().skip(1)) {
            left = (above + 1).min(left + 1).min(before + usize::from(ca != *cb));
            before = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gather(variables: &[(&str, &str)]) -> Result<Raw, ConfigError> {
        let environment = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Raw::gather(Some(Path::new("/dev/null")), environment, &[])
    }

    #[test]
    fn the_environment_sets_values_of_the_default_type() {
        let raw = gather(&[("ROWHOUSE_SERVER__WORKERS", "3"), ("ROWHOUSE_SERVER__TRUSTED_PROXIES", "a, b")]);
        let raw = raw.unwrap();
        assert_eq!(raw.get("server.workers").unwrap().value, Value::Integer(3));
        assert_eq!(raw.get("server.trusted_proxies").unwrap().value.as_array().unwrap().len(), 2);
    }

    #[test]
    fn what_is_a_nodes_own_does_not_make_its_settings_differ() {
        let usual = gather(&[]).unwrap();
        for key in OWN {
            assert!(usual.get(key).is_some(), "{key}");
        }
        let own = gather(&[("ROWHOUSE_SERVER__NODE", "node-2"), ("ROWHOUSE_SERVER__WORKERS", "3")]).unwrap();
        assert_eq!(own.hash(), usual.hash());
        let other = gather(&[("ROWHOUSE_CACHE__MAX_STALENESS", "2s")]).unwrap();
        assert_ne!(other.hash(), usual.hash());
    }

    #[test]
    fn an_unknown_key_is_named_with_a_likely_one() {
        let error = gather(&[("ROWHOUSE_SERVER__LISTN", "x")]).unwrap_err().to_string();
        assert!(error.contains("server.listn") && error.contains("server.listen"), "{error}");
        assert!(error.contains("ROWHOUSE_SERVER__LISTN"), "{error}");
    }

    fn file_with(text: &str) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value");
        std::fs::write(&path, text).unwrap();
        let name = path.display().to_string();
        (folder, name)
    }

    #[test]
    fn a_variable_can_name_a_file_with_the_value() {
        let (_folder, file) = file_with("postgres://rowhouse:secret@db/rowhouse\n");
        let raw = gather(&[("ROWHOUSE_DATABASE__URL_FILE", &file)]).unwrap();
        let given = raw.get("database.url").unwrap();
        assert_eq!(given.value.as_str(), Some("postgres://rowhouse:secret@db/rowhouse"));
        assert_eq!(given.source, format!("ROWHOUSE_DATABASE__URL_FILE={file}"));
        let (_folder, file) = file_with("3\n");
        let raw = gather(&[("ROWHOUSE_SERVER__WORKERS_FILE", &file)]).unwrap();
        assert_eq!(raw.get("server.workers").unwrap().value, Value::Integer(3));
    }

    #[test]
    fn a_setting_that_is_itself_called_a_file_is_not_opened() {
        let (_folder, file) = file_with("0123456789abcdef");
        let raw = gather(&[("ROWHOUSE_SECRETS__KEY_FILE", &file)]).unwrap();
        assert_eq!(raw.get("secrets.key_file").unwrap().value.as_str(), Some(file.as_str()));
    }

    #[test]
    fn a_file_without_one_value_is_an_error_that_names_setting_file_and_variable() {
        let (_folder, empty) = file_with(" \n");
        let (_folder2, long) = file_with("one\ntwo\n");
        for (file, words) in [("/nowhere/url", "cannot be read"), (&empty, "empty"), (&long, "one line")] {
            let error = gather(&[("ROWHOUSE_DATABASE__URL_FILE", file)]).unwrap_err().to_string();
            for part in ["database.url", file, words, "ROWHOUSE_DATABASE__URL_FILE"] {
                assert!(error.contains(part), "{part:?} is missing: {error}");
            }
        }
    }

    #[test]
    fn a_value_is_not_given_twice() {
        let (_folder, file) = file_with("sqlite://one.db");
        let both = [("ROWHOUSE_DATABASE__URL", "sqlite://two.db"), ("ROWHOUSE_DATABASE__URL_FILE", &file)];
        let error = gather(&both).unwrap_err().to_string();
        assert!(error.contains("twice") && error.contains("ROWHOUSE_DATABASE__URL_FILE"), "{error}");
    }

    #[test]
    fn no_setting_is_named_as_another_in_a_file() {
        let raw = gather(&[]).unwrap();
        for (key, _) in raw.iter() {
            let meant = key.strip_suffix(IN_FILE);
            assert!(meant.is_none_or(|meant| raw.get(meant).is_none()), "{key} means two things");
        }
    }
}
