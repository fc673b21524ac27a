//! `rowhouse user`: people of a site, and super users of the installation.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use rowhouse_domain::{RoleId, UserId};
use rowhouse_engine::{
    EngineError, Site,
    identity::{self, Entrance, NewPerson, NewUser, OneTimeLink, UserFilter, supers},
};
use serde::Serialize;
use serde_json::json;

use super::{Common, Out, Session, ask, out};

/// Verbs on users.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a user, with a password from standard input or a one-time link to choose one
    Create(Create),
    /// List users
    #[command(
        after_help = "Examples:\n  rowhouse user list --super\n  rowhouse user list --tenant acme --json"
    )]
    List(Whose),
    /// Make a one-time link by which somebody chooses a new password; earlier ones end
    #[command(
        after_help = "Examples:\n  rowhouse user reset-link mara --tenant acme\n  rowhouse user reset-link ode --super"
    )]
    ResetLink(Named),
    /// Keep somebody out; their sessions and links end
    #[command(after_help = "Example:\n  rowhouse user disable mara --tenant acme")]
    Disable(Named),
    /// Let somebody in again
    #[command(after_help = "Example:\n  rowhouse user enable mara --tenant acme")]
    Enable(Named),
}

/// Users of a site, or super users.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whose {
    /// The site's name
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Super users, who manage all sites
    #[arg(long = "super")]
    is_super: bool,
}

/// One of them.
#[derive(Debug, Args)]
pub struct Named {
    /// User name or mail address
    user: String,
    #[command(flatten)]
    whose: Whose,
}

/// A new one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rowhouse user create ode --super --email ode@sites.example
  rowhouse user create jonas --tenant acme --role author
  pass show ode | rowhouse user create ode --super --password-stdin")]
pub struct Create {
    #[command(flatten)]
    who: Named,
    /// The name that is shown; the user name by default
    #[arg(long, default_value = "", hide_default_value = true)]
    name: String,
    /// The mail address
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    email: String,
    /// A role in the site, as in administrator, editor, author, contributor. May be repeated
    #[arg(long = "role", conflicts_with = "is_super")]
    roles: Vec<String>,
    /// Read the password from standard input; otherwise a one-time link is made
    #[arg(long)]
    password_stdin: bool,
}

/// A link that is shown once.
#[derive(Serialize)]
struct Link {
    user: String,
    url: String,
    until: jiff::Timestamp,
}

impl Verb {
    /// # Errors
    /// One clear reason.
    pub async fn run(self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let session = Session::open(common).await?;
        match self {
            Verb::Create(verb) => verb.run(&session, out).await,
            Verb::List(whose) => list(&whose, &session, out).await,
            Verb::ResetLink(named) => reset_link(&named, &session, out).await,
            Verb::Disable(named) => set_disabled(&named, true, &session, out).await,
            Verb::Enable(named) => set_disabled(&named, false, &session, out).await,
        }
    }
}

impl Whose {
    /// The site, or nothing for super users.
    async fn site(&self, session: &Session) -> anyhow::Result<Option<Site>> {
        match &self.tenant {
            Some(tenant) => Ok(Some(session.site(tenant).await?)),
            None => Ok(None),
        }
    }
}

/// The address of a one-time link.
fn link_url(session: &Session, site: Option<&Site>, user: &str, link: &OneTimeLink) -> anyhow::Result<Link> {
    let home = match site {
        Some(site) => {
            session.home(&site.info()).context("nothing leads to the site: give it a prefix or a host")?
        }
        None => session.node.settings().public_url.to_string(),
    };
    Ok(Link {
        user: user.to_owned(),
        url: format!("{home}admin/reset/{}", link.token),
        until: link.expires_at,
    })
}

fn tell_link(link: &Link, out: &Out) {
    out.result(link, || {
        format!(
            "{} chooses a password at this link, which works once until {}:\n{}",
            link.user,
            moment(link.until),
            link.url
        )
    });
}

fn moment(at: jiff::Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

impl Create {
    async fn run(self, session: &Session, out: &Out) -> anyhow::Result<()> {
        let site = self.who.whose.site(session).await?;
        let user = self.who.user;
        let person = NewPerson { user: user.clone(), email: self.email, name: self.name, bio: String::new() };
        let password = if self.password_stdin { Some(ask::password()?) } else { None };
        let link = match &site {
            Some(site) => {
                let roles = roles_of(site, session, &self.roles).await?;
                let entrance = password.map_or(Entrance::Link, Entrance::Password);
                let new = NewUser { person, roles, entrance };
                identity::create_user(site, &session.actor, &new).await?.link
            }
            None => {
                supers::create(session.node.core(), &session.actor, &person, password.as_ref()).await?.link
            }
        };
        match link {
            Some(link) => tell_link(&link_url(session, site.as_ref(), &user, &link)?, out),
            None => out.result(&json!({ "user": user }), || format!("{user} can sign in with that password")),
        }
        Ok(())
    }
}

async fn roles_of(site: &Site, session: &Session, names: &[String]) -> anyhow::Result<Vec<RoleId>> {
    let known = identity::roles(site, &session.actor).await?;
    let find = |name: &String| {
        let found = known
            .iter()
            .find(|role| role.name.eq_ignore_ascii_case(name) || role.title.eq_ignore_ascii_case(name));
        found.map(|role| role.id).ok_or_else(|| {
            // the two that nobody is given
            let given = known.iter().map(|role| role.name.as_str());
            let names: Vec<&str> =
                given.filter(|name| !matches!(*name, "anonymous" | "authenticated")).collect();
            EngineError::invalid(
                "role",
                format!("\"{name}\" is not known here; use one of: {}", names.join(", ")),
            )
        })
    };
    Ok(names.iter().map(find).collect::<Result<_, _>>()?)
}

async fn list(whose: &Whose, session: &Session, out: &Out) -> anyhow::Result<()> {
    let heads = ["USER", "NAME", "E-MAIL", "ROLES", "STATE"];
    if let Some(site) = whose.site(session).await? {
        let filter = UserFilter { limit: 10_000, ..UserFilter::default() };
        let (users, total) = identity::users(&site, &session.actor, filter).await?;
        out.result(&json!({ "total": total, "users": users }), || {
            let rows: Vec<_> = users
                .iter()
                .map(|u| {
                    let roles: Vec<&str> = u.roles.iter().map(|r| r.name.as_str()).collect();
                    [
                        u.name.clone(),
                        u.display_name.clone(),
                        u.email.clone(),
                        roles.join(", "),
                        state(&u.state),
                    ]
                })
                .collect();
            out::table(heads, &rows)
        });
        return Ok(());
    }
    let users = supers::list(session.node.core(), &session.actor).await?;
    out.result(&json!({ "total": users.len(), "users": users }), || {
        let rows: Vec<_> = users
            .iter()
            .map(|u| {
                [
                    u.name.clone(),
                    u.display_name.clone(),
                    u.email.clone(),
                    "super user".into(),
                    state(&u.state),
                ]
            })
            .collect();
        out::table(heads, &rows)
    });
    Ok(())
}

fn state(state: &identity::AccountState) -> String {
    format!("{state:?}").to_lowercase()
}

impl Named {
    async fn find(&self, session: &Session, site: Option<&Site>) -> anyhow::Result<UserId> {
        let (found, what) = match site {
            Some(site) => (identity::find_user(site, &session.actor, &self.user).await?, "user"),
            None => (supers::find(session.node.core(), &session.actor, &self.user).await?, "super user"),
        };
        match found {
            Some(id) => Ok(id),
            None => bail!(EngineError::NotFound(what)),
        }
    }
}

async fn reset_link(named: &Named, session: &Session, out: &Out) -> anyhow::Result<()> {
    let site = named.whose.site(session).await?;
    let id = named.find(session, site.as_ref()).await?;
    let link = match &site {
        Some(site) => identity::reset_link(site, &session.actor, id).await?,
        None => supers::reset_link(session.node.core(), &session.actor, id).await?,
    };
    tell_link(&link_url(session, site.as_ref(), &named.user, &link)?, out);
    Ok(())
}

async fn set_disabled(named: &Named, disabled: bool, session: &Session, out: &Out) -> anyhow::Result<()> {
    let site = named.whose.site(session).await?;
    let id = named.find(session, site.as_ref()).await?;
    let (core, actor) = (session.node.core(), &session.actor);
    match (&site, disabled) {
        (Some(site), _) => identity::set_user_disabled(site, actor, id, disabled).await?,
        (None, true) => supers::disable(core, actor, None, id).await?,
        (None, false) => supers::enable(core, actor, id).await?,
    }
    let word = if disabled { "kept out" } else { "let in again" };
    out.result(&json!({ "user": named.user, "disabled": disabled }), || format!("{} is {word}", named.user));
    Ok(())
}
