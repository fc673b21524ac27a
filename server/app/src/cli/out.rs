//! What the command line writes: text for people or JSON for programs, colours only on a terminal.

use std::io::{IsTerminal, Write};

use rowhouse_engine::EngineError;
use serde::Serialize;

use super::hint::hint;

/// A failure that the JSON of a result has told already.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(String);

/// Where results go.
#[derive(Clone, Copy, Debug)]
pub struct Out {
    json: bool,
    colour: bool,
}

impl Out {
    /// Text, or JSON.
    #[must_use]
    pub fn new(json: bool) -> Self {
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { json, colour }
    }

    /// Whether JSON is wanted.
    #[must_use]
    pub const fn is_json(&self) -> bool {
        self.json
    }

    /// One result: `value` as JSON, or the text.
    pub fn result<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) {
        let line = if self.json {
            serde_json::to_string_pretty(value).unwrap_or_else(|e| format!("{{\"error\": \"{e}\"}}"))
        } else {
            text()
        };
        write(&line);
    }

    /// A result that is not all it should be. Its JSON has what is wrong in it, under `error`, so that a program
    /// reads one document; the error that is answered is to be handed on, for the exit code and for people.
    pub fn flawed<T: Serialize>(
        &self,
        value: &T,
        text: impl FnOnce() -> String,
        wrong: String,
    ) -> anyhow::Error {
        if !self.json {
            self.result(value, text);
            return anyhow::Error::msg(wrong);
        }
        let whole = match serde_json::to_value(value) {
            Ok(serde_json::Value::Object(mut fields)) => {
                fields.insert("error".to_owned(), wrong.clone().into());
                serde_json::Value::Object(fields)
            }
            Ok(other) => serde_json::json!({ "result": other, "error": wrong }),
            Err(error) => serde_json::json!({ "error": format!("{wrong}; and {error}") }),
        };
        self.result(&whole, String::new);
        Told(wrong).into()
    }

    /// A line for people only.
    pub fn say(&self, line: &str) {
        if !self.json {
            write(line);
        }
    }

    /// A remark beside the result, for people only.
    pub fn note(&self, line: &str) {
        if !self.json {
            eprintln!("{line}");
        }
    }

    /// One line about what failed, with its causes, and one about what to do.
    pub fn fail(&self, error: &anyhow::Error) {
        let mut words = error.to_string();
        for cause in error.chain().skip(1) {
            let cause = cause.to_string();
            if !words.contains(&cause) {
                words = format!("{words}: {cause}");
            }
        }
        let hint = hint(error);
        if self.json {
            if error.is::<Told>() {
                return;
            }
            let fields = error.chain().find_map(|cause| match cause.downcast_ref::<EngineError>() {
                Some(EngineError::Invalid(fields) | EngineError::Taken(fields)) => Some(fields.clone()),
                _ => None,
            });
            write(&serde_json::json!({ "error": words, "hint": hint, "fields": fields }).to_string());
            return;
        }
        let label = if self.colour { "\u{1b}[31merror\u{1b}[0m" } else { "error" };
        eprintln!("{label}: {words}");
        if let Some(hint) = hint {
            eprintln!("hint: {hint}");
        }
    }
}

/// Rows under heads, each column as wide as its widest cell.
#[must_use]
pub fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = heads.map(|head| head.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let head = line(heads.to_vec());
    let body = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(head).chain(body).collect::<Vec<_>>().join("\n")
}

/// Names and values, one a line; empty values are left out.
#[must_use]
pub fn facts(pairs: &[(&str, String)]) -> String {
    let lines = pairs.iter().filter(|(_, value)| !value.is_empty());
    lines.map(|(name, value)| format!("{name:14} {value}")).collect::<Vec<_>>().join("\n")
}

/// Bytes in words.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "for reading, to one decimal")]
    let mut left = bytes as f64;
    let mut unit = "B";
    for next in UNITS {
        if left < 1024.0 {
            break;
        }
        (left, unit) = (left / 1024.0, next);
    }
    format!("{left:.1} {unit}")
}

/// Writes a line; a reader that has gone away is no failure.
fn write(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_heads() {
        let rows =
            [["acme".to_owned(), "running".to_owned()], ["a-long-name".to_owned(), "failed".to_owned()]];
        let text = table(["NAME", "STATE"], &rows);
        assert_eq!(text, "NAME         STATE\nacme         running\na-long-name  failed");
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(3 << 30), "3.0 GiB");
    }
}
