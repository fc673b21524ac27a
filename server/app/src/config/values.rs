//! Reading single values, with errors that say what would be right.

use std::{fmt::Display, path::PathBuf, str::FromStr, time::Duration};

use rowhouse_media::MediaUrl;
use toml::Value;
use url::Url;

use super::{ConfigError, Raw};

pub(super) struct Getter<'a> {
    raw: &'a Raw,
}

type Result<T> = std::result::Result<T, ConfigError>;

impl<'a> Getter<'a> {
    pub(super) const fn new(raw: &'a Raw) -> Self {
        Self { raw }
    }

    pub(super) fn wrong(&self, key: &str, reason: &str) -> ConfigError {
        let source = self.raw.get(key).map_or("nowhere", |given| given.source.as_str());
        ConfigError::Key { key: key.to_owned(), reason: reason.to_owned(), source_name: source.to_owned() }
    }

    fn value(&self, key: &str) -> Result<&'a Value> {
        match self.raw.get(key) {
            Some(given) => Ok(&given.value),
            None => Err(self.wrong(key, "has no default")),
        }
    }

    pub(super) fn text(&self, key: &str) -> Result<String> {
        match self.value(key)? {
            Value::String(text) => Ok(text.clone()),
            Value::Integer(number) => Ok(number.to_string()),
            Value::Boolean(flag) => Ok(flag.to_string()),
            other => Err(self.wrong(key, &format!("is {}, and a text is wanted", other.type_str()))),
        }
    }

    pub(super) fn filled(&self, key: &str, wanted: &str) -> Result<String> {
        let text = self.text(key)?;
        if text.is_empty() { Err(self.wrong(key, &format!("is empty; give {wanted}"))) } else { Ok(text) }
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, key: &str, wanted: &str) -> Result<T> {
        let text = self.text(key)?;
        text.parse().map_err(|e: T::Err| self.wrong(key, &format!("\"{text}\" is not {wanted}: {e}")))
    }

    /// As [`Getter::parsed`], for a text that may hold a password: the error does not repeat it.
    pub(super) fn secret<T: FromStr<Err: Display>>(&self, key: &str) -> Result<T> {
        self.text(key)?.parse().map_err(|e: T::Err| self.wrong(key, &e.to_string()))
    }

    pub(super) fn count(&self, key: &str) -> Result<usize> {
        self.parsed(key, "a number")
    }

    pub(super) fn at_least(&self, key: &str, least: usize) -> Result<usize> {
        let number = self.count(key)?;
        if number < least {
            Err(self.wrong(key, &format!("{number} is too few; at least {least}")))
        } else {
            Ok(number)
        }
    }

    pub(super) fn percent(&self, key: &str) -> Result<u8> {
        let number: u8 = self.parsed(key, "a number from 1 to 100")?;
        if (1..=100).contains(&number) {
            Ok(number)
        } else {
            Err(self.wrong(key, "is not a number from 1 to 100"))
        }
    }

    pub(super) fn duration(&self, key: &str) -> Result<Duration> {
        let text = self.text(key)?;
        parse_duration(&text).ok_or_else(|| {
            self.wrong(key, &format!("\"{text}\" is not a duration, as in 500ms, 5s, 10m, 12h, 30d"))
        })
    }

    pub(super) fn duration_between(&self, key: &str, least: u64, most: u64) -> Result<Duration> {
        let given = self.duration(key)?;
        if (u128::from(least)..=u128::from(most)).contains(&given.as_millis()) {
            Ok(given)
        } else {
            Err(self.wrong(key, &format!("must be from {least}ms to {most}ms")))
        }
    }

    pub(super) fn optional_duration(&self, key: &str) -> Result<Option<Duration>> {
        if self.text(key)?.is_empty() { Ok(None) } else { self.duration(key).map(Some) }
    }

    pub(super) fn bytes(&self, key: &str) -> Result<u64> {
        let text = self.text(key)?;
        parse_bytes(&text)
            .ok_or_else(|| self.wrong(key, &format!("\"{text}\" is not a size, as in 512KiB, 256MiB, 2GiB")))
    }

    pub(super) fn size(&self, key: &str) -> Result<usize> {
        usize::try_from(self.bytes(key)?)
            .map_err(|_| self.wrong(key, "is more than this machine can address"))
    }

    pub(super) fn optional_path(&self, key: &str) -> Result<Option<PathBuf>> {
        let text = self.text(key)?;
        Ok((!text.is_empty()).then(|| text.into()))
    }

    pub(super) fn media(&self, key: &str) -> Result<MediaUrl> {
        let text = self.text(key)?;
        MediaUrl::parse(&text).map_err(|e| self.wrong(key, &e.to_string()))
    }

    pub(super) fn pattern(&self, key: &str) -> Result<String> {
        let text = self.text(key)?;
        if text.contains("{name}") {
            Ok(text)
        } else {
            Err(self.wrong(key, "needs {name} in it, so that every tenant has a database of its own"))
        }
    }

    pub(super) fn public_url(&self, key: &str) -> Result<Url> {
        let url: Url = self.parsed(key, "an address, as in https://sites.example")?;
        let plain = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
        if plain && url.path() == "/" && url.query().is_none() {
            Ok(url)
        } else {
            Err(self.wrong(key, "must be http or https with a host and without a path"))
        }
    }

    pub(super) fn networks(&self, key: &str) -> Result<Vec<ipnet::IpNet>> {
        let Value::Array(items) = self.value(key)? else {
            return Err(self.wrong(key, "is a list, as in [\"10.0.0.0/8\"]"));
        };
        items.iter().map(|item| self.network(key, item.as_str().unwrap_or_default())).collect()
    }

    fn network(&self, key: &str, text: &str) -> Result<ipnet::IpNet> {
        let single = text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
        single
            .or_else(|_| text.parse())
            .map_err(|_| self.wrong(key, &format!("\"{text}\" is no address or network, as in 10.0.0.0/8")))
    }
}

fn split_unit(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    Some((number.parse().ok()?, unit.trim()))
}

fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = split_unit(text.trim())?;
    let seconds = match unit {
        "ms" => return Some(Duration::from_millis(number)),
        "s" | "" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

fn parse_bytes(text: &str) -> Option<u64> {
    let (number, unit) = split_unit(text.trim())?;
    let shift = match unit {
        "" | "B" => 0,
        "KiB" | "K" => 10,
        "MiB" | "M" => 20,
        "GiB" | "G" => 30,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read() {
        assert_eq!(parse_duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse_duration("30d"), Some(Duration::from_secs(30 * 86_400)));
        assert_eq!(parse_duration("5 parsecs"), None);
        assert_eq!(parse_bytes("256MiB"), Some(256 << 20));
        assert_eq!(parse_bytes("MiB"), None);
    }
}
