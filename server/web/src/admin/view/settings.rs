//! Settings of a site and of its look.

use serde::Serialize;

use super::{Choice, EditorImage, Problem, Shell, Tone, View};

/// Settings of a site (`POST` to itself with the fields' names).
#[derive(Debug, Clone, Default, Serialize)]
pub struct SiteSettings {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Version the form was made from; sent back as `version`.
    pub version: u64,
    /// `title`.
    pub title: String,
    /// `tagline`.
    pub tagline: String,
    /// `language`.
    pub languages: Vec<Choice>,
    /// `time_zone`.
    pub time_zones: Vec<Choice>,
    /// `home`: `posts` or `page`.
    pub home: String,
    /// `home_page`, when the home page is a page.
    pub home_pages: Vec<Choice>,
    /// `posts_path`: where the posts stand then, without slashes.
    pub posts_path: String,
    /// `post_routes`: how posts are addressed.
    pub post_routes: Vec<Choice>,
    /// `posts_per_page`.
    pub posts_per_page: String,
    /// `feed_items`.
    pub feed_items: String,
    /// `feed_full`: whole texts rather than excerpts.
    pub feed_full: bool,
    /// `noindex`: ask search engines to stay away.
    pub noindex: bool,
}

impl View for SiteSettings {
    const TEMPLATE: &'static str = "admin/settings.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let usual = Self {
            shell: Shell::sample("Settings"),
            version: 3,
            title: "Acme Joinery".into(),
            tagline: "Stairs, mostly".into(),
            languages: vec![Choice::new("en", "English").chosen(), Choice::new("sv", "Svenska")],
            time_zones: vec![Choice::new("Europe/Stockholm", "Europe/Stockholm").chosen()],
            home: "page".into(),
            home_pages: vec![Choice::new("p1", "Staircases").chosen(), Choice::new("p2", "Visit us")],
            posts_path: "journal".into(),
            post_routes: vec![
                Choice::new("dated", "Year, month and name").chosen().with_hint("/2026/11/oak-ash-and-elm"),
                Choice::new("plain", "Name alone").with_hint("/oak-ash-and-elm"),
            ],
            posts_per_page: "10".into(),
            feed_items: "20".into(),
            feed_full: true,
            ..Self::default()
        };
        let wrong = Self {
            problems: vec![
                Problem::new("title", "A site needs a title."),
                Problem::new("posts_per_page", "Give a number from 1 to 100."),
            ],
            title: String::new(),
            posts_per_page: "lots".into(),
            ..usual.clone()
        };
        vec![("usual", usual), ("wrong", wrong)]
    }
}

/// The look of a site: which theme, and what it lets one set (`POST …/theme/choose`: `theme`; `POST …/theme` with
/// each option's key).
#[derive(Debug, Clone, Default, Serialize)]
pub struct ThemeSettings {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Version the form was made from; sent back as `version`.
    pub version: u64,
    /// Themes this tenant may use.
    pub themes: Vec<ThemeCard>,
    /// What the present theme lets one set, in groups.
    pub groups: Vec<OptionGroup>,
}

/// A theme to choose.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ThemeCard {
    /// Its key.
    pub name: String,
    /// Its name in words.
    pub title: String,
    /// What it is good for.
    pub description: String,
    /// Its version.
    pub version: String,
    /// Whether it is the present one.
    pub current: bool,
    /// Address of a picture of it.
    pub screenshot: Option<String>,
    /// Its colours as `#rrggbb`, shown when there is no picture.
    pub swatch: Vec<String>,
}

/// Settings of a theme that belong together.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OptionGroup {
    /// Heading.
    pub label: String,
    /// The settings.
    pub options: Vec<ThemeOption>,
}

/// A setting of a theme.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ThemeOption {
    /// Name of the field.
    pub key: String,
    /// Label.
    pub label: String,
    /// A sentence below; may be empty.
    pub help: String,
    /// `colour`, `choice`, `text`, `markdown`, `switch` or `image`.
    pub kind: String,
    /// Value as text: `#rrggbb`, a choice's value, text, `on` or empty, a media id.
    pub value: String,
    /// What can be chosen (`choice`).
    pub choices: Vec<Choice>,
    /// The image (`image`).
    pub image: Option<EditorImage>,
    /// What is to be said about the contrast of a colour.
    pub contrast: Option<Contrast>,
}

/// How well a colour can be read.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Contrast {
    /// Good when text in it can be read, a warning when it was shifted.
    pub tone: Tone,
    /// A sentence, such as `5.2 to 1 on paper: easy to read.`
    pub text: String,
}

impl View for ThemeSettings {
    const TEMPLATE: &'static str = "admin/theme.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let option = |key: &str, label: &str, kind: &str, value: &str| ThemeOption {
            key: key.into(),
            label: label.into(),
            kind: kind.into(),
            value: value.into(),
            ..ThemeOption::default()
        };
        let contrast = |tone, text: &str| Some(Contrast { tone, text: text.into() });
        let theme = |name: &str, title: &str, current, swatch: [&str; 4]| ThemeCard {
            name: name.into(),
            title: title.into(),
            description: "A quiet theme for people who make things.".into(),
            version: "1.0".into(),
            current,
            swatch: swatch.map(str::to_owned).to_vec(),
            ..ThemeCard::default()
        };
        let colours = vec![
            ThemeOption {
                contrast: contrast(Tone::Good, "5.2 to 1 on paper: easy to read."),
                ..option("accent", "Accent", "colour", "#a5502f")
            },
            ThemeOption {
                contrast: contrast(Tone::Warning, "1.9 to 1 on paper: shown darker wherever it is text."),
                ..option("second", "Second colour", "colour", "#f2c14e")
            },
        ];
        let logo = ThemeOption {
            help: "At least 200 pixels high, or an SVG.".into(),
            ..option("logo", "Logo", "image", "")
        };
        let fonts = ThemeOption {
            choices: vec![Choice::new("sans", "Sans").chosen(), Choice::new("serif", "Serif")],
            ..option("font", "Text face", "choice", "sans")
        };
        vec![(
            "usual",
            Self {
                shell: Shell::sample("Look"),
                version: 2,
                themes: vec![
                    theme("terrace", "Terrace", true, ["#fbf9f5", "#2b2622", "#a5502f", "#e7dfd3"]),
                    theme("ledger", "Ledger", false, ["#ffffff", "#1c2b33", "#1f6f78", "#dfe7e8"]),
                ],
                groups: vec![
                    OptionGroup { label: "Colours".into(), options: colours },
                    OptionGroup { label: "Logo and type".into(), options: vec![logo, fonts] },
                    OptionGroup {
                        label: "Footer".into(),
                        options: vec![
                            option("footer", "Text", "markdown", "Acme Joinery, Kvarngatan 4, Uppsala"),
                            option("credits", "Name the program", "switch", "on"),
                        ],
                    },
                ],
                ..Self::default()
            },
        )]
    }
}
