//! Asking people at the terminal: a word typed before what cannot be undone, a password from standard input.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::bail;
use rowhouse_engine::identity::Password;

/// Goes on only if `--yes` was given or `word` is typed at a terminal.
///
/// # Errors
/// If neither happened; nothing was done then.
pub fn confirm(yes: bool, word: &str, what: &str) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    let input = std::io::stdin();
    if !input.is_terminal() {
        bail!("{what}; nothing was done: say so with --yes where nobody can be asked");
    }
    eprint!("{what}.\nType {word} to go on: ");
    std::io::stderr().flush()?;
    let mut typed = String::new();
    input.lock().read_line(&mut typed)?;
    if typed.trim() == word { Ok(()) } else { bail!("that was not {word}; nothing was done") }
}

/// The first line of standard input.
///
/// # Errors
/// If there is none.
pub fn password() -> anyhow::Result<Password> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint!("Password (it is shown while you type): ");
        std::io::stderr().flush()?;
    }
    let mut typed = String::new();
    input.lock().read_line(&mut typed)?;
    let typed = typed.trim_end_matches(['\r', '\n']);
    if typed.is_empty() {
        bail!("no password came on standard input");
    }
    Ok(Password(typed.to_owned()))
}
