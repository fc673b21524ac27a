//! One tenant, seen from the Default tenant: making it, what came of that, its facts and what can be done to it.

use serde::Serialize;

use super::{Badge, Choice, Fact, OneTime, Problem, Shell, Tone, View, When};

/// A new tenant (`POST {admin_base}/tenants/new` with the fields' names).
#[derive(Debug, Clone, Default, Serialize)]
pub struct TenantCreate {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// What is in the fields.
    pub form: TenantForm,
    /// `recipe`.
    pub recipes: Vec<Choice>,
    /// `isolation`: `database` or `schema`.
    pub isolations: Vec<Choice>,
    /// Where its database goes when no URL is given, such as `sqlite://data/tenants/{name}.db`.
    pub database_pattern: String,
    /// Fewest characters of a password.
    pub minimum: u32,
    /// Host that prefixes belong to, such as `sites.example`.
    pub base_host: String,
    /// Whether it is the only site (single mode), so that there is no prefix.
    pub single: bool,
}

/// What is in the fields of a tenant, as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TenantForm {
    /// `name`; cannot be changed later.
    pub name: String,
    /// `title`.
    pub title: String,
    /// `prefix`; empty for none.
    pub prefix: String,
    /// `hosts`, one a line.
    pub hosts: String,
    /// `ring`.
    pub ring: String,
    /// `theme`.
    pub themes: Vec<Choice>,
    /// `allowed_theme`, repeated: themes its administrators may choose.
    pub allowed_themes: Vec<Choice>,
    /// `feature`, repeated: what its administrators may switch on.
    pub features: Vec<Choice>,
    /// `quota_media`: megabytes of media; empty for no limit.
    pub quota_media: String,
    /// `quota_items`: pages and posts; empty for no limit.
    pub quota_items: String,
    /// `quota_users`: users; empty for no limit.
    pub quota_users: String,
    /// `database_url`; empty for the pattern. Never filled in from what is stored.
    pub database_url: String,
    /// `setup`: `now` with an administrator, or `later` by a one-time link.
    pub setup: String,
    /// `admin_user`.
    pub admin_user: String,
    /// `admin_email`.
    pub admin_email: String,
}

fn form() -> TenantForm {
    TenantForm {
        name: "acme".into(),
        title: "Acme Joinery".into(),
        prefix: "/acme".into(),
        hosts: "acme.example\nwww.acme.example".into(),
        themes: vec![Choice::new("terrace", "Terrace").chosen(), Choice::new("ledger", "Ledger")],
        allowed_themes: vec![
            Choice::new("terrace", "Terrace").chosen(),
            Choice::new("ledger", "Ledger").chosen(),
        ],
        features: vec![
            Choice::new("feeds", "Feeds").chosen(),
            Choice::new("raw_html", "Raw HTML and scripts").with_hint("Needs a host of its own."),
        ],
        quota_media: "1024".into(),
        setup: "now".into(),
        ..TenantForm::default()
    }
}

impl View for TenantCreate {
    const TEMPLATE: &'static str = "admin/tenant-create.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            shell: Shell::host_sample("New tenant").under("Tenants", "/admin/tenants"),
            form: TenantForm {
                name: String::new(),
                title: String::new(),
                prefix: String::new(),
                hosts: String::new(),
                ..form()
            },
            recipes: vec![
                Choice::new("blank", "Blank").with_hint("A home page and nothing else."),
                Choice::new("company", "Company").chosen().with_hint("A handful of pages and a menu."),
                Choice::new("blog", "Blog").with_hint("Posts, categories and a feed."),
            ],
            isolations: vec![
                Choice::new("database", "A database of its own").chosen(),
                Choice::new("schema", "A schema in a shared database").with_hint("PostgreSQL only."),
            ],
            database_pattern: "sqlite://data/tenants/{name}.db".into(),
            minimum: 10,
            base_host: "sites.example".into(),
            ..Self::default()
        };
        let wrong = Self {
            problems: vec![
                Problem::new("name", "“acme” is another tenant already."),
                Problem::new("prefix", "“/admin” is reserved. Choose another."),
            ],
            form: TenantForm { prefix: "/admin".into(), ..form() },
            ..empty.clone()
        };
        vec![("empty", empty), ("wrong", wrong)]
    }
}

/// A tenant that was just made. Shows what is shown once.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TenantCreated {
    /// The frame.
    pub shell: Shell,
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Full address of its public site.
    pub public_url: String,
    /// Full address of its admin.
    pub admin_url: String,
    /// Its administrator; absent when it is set up later.
    pub user: Option<String>,
    /// The password that was made for them; absent when it was given.
    pub password: Option<String>,
    /// The link by which it is set up.
    pub link: Option<OneTime>,
}

impl View for TenantCreated {
    const TEMPLATE: &'static str = "admin/tenant-created.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let password = Self {
            shell: Shell::host_sample("Acme Joinery is ready").under("Tenants", "/admin/tenants"),
            name: "acme".into(),
            title: "Acme Joinery".into(),
            public_url: "https://sites.example/acme/".into(),
            admin_url: "https://sites.example/acme/admin".into(),
            user: Some("mara".into()),
            password: Some("vexed-otter-plank-61".into()),
            link: None,
        };
        let link = Self {
            user: None,
            password: None,
            link: Some(OneTime {
                link: "https://sites.example/acme/setup/q8Zp2cW0xv6nL1sRt5eY9uKb3dFh7jMa".into(),
                expires: When::new("2026-11-28", "28 Nov 2026"),
            }),
            ..password.clone()
        };
        let given = Self { password: None, ..password.clone() };
        vec![("password", password), ("link", link), ("given", given)]
    }
}

/// One tenant (`POST {admin_base}/tenants/{name}` saves the form; `POST …/{name}/suspend` (`reason`), `/resume`,
/// `/backup`, `/migrate`, `/setup-link`, `/undelete`, and with `confirm` = name `/reset` (`recipe`), `/delete`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct TenantDetail {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Its state.
    pub state: Badge,
    /// Why it failed or was suspended; may be empty.
    pub reason: String,
    /// Full address of its public site; absent when it answers nothing.
    pub public_url: Option<String>,
    /// Full address of its admin; absent when it answers nothing.
    pub admin_url: Option<String>,
    /// Id, database, schema, revision, sizes, moments.
    pub facts: Vec<Fact>,
    /// What is in the fields.
    pub form: TenantForm,
    /// Version the form was made from; sent back as `version`.
    pub version: u64,
    /// Host that prefixes belong to.
    pub base_host: String,
    /// Recipes it can be reset to.
    pub recipes: Vec<Choice>,
    /// What can be done to it now.
    pub can: TenantCan,
    /// Until when it can be undeleted.
    pub purge: Option<When>,
    /// A set-up link just made; shown once.
    pub link: Option<OneTime>,
    /// What happened to it, latest first.
    pub events: Vec<TenantEvent>,
}

/// What can be done to a tenant in its present state.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct TenantCan {
    /// Save the form.
    pub edit: bool,
    /// Take it off the air.
    pub suspend: bool,
    /// Put it on the air again.
    pub resume: bool,
    /// Bring its schema up to the program's.
    pub migrate: bool,
    /// Make a link by which it is set up.
    pub setup_link: bool,
    /// Write a backup.
    pub backup: bool,
    /// Start it afresh from a recipe.
    pub reset: bool,
    /// Delete it.
    pub delete: bool,
    /// Bring it back.
    pub undelete: bool,
}

/// Something that happened to a tenant.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TenantEvent {
    /// When.
    pub when: When,
    /// Who did it.
    pub who: String,
    /// What happened.
    pub text: String,
    /// How it went.
    pub tone: Tone,
}

impl View for TenantDetail {
    const TEMPLATE: &'static str = "admin/tenant.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let running = running();
        let deleted = Self {
            state: Badge::new(Tone::Neutral, "Deleted"),
            public_url: None,
            admin_url: None,
            can: TenantCan { undelete: true, ..TenantCan::default() },
            purge: Some(When::new("2026-12-20", "20 Dec 2026")),
            ..running.clone()
        };
        let failed = Self {
            state: Badge::new(Tone::Danger, "Failed"),
            reason: "Its database belongs to another tenant".into(),
            can: TenantCan { resume: true, delete: true, migrate: true, ..TenantCan::default() },
            ..running.clone()
        };
        let uninitialised = Self {
            state: Badge::new(Tone::Waiting, "Uninitialised"),
            can: TenantCan { edit: true, setup_link: true, delete: true, ..TenantCan::default() },
            link: Some(OneTime {
                link: "https://sites.example/acme/setup/q8Zp2cW0xv6nL1sRt5eY9uKb3dFh7jMa".into(),
                expires: When::new("2026-11-28", "28 Nov 2026"),
            }),
            ..running.clone()
        };
        vec![("running", running), ("deleted", deleted), ("failed", failed), ("uninitialised", uninitialised)]
    }
}

fn running() -> TenantDetail {
    let event = |who: &str, text: &str, tone| TenantEvent {
        when: When::new("2026-11-20T14:00:00Z", "20 Nov 2026, 15:00"),
        who: who.into(),
        text: text.into(),
        tone,
    };
    TenantDetail {
        shell: Shell::host_sample("Acme Joinery").under("Tenants", "/admin/tenants"),
        name: "acme".into(),
        title: "Acme Joinery".into(),
        state: Badge::new(Tone::Good, "Running"),
        public_url: Some("https://sites.example/acme/".into()),
        admin_url: Some("https://sites.example/acme/admin".into()),
        facts: vec![
            Fact::code("Id", "0190f3c2-7c1e-7a4b-9b0e-51f2a6d0c3aa"),
            Fact::new("Database", "SQLite"),
            Fact::code("Database name", "acme_a6d0c3aa.db"),
            Fact::new("Isolation", "A database of its own"),
            Fact::new("Schema version", "7, current"),
            Fact::new("Revision", "214"),
            Fact::new("Made", "2 Nov 2026, 10:00"),
            Fact::new("Last change", "25 minutes ago"),
        ],
        form: form(),
        version: 4,
        base_host: "sites.example".into(),
        recipes: vec![Choice::new("blank", "Blank").chosen(), Choice::new("company", "Company")],
        can: TenantCan {
            edit: true,
            suspend: true,
            backup: true,
            reset: true,
            delete: true,
            ..TenantCan::default()
        },
        events: vec![
            event("Ode Ferreira", "Resumed", Tone::Good),
            event("Ode Ferreira", "Suspended: invoice of October", Tone::Warning),
            event("system", "Migrated from schema 6 to 7", Tone::Neutral),
        ],
        ..TenantDetail::default()
    }
}
