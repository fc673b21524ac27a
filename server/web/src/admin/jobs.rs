//! Jobs as rows of a screen: the same for a site and for the installation.

use jiff::Timestamp;
use rowhouse_engine::jobs::{JobInfo, JobList};

use super::{
    say,
    view::{Badge, JobGroup, JobRow, Tone, When},
};

/// The groups of a list; `when` tells moments in the reader's zone.
#[must_use]
pub fn groups(list: JobList, when: impl Fn(Timestamp) -> When) -> Vec<JobGroup> {
    let group = |id: &str, title: &str, help: &str, column: &str, total: u64, jobs: Vec<JobInfo>| JobGroup {
        id: id.into(),
        title: title.into(),
        help: help.into(),
        when: column.into(),
        more: total.saturating_sub(jobs.len() as u64),
        rows: jobs.into_iter().map(|job| row(job, &when)).collect(),
    };
    let groups = [
        group(
            "failed",
            "Failed",
            "Given up. Mend the cause and try again, or discard them; after 30 days they go by themselves.",
            "Given up",
            list.dead_total,
            list.dead,
        ),
        group(
            "waiting",
            "To be done",
            "What fails is tried again after a while, a mail for about a day.",
            "Next try",
            list.waiting_total,
            list.waiting,
        ),
        group("done", "Done lately", "Shown for three days.", "Done", list.done_total, list.done),
    ];
    groups.into_iter().filter(|group| !group.rows.is_empty()).collect()
}

fn row(job: JobInfo, when: impl Fn(Timestamp) -> When) -> JobRow {
    use rowhouse_domain::job::JobState;
    let state = match job.state {
        JobState::Dead => Badge::new(Tone::Danger, "Failed"),
        JobState::Done => Badge::new(Tone::Good, "Done"),
        JobState::Waiting if job.running => Badge::new(Tone::Waiting, "Under way"),
        JobState::Waiting if job.error.is_some() => Badge::new(Tone::Warning, "To be tried again"),
        JobState::Waiting => Badge::new(Tone::Waiting, "Waiting"),
    };
    let at = match job.state {
        JobState::Waiting => Some(job.run_at),
        JobState::Done | JobState::Dead => job.finished_at,
    };
    JobRow {
        id: job.id.to_string(),
        kind: kind(&job.kind).to_owned(),
        state,
        at: at.map(when),
        tries: match job.attempts {
            0 | 1 => String::new(),
            many => format!("tried {many} times"),
        },
        error: job.error.as_deref().map(say::sentence).unwrap_or_default(),
        about: job.about,
        can_retry: job.can_retry,
        can_discard: job.can_discard,
    }
}

fn kind(word: &str) -> &str {
    match word {
        "mail" => "Mail",
        "tidy" => "Clean-up",
        "purge" => "Removal of deleted tenants",
        "publish" => "Publish as planned",
        "unpublish" => "Take back as planned",
        // of a newer release
        other => other,
    }
}
