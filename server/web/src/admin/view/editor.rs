//! The editor of a page or a post, and what it shows when two people saved.

use serde::Serialize;

use super::{Badge, Choice, DiffRow, Hidden, Problem, Shell, Tone, View, When};

/// The editor (`POST` to itself with `action` = `save`|`review`|`publish`|`unpublish`|`schedule`|`bin`; preview
/// `POST {admin_base}/content/preview` answers the page for a sandboxed frame; `POST …/content/{id}/autosave`
/// answers JSON `{"saved": "09:14"}`, or 409 when someone else saved meanwhile).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Editor {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Its id; absent until it was first saved.
    pub id: Option<String>,
    /// `page` or `post`.
    pub kind: String,
    /// The version this form was made from; 0 for something new. Sent back as `version`.
    pub version: u64,
    /// What is in the fields.
    pub form: EditorForm,
    /// Its state.
    pub state: Badge,
    /// Whether it is live now.
    pub is_live: bool,
    /// Whether a publication is planned.
    pub is_scheduled: bool,
    /// Address on the public site when it is live.
    pub live_url: Option<String>,
    /// What stands before the route, such as `sites.example/acme/`.
    pub route_base: String,
    /// When it was last saved, and by whom.
    pub saved: Option<When>,
    /// Who saved it last.
    pub saved_by: String,
    /// When it was last published.
    pub published: Option<When>,
    /// Number of versions.
    pub versions: u64,
    /// Who else has it open.
    pub lock: Option<EditLock>,
    /// Text that was kept automatically after the last save.
    pub autosave: Option<Autosave>,
    /// What this user may do with it.
    pub can: EditorCan,
    /// Time zone of the times in the form, such as `Europe/Stockholm`.
    pub zone: String,
}

/// What is in the fields of the editor, as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EditorForm {
    /// `title`.
    pub title: String,
    /// `slug`: last segment of the route of a post, or of a page below its parent.
    pub slug: String,
    /// `body`.
    pub body: String,
    /// `format`: `markdown` or `html`.
    pub format: String,
    /// `excerpt`.
    pub excerpt: String,
    /// `parent`: pages this one may lie below; none for posts.
    pub parents: Vec<Choice>,
    /// `author`: who may be named as author; empty when it cannot be changed.
    pub authors: Vec<Choice>,
    /// `category`, repeated.
    pub categories: Vec<Choice>,
    /// `tags`: names separated by commas.
    pub tags: String,
    /// Names of tags in use, offered while typing.
    pub known_tags: Vec<String>,
    /// `featured`: id of the featured image.
    pub featured: Option<EditorImage>,
    /// `template`: page templates of the theme; empty when there is only one.
    pub templates: Vec<Choice>,
    /// `publish_at`: local date and time, `2026-12-01T08:00`, or empty.
    pub publish_at: String,
    /// `unpublish_at`: local date and time or empty.
    pub unpublish_at: String,
    /// `seo_title`.
    pub seo_title: String,
    /// `seo_description`.
    pub seo_description: String,
    /// `noindex`.
    pub noindex: bool,
    /// `sticky`.
    pub sticky: bool,
    /// `password`: visitors need it to read; empty for none.
    pub password: String,
    /// `note`: what changed, kept with the version.
    pub note: String,
}

/// The featured image in the editor.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EditorImage {
    /// Its id.
    pub id: String,
    /// Address of a small variant.
    pub thumb: String,
    /// What it shows.
    pub alt: String,
    /// File name.
    pub name: String,
}

/// Someone else has the same thing open.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EditLock {
    /// Who.
    pub who: String,
    /// Since when.
    pub since: When,
}

/// Text kept automatically after the last save.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Autosave {
    /// When it was kept.
    pub when: When,
    /// Where it opens in the editor.
    pub restore_url: String,
    /// `POST` here forgets it.
    pub discard_url: String,
}

/// What this user may do with what is being edited.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct EditorCan {
    /// Save a version.
    pub save: bool,
    /// Publish, unpublish, schedule.
    pub publish: bool,
    /// Move to the bin.
    pub delete: bool,
}

impl View for Editor {
    const TEMPLATE: &'static str = "admin/editor.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("post", post()), ("new-page", new_page()), ("wrong", wrong()), ("locked", locked())]
    }
}

fn base() -> Editor {
    Editor {
        shell: Shell::sample("Oak, ash and elm").under("Content", "/acme/admin/content"),
        route_base: "sites.example/acme/journal/".into(),
        zone: "Europe/Stockholm".into(),
        can: EditorCan { save: true, publish: true, delete: true },
        state: Badge::new(Tone::Neutral, "Draft"),
        ..Editor::default()
    }
}

fn post() -> Editor {
    Editor {
        id: Some("0190-3".into()),
        kind: "post".into(),
        version: 12,
        versions: 12,
        form: EditorForm {
            title: "Oak, ash and elm".into(),
            slug: "oak-ash-and-elm".into(),
            body: "## Three woods, three tempers\n\nOak is *patient*. Ash gives way and comes back. Elm does what it likes.\n\n- oak for treads\n- ash for handrails\n- elm for the one chair you keep\n".into(),
            format: "markdown".into(),
            excerpt: "What we build stairs from, and why.".into(),
            authors: vec![Choice::new("u1", "Mara Lindqvist"), Choice::new("u2", "Jonas Berg").chosen()],
            categories: vec![
                Choice::new("c1", "Workshop").chosen(),
                Choice::new("c2", "Wood"),
                Choice::new("c3", "Oak").at_depth(1).chosen(),
            ],
            tags: "oak, ash".into(),
            known_tags: vec!["oak".into(), "ash".into(), "elm".into()],
            featured: Some(EditorImage {
                id: "m1".into(),
                thumb: "/_/sample.svg".into(),
                alt: "Three boards side by side".into(),
                name: "boards.jpg".into(),
            }),
            publish_at: "2026-12-01T08:00".into(),
            seo_title: "Oak, ash and elm in staircases".into(),
            sticky: true,
            ..EditorForm::default()
        },
        state: Badge::new(Tone::Good, "Published"),
        is_live: true,
        live_url: Some("https://sites.example/acme/journal/oak-ash-and-elm".into()),
        saved: Some(When::new("2026-11-21T09:10:00Z", "4 minutes ago")),
        saved_by: "Jonas Berg".into(),
        published: Some(When::new("2026-11-18T10:00:00Z", "18 Nov 2026, 11:00")),
        autosave: Some(Autosave {
            when: When::new("2026-11-21T09:13:00Z", "a minute ago"),
            restore_url: "/acme/admin/content/0190-3?autosave=1".into(),
            discard_url: "/acme/admin/content/0190-3/autosave/discard".into(),
        }),
        ..base()
    }
}

fn new_page() -> Editor {
    Editor {
        kind: "page".into(),
        shell: Shell::sample("New page").under("Content", "/acme/admin/content"),
        route_base: "sites.example/acme/".into(),
        form: EditorForm {
            format: "markdown".into(),
            parents: vec![Choice::new("", "None, at the top").chosen(), Choice::new("p1", "Staircases")],
            templates: vec![Choice::new("page", "Standard").chosen(), Choice::new("wide", "Wide")],
            ..EditorForm::default()
        },
        ..base()
    }
}

fn wrong() -> Editor {
    let mut view = post();
    view.problems = vec![
        Problem::new("title", "A published post needs a title."),
        Problem::new("slug", "“about” is taken by the page “About us”. Choose another."),
        Problem::new("publish_at", "This moment has passed. Choose one in the future, or publish now."),
    ];
    view.form.title = String::new();
    view.form.slug = "about".into();
    view.autosave = None;
    view
}

fn locked() -> Editor {
    Editor {
        lock: Some(EditLock {
            who: "Wilhelmina Featherstonehaugh-Montgomery".into(),
            since: When::new("2026-11-21T09:02:00Z", "12 minutes ago"),
        }),
        autosave: None,
        can: EditorCan::default(),
        ..post()
    }
}

/// A save that was refused because the text was changed meanwhile. `POST {admin_base}/content/{id}` again with
/// `carry`, `version` = `theirs.version`, the chosen `title` and `body`, and `action`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Conflict {
    /// The frame.
    pub shell: Shell,
    /// Id of the page or post.
    pub id: String,
    /// What this user tried to save.
    pub mine: ConflictSide,
    /// What is stored now.
    pub theirs: ConflictSide,
    /// The two bodies side by side, stored text on the left.
    pub diff: Vec<DiffRow>,
    /// Other fields that differ.
    pub fields: Vec<FieldClash>,
    /// This user's other fields, to be sent again.
    pub carry: Vec<Hidden>,
    /// What this user wanted to do: `save`, `publish`, …
    pub action: String,
}

/// One of the two texts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConflictSide {
    /// Version it is, or was made from.
    pub version: u64,
    /// Who wrote it.
    pub who: String,
    /// When.
    pub when: When,
    /// Title.
    pub title: String,
    /// Whole body.
    pub body: String,
}

/// A field that differs between two texts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FieldClash {
    /// Its label.
    pub label: String,
    /// Stored or older value.
    pub theirs: String,
    /// Typed or newer value.
    pub mine: String,
}

impl View for Conflict {
    const TEMPLATE: &'static str = "admin/conflict.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let side = |version, who: &str, title: &str, body: &str| ConflictSide {
            version,
            who: who.into(),
            when: When::new("2026-11-21T09:12:00Z", "2 minutes ago"),
            title: title.into(),
            body: body.into(),
        };
        vec![(
            "usual",
            Self {
                shell: Shell::sample("Someone else saved this first")
                    .under("Content", "/acme/admin/content")
                    .under("Visit us", "/acme/admin/content/0190-9"),
                id: "0190-9".into(),
                mine: side(4, "You", "Visit us", "## Opening hours\n\nFrom Tuesday to Friday, 9 to 17.\n"),
                theirs: side(5, "Jonas Berg", "Visit the workshop", "## Opening hours\n\nOn Tuesdays.\n"),
                diff: DiffRow::sample(),
                fields: vec![FieldClash {
                    label: "Title".into(),
                    theirs: "Visit the workshop".into(),
                    mine: "Visit us".into(),
                }],
                carry: vec![Hidden { name: "slug".into(), value: "visit".into() }],
                action: "save".into(),
            },
        )]
    }
}
