//! The frame around every admin screen: whose site, who is signed in, where one can go, what just happened.

use serde::Serialize;

use super::part::{Link, Tone};

/// The frame. `user` is absent on screens one sees before signing in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Shell {
    /// Title of the site; of the whole row on the Default tenant.
    pub site_name: String,
    /// The tenant's prefix, such as `/acme`; empty at the root of a host.
    pub base: String,
    /// Where the admin begins, such as `/acme/admin`. No slash at the end.
    pub admin_base: String,
    /// Full address of the public site.
    pub public_url: String,
    /// BCP 47 tag of the language of the admin's words.
    pub language: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// Title of this page, without the site's name.
    pub title: String,
    /// Way back, outermost first, without this page.
    pub crumbs: Vec<Link>,
    /// Who is signed in.
    pub user: Option<ShellUser>,
    /// Where this user may go, in groups; only what is permitted.
    pub nav: Vec<NavSection>,
    /// What this user can begin from anywhere (`New page`).
    pub quick: Vec<NavEntry>,
    /// What just happened.
    pub flashes: Vec<Flash>,
    /// Token of every form; sent as `csrf`.
    pub csrf: String,
    /// Addresses of what the browser loads.
    pub assets: Assets,
    /// `light` or `dark` when the user chose one (cookie `rowhouse_scheme`), else empty.
    pub scheme: String,
    /// Whether this is the Default tenant's admin, where tenants are managed.
    pub is_host: bool,
    /// Name of the node that answered.
    pub node: String,
    /// Version of the program.
    pub build: String,
}

/// Who is signed in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ShellUser {
    /// Name as shown.
    pub name: String,
    /// Most powerful role, such as `Administrator`.
    pub role: String,
}

/// A group of places to go.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NavSection {
    /// Heading; empty for the first group.
    pub label: String,
    /// The places.
    pub entries: Vec<NavEntry>,
}

/// A place to go.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NavEntry {
    /// Words.
    pub label: String,
    /// Address.
    pub href: String,
    /// Name of an icon of `admin/part/icon.html`.
    pub icon: String,
    /// Whether it is where we are.
    pub current: bool,
    /// A number that asks for attention.
    pub count: Option<u64>,
}

impl NavEntry {
    /// A place one is not at.
    #[must_use]
    pub fn new(label: &str, href: String, icon: &str) -> Self {
        Self { label: label.to_owned(), href, icon: icon.to_owned(), ..Self::default() }
    }
}

/// What just happened, shown once.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Flash {
    /// Good, warning or danger.
    pub tone: Tone,
    /// A sentence or two.
    pub text: String,
    /// What to do next, such as `View page`.
    pub link: Option<Link>,
}

impl Flash {
    /// A message without a link.
    #[must_use]
    pub fn new(tone: Tone, text: &str) -> Self {
        Self { tone, text: text.to_owned(), link: None }
    }
}

/// Addresses of what the browser loads, each with its content hash.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Assets {
    /// Address of `admin.css`.
    pub css: String,
    /// Address of `admin.js`.
    pub js: String,
    /// Address of the stylesheet with the tenant's colour; empty for the built-in brick.
    pub accent: String,
}

impl Shell {
    /// The frame of an administrator of a sample site.
    pub(super) fn sample(title: &str) -> Self {
        let at = |path: &str| format!("/acme/admin{path}");
        let entry = |label: &str, path: &str, icon: &str| NavEntry::new(label, at(path), icon);
        let mut media = entry("Media", "/media", "image");
        media.current = title == "Media";
        let mut list = entry("Content", "/content", "page");
        list.current = title == "Content";
        list.count = Some(3);
        Self {
            site_name: "Acme Joinery".into(),
            base: "/acme".into(),
            admin_base: "/acme/admin".into(),
            public_url: "https://sites.example/acme/".into(),
            language: "en".into(),
            direction: "ltr".into(),
            title: title.into(),
            user: Some(ShellUser { name: "Mara Lindqvist".into(), role: "Administrator".into() }),
            nav: vec![
                NavSection {
                    label: String::new(),
                    entries: vec![entry("Overview", "", "home"), list, media, entry("Bin", "/bin", "bin")],
                },
                NavSection {
                    label: "Structure".into(),
                    entries: vec![
                        entry("Categories and tags", "/terms", "tag"),
                        entry("Menus", "/menus", "menu"),
                        entry("Redirects", "/redirects", "redirect"),
                    ],
                },
                NavSection {
                    label: "Site".into(),
                    entries: vec![
                        entry("Look", "/theme", "palette"),
                        entry("Users", "/users", "users"),
                        entry("Roles", "/roles", "key"),
                        entry("Settings", "/settings", "settings"),
                        entry("Tools", "/tools", "tools"),
                    ],
                },
            ],
            quick: vec![
                entry("New page", "/content/new?kind=page", "page"),
                entry("New post", "/content/new?kind=post", "post"),
            ],
            csrf: "c2FtcGxlLXRva2Vu".into(),
            assets: Assets {
                css: "/_/admin.css".into(),
                js: "/_/admin.js".into(),
                accent: "/_/accent.css".into(),
            },
            node: "node-1".into(),
            build: "0.1.0".into(),
            ..Self::default()
        }
    }

    /// The frame of a super user on the Default tenant.
    pub(super) fn host_sample(title: &str) -> Self {
        let entry = |label: &str, path: &str, icon: &str| {
            let mut entry = NavEntry::new(label, format!("/admin{path}"), icon);
            entry.current = label == title;
            entry
        };
        Self {
            site_name: "Rowhouse".into(),
            base: String::new(),
            admin_base: "/admin".into(),
            public_url: "https://sites.example/".into(),
            is_host: true,
            user: Some(ShellUser { name: "Ode Ferreira".into(), role: "Super user".into() }),
            nav: vec![NavSection {
                label: String::new(),
                entries: vec![
                    entry("Tenants", "/tenants", "row"),
                    entry("Super users", "/super-users", "users"),
                    entry("Orphans", "/orphans", "bin"),
                    entry("Cluster", "/cluster", "nodes"),
                    entry("System", "/system", "system"),
                ],
            }],
            quick: vec![entry("New tenant", "/tenants/new", "plus")],
            assets: Assets { accent: String::new(), ..Self::sample("").assets },
            ..Self::sample(title)
        }
    }

    /// The same frame before anyone has signed in.
    pub(super) fn signed_out(mut self) -> Self {
        self.user = None;
        self.nav = Vec::new();
        self.quick = Vec::new();
        self
    }

    /// The same frame with a way back.
    pub(super) fn under(mut self, label: &str, href: &str) -> Self {
        self.crumbs.push(Link::new(label, href));
        self
    }

    /// The same frame after something happened.
    pub(super) fn saying(mut self, tone: Tone, text: &str) -> Self {
        self.flashes.push(Flash::new(tone, text));
        self
    }
}
