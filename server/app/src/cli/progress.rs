//! Bars for long work, on a terminal only.

use std::{
    io::IsTerminal,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rowhouse_engine::backup::Progress;

use super::Out;

/// A bar on standard error that knows bytes; hidden where nobody looks.
#[must_use]
pub fn bar(out: &Out) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if out.is_json() || !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
        return bar;
    }
    count_bytes(&bar, true);
    bar
}

/// A line on standard error that moves while something is waited for; hidden where nobody looks.
#[must_use]
pub fn line(out: &Out) -> ProgressBar {
    let line = ProgressBar::new_spinner();
    if out.is_json() || !std::io::stderr().is_terminal() {
        line.set_draw_target(ProgressDrawTarget::hidden());
        return line;
    }
    line.enable_steady_tick(Duration::from_millis(120));
    line
}

/// Shows counts as bytes, or as plain numbers.
pub fn count_bytes(bar: &ProgressBar, bytes: bool) {
    let template = if bytes {
        "{msg:20} [{bar:30}] {bytes:>10} of {total_bytes:10} {eta:>4}"
    } else {
        "{msg:20} [{bar:30}] {pos:>10} of {len:10} {eta:>4}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
}

/// Shows what a backup or a restore tells of itself, on `bar`.
#[must_use]
pub fn of(bar: &ProgressBar) -> Progress {
    let (bar, part) = (bar.clone(), Mutex::new(""));
    Progress::new(move |what, done, total| {
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        if *part != what {
            *part = what;
            bar.set_message(what);
        }
        bar.set_length(total);
        bar.set_position(done);
    })
}
