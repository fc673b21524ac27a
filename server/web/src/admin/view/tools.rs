//! Imports and what became of them.

use serde::Serialize;

use super::{Badge, Shell, Tone, View, When};

/// Reports of imports (importing itself is done on the command line), and forgetting kept pages (`POST
/// {admin_base}/tools/purge`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Tools {
    /// The frame.
    pub shell: Shell,
    /// Short name of the tenant, for the command.
    pub tenant: String,
    /// Imports, latest first.
    pub imports: Vec<ImportReport>,
}

/// What became of one import.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportReport {
    /// Name of the file.
    pub file: String,
    /// When it began.
    pub when: When,
    /// Running, finished, failed.
    pub state: Badge,
    /// How far it is in hundredths; absent when it has ended.
    pub progress: Option<u8>,
    /// What was counted.
    pub counts: Vec<ImportCount>,
    /// What a person should know: unknown shortcodes, comments that were not taken.
    pub notes: Vec<String>,
}

/// What was counted of one kind.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportCount {
    /// `Posts`, `Pages`, `Categories`, …
    pub label: String,
    /// Found in the file.
    pub found: u64,
    /// Made.
    pub made: u64,
    /// Changed.
    pub changed: u64,
    /// There already and the same.
    pub same: u64,
    /// Left out.
    pub skipped: u64,
}

impl View for Tools {
    const TEMPLATE: &'static str = "admin/tools.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let count = |label: &str, found, made, skipped| ImportCount {
            label: label.into(),
            found,
            made,
            changed: 0,
            same: 0,
            skipped,
        };
        let empty = Self { shell: Shell::sample("Tools"), tenant: "acme".into(), imports: Vec::new() };
        let full = Self {
            imports: vec![
                ImportReport {
                    file: "acme.WordPress.2026-11-20.xml".into(),
                    when: When::new("2026-11-20", "20 Nov 2026, 14:00"),
                    state: Badge::new(Tone::Waiting, "Running"),
                    progress: Some(62),
                    ..ImportReport::default()
                },
                ImportReport {
                    file: "theme-unit-test.xml".into(),
                    when: When::new("2026-11-19", "19 Nov 2026, 14:00"),
                    state: Badge::new(Tone::Good, "Finished"),
                    progress: None,
                    counts: vec![
                        count("Posts", 38, 38, 0),
                        count("Pages", 22, 22, 0),
                        count("Categories", 64, 64, 0),
                        count("Comments", 31, 0, 31),
                    ],
                    notes: vec![
                        "31 comments were not taken.".into(),
                        "4 unknown shortcodes were left as text.".into(),
                    ],
                },
            ],
            ..empty.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}
