//! The rows: for every route what stands for the parts of its pattern, what an author may do there, and a form
//! that can be read.

use rowhouse_tests::PASSWORD;

use self::{Author::*, What::*};

/// What stands for a part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Words that are no site's own.
    Word(&'static str),
    Item,
    User,
    Role,
    Term,
    Media,
    Redirect,
    Entry,
    Session,
    Reset,
    Preview,
    /// The name of the tenant.
    Name,
    /// The id of a super user.
    SuperId,
    Job,
    /// A job of the installation's own.
    OwnJob,
}

/// What an author may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    May,
    MayNot,
}

pub struct Row {
    pub route: &'static str,
    pub with: &'static [What],
    pub author: Author,
    /// The query of a `get`; else fields beside the token, so that no form is refused for what it lacks.
    pub form: &'static [(&'static str, &'static str)],
}

const fn row(
    route: &'static str,
    with: &'static [What],
    author: Author,
    form: &'static [(&'static str, &'static str)],
) -> Row {
    Row { route, with, author, form }
}

/// Every route of a tenant.
pub const TENANT: &[Row] = &[
    row("get /assets/site/{hash}.css", &[Word("0000000000000000")], May, &[]),
    row("get /assets/{theme}/{hash}/{file:.*}", &[Word("default"), Word("0"), Word("nothing.css")], May, &[]),
    row("get /_admin/{hash}/{file}", &[Word("0"), Word("nothing.css")], May, &[]),
    row("get /media/{id}/{variant}", &[Media, Word("original")], May, &[]),
    row("post /_unlock/{path:.*}", &[Word("locked")], May, &[("password", "wrong")]),
    row("get /_preview/{token}", &[Preview], May, &[]),
    row("get /setup", &[], May, &[]),
    row("get /admin/accent.css", &[], May, &[]),
    row("get /admin/sign-in", &[], May, &[]),
    row("post /admin/sign-in", &[], May, &[("user", "admin"), ("password", "wrong"), ("next", "")]),
    row("post /admin/sign-out", &[], May, &[]),
    row("get /admin/forgot", &[], May, &[]),
    row("post /admin/forgot", &[], May, &[("user", "admin")]),
    row("get /admin/reset/{token}", &[Reset], May, &[]),
    row("post /admin/reset/{token}", &[Reset], May, &[("password", "short"), ("again", "short")]),
    row("get /admin/account", &[], May, &[]),
    row("post /admin/account", &[], May, &[("name", "ann"), ("email", ""), ("bio", "")]),
    row("post /admin/account/password", &[], May, &[("current", "wrong"), ("password", "x"), ("again", "x")]),
    row("post /admin/account/scheme", &[], May, &[("scheme", "dark")]),
    row("post /admin/account/sessions/revoke-others", &[], May, &[]),
    row("post /admin/account/sessions/{id}/revoke", &[Session], May, &[]),
    row("get /admin", &[], May, &[]),
    row("get /admin/content", &[], May, &[]),
    row("post /admin/content/bulk", &[], May, &[("action", "publish")]),
    row("get /admin/content/at", &[], May, &[]),
    row("get /admin/content/new", &[], May, &[("kind", "post")]),
    row("post /admin/content/new", &[], May, &[("kind", "post"), ("action", "save"), ("title", "")]),
    row("post /admin/content/preview", &[], May, &[("kind", "post"), ("title", "x")]),
    row("get /admin/content/{id}", &[Item], MayNot, &[]),
    row("post /admin/content/{id}", &[Item], MayNot, &[("action", "publish"), ("title", "changed")]),
    row("post /admin/content/{id}/take-over", &[Item], MayNot, &[]),
    row("post /admin/content/{id}/autosave", &[Item], MayNot, &[("title", "changed")]),
    row("post /admin/content/{id}/autosave/discard", &[Item], May, &[]),
    row("get /admin/content/{id}/versions", &[Item], MayNot, &[]),
    row("get /admin/content/{id}/compare", &[Item], MayNot, &[]),
    row("post /admin/content/{id}/restore", &[Item], MayNot, &[("version", "1")]),
    row("get /admin/content/{id}/preview-link", &[Item], MayNot, &[]),
    row("post /admin/content/{id}/preview-link", &[Item], MayNot, &[]),
    row("get /admin/media", &[], May, &[]),
    row("post /admin/media", &[], May, &[]),
    row("get /admin/media/picker", &[], May, &[]),
    row("get /admin/media/{id}", &[Media], May, &[]),
    row("post /admin/media/{id}", &[Media], MayNot, &[("alt", "changed")]),
    row("post /admin/media/{id}/delete", &[Media], MayNot, &[("confirm", "yes")]),
    row("get /admin/bin", &[], May, &[]),
    row("post /admin/bin/empty", &[], May, &[]),
    row("post /admin/bin/{id}/restore", &[Item], MayNot, &[]),
    row("post /admin/bin/{id}/delete", &[Item], MayNot, &[("confirm", "yes")]),
    row("get /admin/terms", &[], MayNot, &[]),
    row("post /admin/terms", &[], MayNot, &[("name", "Eve"), ("taxonomy", "tag")]),
    row("get /admin/terms/{id}", &[Term], MayNot, &[]),
    row("post /admin/terms/{id}", &[Term], MayNot, &[("name", "changed")]),
    row("post /admin/terms/{id}/delete", &[Term], MayNot, &[("confirm", "yes")]),
    row("get /admin/menus", &[], MayNot, &[]),
    row("post /admin/menus/{place}/add", &[Word("main")], MayNot, &[("label", "Eve"), ("url", "/")]),
    row("post /admin/menus/{place}/items/{id}", &[Word("main"), Entry], MayNot, &[("action", "remove")]),
    row("get /admin/redirects", &[], MayNot, &[]),
    row("post /admin/redirects", &[], MayNot, &[("from", "/x"), ("to", "/y")]),
    row("post /admin/redirects/{id}/delete", &[Redirect], MayNot, &[("confirm", "yes")]),
    row("get /admin/users", &[], MayNot, &[]),
    row("get /admin/users/new", &[], MayNot, &[]),
    row("post /admin/users/new", &[], MayNot, &[("user", "eve"), ("name", "Eve"), ("how", "link")]),
    row("get /admin/users/{id}", &[User], MayNot, &[]),
    row("post /admin/users/{id}", &[User], MayNot, &[("user", "ann"), ("name", "changed"), ("email", "")]),
    row("post /admin/users/{id}/disable", &[User], MayNot, &[("confirm", "ann")]),
    row("post /admin/users/{id}/enable", &[User], MayNot, &[]),
    row("post /admin/users/{id}/reset-link", &[User], MayNot, &[]),
    row("post /admin/users/{id}/delete", &[User], MayNot, &[("confirm", "ann")]),
    row("get /admin/roles", &[], MayNot, &[]),
    row("get /admin/roles/new", &[], MayNot, &[]),
    row("post /admin/roles/new", &[], MayNot, &[("name", "guard"), ("title", "Guard")]),
    row("get /admin/roles/{id}", &[Role], MayNot, &[]),
    row("post /admin/roles/{id}", &[Role], MayNot, &[("title", "changed"), ("description", "")]),
    row("post /admin/roles/{id}/delete", &[Role], MayNot, &[("confirm", "yes")]),
    row("get /admin/settings", &[], MayNot, &[]),
    row("post /admin/settings", &[], MayNot, &[("title", "changed")]),
    row("get /admin/theme", &[], MayNot, &[]),
    row("post /admin/theme", &[], MayNot, &[("accent", "#123456")]),
    row("post /admin/theme/choose", &[], MayNot, &[("theme", "broadsheet")]),
    row("get /admin/tools", &[], MayNot, &[]),
    row("post /admin/tools/purge", &[], MayNot, &[]),
    row("get /admin/tools/jobs", &[], MayNot, &[]),
    row("post /admin/tools/jobs/{id}/retry", &[Job], MayNot, &[]),
    row("post /admin/tools/jobs/{id}/discard", &[Job], MayNot, &[("confirm", "yes")]),
];

/// Every route of a tenant that is yet to be set up. It has no users, so an author of another site is a stranger.
pub const UNFINISHED: &[Row] = &[
    row("get /setup", &[], May, &[]),
    row(
        "post /setup",
        &[],
        May,
        &[
            ("title", "Eve's"),
            ("user", "eve"),
            ("email", "eve@example.org"),
            ("password", PASSWORD),
            ("again", PASSWORD),
        ],
    ),
    row("get /_admin/{hash}/{file}", &[Word("0"), Word("nothing.css")], May, &[]),
];

/// Every route of the Default tenant. An author of a tenant is a stranger there.
pub const HOST: &[Row] = &[
    row("get /", &[], May, &[]),
    row("get /robots.txt", &[], May, &[]),
    row("get /sitemap.xml", &[], May, &[]),
    row("get /assets/{theme}/{hash}/{file:.*}", &[Word("default"), Word("0"), Word("nothing.css")], May, &[]),
    row("get /_admin/{hash}/{file}", &[Word("0"), Word("nothing.css")], May, &[]),
    row("get /setup", &[], May, &[]),
    row("post /setup", &[], May, &[("token", "wrong"), ("user", "eve"), ("password", PASSWORD)]),
    row("get /admin/sign-in", &[], May, &[]),
    row("post /admin/sign-in", &[], May, &[("user", "root"), ("password", "wrong"), ("next", "")]),
    row("post /admin/sign-out", &[], MayNot, &[]),
    row("get /admin/forgot", &[], May, &[]),
    row("post /admin/forgot", &[], May, &[("user", "admin")]),
    row("get /admin/reset/{token}", &[Reset], May, &[]),
    row("post /admin/reset/{token}", &[Reset], May, &[("password", "short"), ("again", "short")]),
    row("get /admin", &[], MayNot, &[]),
    row("get /admin/tenants", &[], MayNot, &[]),
    row("get /admin/tenants/new", &[], MayNot, &[]),
    row("post /admin/tenants/new", &[], MayNot, &[("name", "eve"), ("title", "Eve")]),
    row("get /admin/tenants/{name}", &[Name], MayNot, &[]),
    row("post /admin/tenants/{name}", &[Name], MayNot, &[("title", "changed")]),
    row("post /admin/tenants/{name}/suspend", &[Name], MayNot, &[("reason", "x")]),
    row("post /admin/tenants/{name}/resume", &[Name], MayNot, &[]),
    row("post /admin/tenants/{name}/undelete", &[Name], MayNot, &[]),
    row("post /admin/tenants/{name}/migrate", &[Name], MayNot, &[]),
    row("post /admin/tenants/{name}/setup-link", &[Name], MayNot, &[]),
    row("post /admin/tenants/{name}/backup", &[Name], MayNot, &[]),
    row("post /admin/tenants/{name}/reset", &[Name], MayNot, &[("confirm", "two"), ("recipe", "blank")]),
    row("post /admin/tenants/{name}/delete", &[Name], MayNot, &[("confirm", "two")]),
    row("get /admin/super-users", &[], MayNot, &[]),
    row("post /admin/super-users", &[], MayNot, &[("user", "eve"), ("email", "eve@example.org")]),
    row("post /admin/super-users/{id}/reset-link", &[SuperId], MayNot, &[]),
    row("post /admin/super-users/{id}/disable", &[SuperId], MayNot, &[("confirm", "root")]),
    row("post /admin/super-users/{id}/enable", &[SuperId], MayNot, &[]),
    row("get /admin/orphans", &[], MayNot, &[]),
    row("post /admin/orphans/{id}/delete", &[User], MayNot, &[("confirm", "x")]),
    row("get /admin/cluster", &[], MayNot, &[]),
    row("post /admin/cluster/{id}/forget", &[User], MayNot, &[("confirm", "yes")]),
    row("get /admin/system", &[], MayNot, &[]),
    row("get /admin/system/jobs", &[], MayNot, &[]),
    row("post /admin/system/jobs/{id}/retry", &[OwnJob], MayNot, &[]),
    row("post /admin/system/jobs/{id}/discard", &[OwnJob], MayNot, &[("confirm", "yes")]),
    row("get /admin/landing", &[], MayNot, &[]),
    row("post /admin/landing", &[], MayNot, &[("kind", "text"), ("title", "Eve"), ("text", "")]),
    row("get /admin/account", &[], MayNot, &[]),
    row("post /admin/account", &[], MayNot, &[("name", "Eve"), ("email", "")]),
    row("post /admin/account/password", &[], MayNot, &[("current", "x"), ("password", "x"), ("again", "x")]),
    row("post /admin/account/scheme", &[], MayNot, &[("scheme", "dark")]),
    row("post /admin/account/sessions/revoke-others", &[], MayNot, &[]),
    row("post /admin/account/sessions/{id}/revoke", &[Session], MayNot, &[]),
];
