//! What a run found: a table with a line for each fault, as text and as JSON.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use crate::{
    faults::Injected,
    history::{History, Moment, Seen, span},
    judge::{Promise, Verdict, Violation, counted},
    run::{AFTERMATH, Run},
};

/// The most violations that are told one by one.
const TOLD: usize = 20;

/// A run.
#[derive(Debug, Serialize)]
pub struct Report {
    pub seed: u64,
    pub seconds: f64,
    pub reads: usize,
    pub commits: usize,
    /// How visitors' pages were come by.
    pub how: BTreeMap<String, usize>,
    pub lines: Vec<Line>,
    /// Every injection, with begin and end in seconds.
    pub injected: Vec<(&'static str, f64, f64)>,
    pub violations: usize,
    pub told: Vec<String>,
    /// How often the fault was injected that was injected least.
    pub fewest: usize,
    /// Whether everything that was to happen happened.
    pub sound: bool,
}

/// What happened while a fault lasted and shortly after. Times are in milliseconds.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    pub fault: String,
    pub injections: usize,
    pub reads: usize,
    /// Reads that were answered with a page, in percent.
    pub available: f64,
    /// Pages that said of themselves that they may be stale.
    pub marked: usize,
    /// How long an answer took: median, 99 %, greatest.
    pub took: [f64; 3],
    /// How old the news was that a page lacked: median over all reads, 99 %, greatest.
    pub stale: [f64; 3],
    /// From an acknowledgement to the first page that showed it: median, 99 %, greatest.
    pub shown: [f64; 3],
    pub violations: usize,
}

/// When a line counts.
struct Window<'a> {
    name: &'a str,
    spans: Vec<(Moment, Moment)>,
}

impl Window<'_> {
    fn has(&self, moment: Moment) -> bool {
        let after = self.spans.partition_point(|(begin, _)| *begin <= moment);
        self.spans[..after].iter().rev().take(3).any(|(_, end)| moment <= *end)
    }
}

impl Report {
    pub fn of(run: &Run, verdict: Verdict) -> Self {
        let history = run.recorder.lock();
        let (injected, watched) = (run.faults.all(), run.watched.all());
        let aftermath = run.bounds().delta * Moment::from(AFTERMATH);
        let showed: Vec<(Moment, Moment)> = watched.iter().map(|s| (s.acked, s.after)).collect();
        let all = Window { name: "everything", spans: vec![(0, Moment::MAX)] };
        let mut windows = vec![all];
        windows.extend(by_name(&injected, aftermath));
        let mut lines: Vec<Line> =
            windows.iter().map(|window| line(window, &history, &verdict, &showed, &injected)).collect();
        let calm = |at: Moment| !windows.iter().skip(1).any(|window| window.has(at));
        lines.insert(1, line_where("calm", 0, calm, &history, &verdict, &showed));
        let spoiled = run.failed.load(std::sync::atomic::Ordering::Relaxed);
        let fewest = run.faults.fewest(run);
        let enough = fewest >= run.options.each && history.reads.len() >= run.options.enough;
        Self {
            seed: run.options.seed,
            seconds: seconds(run.recorder.now()),
            reads: history.reads.len(),
            commits: history.writes.iter().filter(|write| write.acked.is_some()).count(),
            how: history.how.clone(),
            lines,
            injected: injected.iter().map(|one| (one.name, seconds(one.begun), seconds(one.ended))).collect(),
            violations: verdict.violations.len(),
            told: told(&verdict.violations, &windows),
            fewest,
            sound: !spoiled && enough && !is_thin(&history, run.recorder.now()),
        }
    }

    pub fn is_good(&self) -> bool {
        self.violations == 0 && self.sound
    }

    /// The table.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{} reads, {} acknowledged commits in {:.0} s, seed {}; times in ms\n\n{:<40} {:>5} {:>8} {:>8} {:>6} | {:>6} {:>6} | {:>6} {:>6} {:>6} | {:>6} {:>6} {:>6} | {:>4}\n",
            self.reads,
            self.commits,
            self.seconds,
            self.seed,
            "",
            "times",
            "reads",
            "avail %",
            "marked",
            "took",
            "p99",
            "stale",
            "p99",
            "max",
            "shown",
            "p99",
            "max",
            "bad",
        );
        for line in &self.lines {
            let ([t50, t99, _], [s50, s99, s100], [v50, v99, v100]) = (line.took, line.stale, line.shown);
            let _ = writeln!(
                text,
                "{:<40} {:>5} {:>8} {:>8.3} {:>6} | {t50:>6.1} {t99:>6.1} | {s50:>6.0} {s99:>6.0} {s100:>6.0} | {v50:>6.0} {v99:>6.0} {v100:>6.0} | {:>4}",
                line.fault, line.injections, line.reads, line.available, line.marked, line.violations,
            );
        }
        let how: Vec<String> = self.how.iter().map(|(how, count)| format!("{how} {count}")).collect();
        let _ = writeln!(text, "\npages came by: {}", how.join(", "));
        let _ = writeln!(text, "each fault at least {} times", self.fewest);
        let _ = writeln!(text, "{} violations", self.violations);
        if !self.sound {
            let _ = writeln!(text, "the run is worth nothing: what should have happened did not");
        }
        for told in &self.told {
            let _ = writeln!(text, "  {told}");
        }
        text
    }
}

fn by_name(injected: &[Injected], aftermath: Moment) -> Vec<Window<'_>> {
    let mut names: Vec<&str> = injected.iter().map(|one| one.name).collect();
    names.sort_unstable();
    names.dedup();
    let window = |name| {
        let its = injected.iter().filter(|one| one.name == name);
        let mut spans: Vec<_> = its.map(|one| (one.begun, one.ended + aftermath)).collect();
        spans.sort_unstable();
        Window { name, spans }
    };
    names.into_iter().map(window).collect()
}

fn line(
    window: &Window<'_>,
    history: &History,
    verdict: &Verdict,
    showed: &[(Moment, Moment)],
    injected: &[Injected],
) -> Line {
    let times = injected.iter().filter(|one| one.name == window.name).count();
    line_where(window.name, times, |at| window.has(at), history, verdict, showed)
}

fn line_where(
    name: &str,
    injections: usize,
    counts: impl Fn(Moment) -> bool,
    history: &History,
    verdict: &Verdict,
    showed: &[(Moment, Moment)],
) -> Line {
    let (mut reads, mut answered, mut marked) = (0_usize, 0_usize, 0);
    let (mut ages, mut took) = (Vec::new(), Vec::new());
    for (read, age) in history.reads.iter().zip(&verdict.ages).filter(|(read, _)| counts(read.begun)) {
        reads += 1;
        took.push(read.ended.saturating_sub(read.begun));
        match read.what {
            Seen::View(_) => answered += 1,
            Seen::Stale(_) => (answered, marked) = (answered + 1, marked + 1),
            Seen::Refused | Seen::Broken => continue,
        }
        ages.push(*age);
    }
    let after: Vec<Moment> =
        showed.iter().filter(|(acked, _)| counts(*acked)).map(|(_, after)| *after).collect();
    Line {
        fault: name.to_owned(),
        injections,
        reads,
        available: 100.0 * answered as f64 / reads.max(1) as f64,
        marked,
        took: three(took),
        stale: three(ages),
        shown: three(after),
        violations: verdict.violations.iter().filter(|violation| counts(violation.at)).count(),
    }
}

/// Median, 99 %, greatest, in milliseconds.
fn three(mut all: Vec<Moment>) -> [f64; 3] {
    all.sort_unstable();
    let at = |percent: usize| {
        let index = (all.len() * percent / 100).min(all.len().saturating_sub(1));
        all.get(index).map_or(0.0, |nanos| span(*nanos).as_secs_f64() * 1_000.0)
    };
    [at(50), at(99), at(100)]
}

/// Whether too little was read and written to mean something.
fn is_thin(history: &History, time: Moment) -> bool {
    let wanted = |each_second: f64| (seconds(time) * each_second) as usize;
    let commits = history.writes.iter().filter(|write| write.acked.is_some()).count();
    history.reads.len() < wanted(20.0) || commits < wanted(0.5)
}

fn seconds(moment: Moment) -> f64 {
    span(moment).as_secs_f64()
}

fn told(violations: &[Violation], windows: &[Window<'_>]) -> Vec<String> {
    let mut told: Vec<String> =
        counted(violations).iter().map(|(promise, count)| format!("{promise:?}: {count}")).collect();
    let one = |violation: &Violation| {
        let read = violation.read.map(|read| format!("read {read}: ")).unwrap_or_default();
        let during = windows.iter().skip(1).filter(|window| window.has(violation.at));
        let during: Vec<&str> = during.map(|window| window.name).collect();
        format!("{:?} {read}{}; during {}", violation.promise, violation.told, during.join(", "))
    };
    // some of each kind
    for kind in [Promise::P1, Promise::P2, Promise::P3, Promise::P4, Promise::Durable] {
        told.extend(violations.iter().filter(|v| v.promise == kind).take(TOLD / 4).map(one));
    }
    told
}
