//! The values as given, and where each came from.

use std::{collections::BTreeMap, path::Path};

use sha2::{Digest, Sha256};
use toml::Value;

use super::{ConfigError, DEFAULTS};

/// The prefix of environment variables; `__` stands between section and key.
const PREFIX: &str = "ROWHOUSE_";

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
        for (variable, text) in environment {
            if let Some(key) = key_of(&variable) {
                raw.put_text(&key, &text, &variable)?;
            }
        }
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

    /// Names all values together: equal on nodes that are told the same. What is a node's own (its name and
    /// addresses) is left out.
    #[must_use]
    pub fn hash(&self) -> String {
        const OWN: [&str; 3] = ["server.listen", "server.ops_listen", "server.node"];
        let mut digest = Sha256::new();
        for (key, given) in self.0.iter().filter(|(key, _)| !OWN.contains(&key.as_str())) {
            digest.update(key);
            digest.update([0]);
            digest.update(given.value.to_string());
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
    fn an_unknown_key_is_named_with_a_likely_one() {
        let error = gather(&[("ROWHOUSE_SERVER__LISTN", "x")]).unwrap_err().to_string();
        assert!(error.contains("server.listn") && error.contains("server.listen"), "{error}");
        assert!(error.contains("ROWHOUSE_SERVER__LISTN"), "{error}");
    }
}
