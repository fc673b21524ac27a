//! The frame around every admin screen: built from who is signed in and where, so that a screen cannot show
//! another site's name or a way that is not open to its user.

use actix_web::{HttpRequest, HttpResponse};
use rowhouse_domain::{
    content::Kind,
    permission::{Act, Area as Site, Grants, Permission},
};
use rowhouse_engine::identity::SignedIn;

use super::view::{Assets, Fault, NavEntry, NavSection, Shell, ShellUser, View};
use crate::{
    context::{self, Area},
    cookies,
    error::Result,
    extract::{At, Member, SuperUser},
    fault::Failure,
    flash, reply,
    state::Web,
};

/// The cookie in which a browser keeps the chosen colour scheme.
pub const SCHEME_COOKIE: &str = "rowhouse_scheme";

/// Answers with a screen, and forgets what it told once.
///
/// # Errors
/// A fault in the template.
pub fn show<V: View>(web: &Web, request: &HttpRequest, base: &str, view: &V) -> Result {
    let html = web.templates().render(V::TEMPLATE, view)?;
    let mut answer = reply::private_html(html);
    flash::clear(web, request, base, &mut answer);
    Ok(answer)
}

/// As [`show`], for a form that came back with problems: what was typed is in it.
///
/// # Errors
/// A fault in the template.
pub fn show_problems<V: View>(
    web: &Web,
    request: &HttpRequest,
    base: &str,
    view: &V,
) -> Result<HttpResponse> {
    let mut answer = show(web, request, base, view)?;
    *answer.status_mut() = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer)
}

/// The frame of a tenant's admin for a signed-in user. `here` is the path of the current entry of the
/// navigation below the admin, such as `/content`.
#[must_use]
pub fn member(web: &Web, request: &HttpRequest, member: &Member, title: &str, here: &str) -> Shell {
    let mut shell = door(web, request, &member.at, title);
    shell.user = Some(user(&member.who));
    shell.nav = navigation(&member.admin(), &member.who.grants, here);
    shell.quick = quick(&member.admin(), &member.who.grants);
    shell.csrf = member.who.form_token();
    shell
}

/// The frame of a tenant's admin before anybody has signed in.
#[must_use]
pub fn door(web: &Web, request: &HttpRequest, at: &At, title: &str) -> Shell {
    let info = at.site.info();
    let mut shell = bare(web, request, at.path(), title);
    shell.site_name = info.title.clone();
    shell.assets.accent = at.link("/admin/accent.css");
    shell.public_url = format!(
        "{}{}/",
        rowhouse_engine::pages::origin_of(&web.node().settings().public_url, &at.base),
        at.path()
    );
    shell
}

/// The frame of the Default tenant's admin for a super user.
#[must_use]
pub fn host(web: &Web, request: &HttpRequest, super_user: &SuperUser, title: &str, here: &str) -> Shell {
    let mut shell = host_door(web, request, title);
    shell.user = Some(ShellUser { name: super_user.who.display_name.clone(), role: "Super user".into() });
    let entries = [
        ("Tenants", "/tenants", "row"),
        ("Super users", "/super-users", "users"),
        ("Landing page", "/landing", "home"),
        ("Orphans", "/orphans", "bin"),
        ("Cluster", "/cluster", "nodes"),
        ("System", "/system", "system"),
    ];
    shell.nav = vec![NavSection { label: String::new(), entries: entries_at("/admin", &entries, here) }];
    shell.quick = vec![NavEntry::new("New tenant", "/admin/tenants/new".into(), "plus")];
    shell.csrf = super_user.who.form_token();
    shell
}

/// The frame of the Default tenant's admin before anybody has signed in.
#[must_use]
pub fn host_door(web: &Web, request: &HttpRequest, title: &str) -> Shell {
    let mut shell = bare(web, request, "", title);
    shell.site_name = "Rowhouse".into();
    shell.public_url = web.node().settings().public_url.to_string();
    shell.is_host = true;
    shell
}

fn bare(web: &Web, request: &HttpRequest, base: &str, title: &str) -> Shell {
    let address = |name: &str| web.assets().address(base, name).unwrap_or_default();
    Shell {
        base: base.to_owned(),
        admin_base: format!("{base}/admin"),
        language: "en".into(),
        direction: "ltr".into(),
        title: title.to_owned(),
        flashes: flash::take(web, request, base),
        assets: Assets { css: address("admin.css"), js: address("admin.js"), accent: String::new() },
        scheme: cookies::raw(request, SCHEME_COOKIE)
            .filter(|s| matches!(s.as_str(), "light" | "dark"))
            .unwrap_or_default(),
        node: web.node().settings().node.clone(),
        build: web.node().settings().build.clone(),
        ..Shell::default()
    }
}

fn user(who: &SignedIn) -> ShellUser {
    let role = who.roles.first().cloned().unwrap_or_else(|| "Signed in".to_owned());
    ShellUser { name: who.display_name.clone(), role }
}

fn entries_at(admin: &str, entries: &[(&str, &str, &str)], here: &str) -> Vec<NavEntry> {
    let entry = |(label, path, icon): &(&str, &str, &str)| {
        let mut entry = NavEntry::new(label, format!("{admin}{path}"), icon);
        entry.current = *path == here;
        entry
    };
    entries.iter().map(entry).collect()
}

/// Where this user may go, in groups.
fn navigation(admin: &str, grants: &Grants, here: &str) -> Vec<NavSection> {
    let site = |area: Site| grants.has(Permission::Site(area));
    let writes = Kind::ALL.iter().any(|k| grants.has(Permission::Item(*k, Act::Create)));
    let group = |label: &str, entries: &[(bool, &'static str, &'static str, &'static str)]| {
        let open: Vec<_> = entries.iter().filter(|e| e.0).map(|e| (e.1, e.2, e.3)).collect();
        NavSection { label: label.to_owned(), entries: entries_at(admin, &open, here) }
    };
    let all = [
        group(
            "",
            &[
                (true, "Overview", "", "home"),
                (writes, "Content", "/content", "page"),
                (site(Site::MediaUpload), "Media", "/media", "image"),
                (writes, "Bin", "/bin", "bin"),
            ],
        ),
        group(
            "Structure",
            &[
                (site(Site::Terms), "Categories and tags", "/terms", "tag"),
                (site(Site::Menus), "Menus", "/menus", "menu"),
                (site(Site::Redirects), "Redirects", "/redirects", "redirect"),
            ],
        ),
        group(
            "Site",
            &[
                (site(Site::Themes), "Look", "/theme", "palette"),
                (site(Site::Users), "Users", "/users", "users"),
                (site(Site::Roles), "Roles", "/roles", "key"),
                (site(Site::Settings), "Settings", "/settings", "settings"),
                (site(Site::Tools), "Tools", "/tools", "tools"),
            ],
        ),
    ];
    all.into_iter().filter(|section| !section.entries.is_empty()).collect()
}

fn quick(admin: &str, grants: &Grants) -> Vec<NavEntry> {
    let kinds = [(Kind::Page, "New page", "page"), (Kind::Post, "New post", "post")];
    kinds
        .iter()
        .filter(|(kind, ..)| grants.has(Permission::Item(*kind, Act::Create)))
        .map(|(kind, label, icon)| NavEntry::new(label, format!("{admin}/content/new?kind={kind}"), icon))
        .collect()
}

/// A failure inside the admin. Nobody is looked up for it: the frame is the one before signing in.
#[must_use]
pub fn fault(web: &Web, request: &HttpRequest, area: &Area, failure: &Failure) -> String {
    let heading = heading(failure.status.as_u16());
    let shell = match area {
        Area::Tenant(at) | Area::Unfinished(at) => {
            let at =
                At { site: at.site.clone(), base: at.base.clone(), arrived: context::facts(request).arrived };
            door(web, request, &at, heading)
        }
        Area::Host => host_door(web, request, heading),
    };
    let view = Fault {
        shell,
        status: failure.status.as_u16(),
        heading: heading.to_owned(),
        message: failure.words.clone(),
        request_id: failure.status.is_server_error().then(|| context::facts(request).id.to_string()),
    };
    web.templates().render(Fault::TEMPLATE, &view).unwrap_or_else(|error| {
        tracing::error!(%error, "the admin's fault page cannot be rendered");
        failure.words.clone()
    })
}

const fn heading(status: u16) -> &'static str {
    match status {
        403 => "You may not do this",
        404 => "This page is not here",
        409 => "Something else stands in the way",
        413 => "This is too large",
        422 => "This could not be taken",
        429 => "Too many tries",
        503 => "Back in a moment",
        500..=599 => "Something broke on our side",
        _ => "This did not work",
    }
}
