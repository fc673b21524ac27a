//! What the command line writes: text for people or JSON for programs, colours only on a terminal.

use std::io::{IsTerminal, Write};

use serde::Serialize;

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

    /// A line for people only.
    pub fn say(&self, line: &str) {
        if !self.json {
            write(line);
        }
    }

    /// One line about what failed, with its causes.
    pub fn fail(&self, error: &anyhow::Error) {
        let mut words = error.to_string();
        for cause in error.chain().skip(1) {
            let cause = cause.to_string();
            if !words.contains(&cause) {
                words = format!("{words}: {cause}");
            }
        }
        if self.json {
            write(&serde_json::json!({ "error": words }).to_string());
        } else if self.colour {
            eprintln!("\u{1b}[31merror\u{1b}[0m: {words}");
        } else {
            eprintln!("error: {words}");
        }
    }
}

/// Writes a line; a reader that has gone away is no failure.
fn write(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
