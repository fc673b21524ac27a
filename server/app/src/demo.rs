//! What a node does on its first start: the one site of single mode, the token by which the first super user is
//! made, and the two sites of `--demo`. All of it happens once; on later starts there is only to say where things are.

use anyhow::Context;
use rowhouse_domain::tenant::TenantState;
use rowhouse_engine::{
    Actor, EngineError, Mode, Node,
    identity::{NewPerson, OneTimeLink, Password, supers},
    keys::random_token,
    tenants::{CreateTenant, Created},
};

use crate::cli::home;

/// A place to go, and how to get in where that was made just now.
#[derive(Clone, Debug)]
pub struct Door {
    /// What it is.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// Where its admin is.
    pub admin: String,
    /// User name and password, shown once.
    pub account: Option<(String, String)>,
}

/// What a first start found to tell.
#[derive(Clone, Debug, Default)]
pub struct Welcome {
    /// Sites and the Default tenant.
    pub doors: Vec<Door>,
    /// The address by which the first super user, or the only site, is set up.
    pub set_up: Option<String>,
}

/// The name of the only site of single mode.
const SINGLE: &str = "site";

fn operator() -> Actor {
    Actor { name: "first start".into(), ..Actor::system() }
}

/// Prepares a node for its first visitors.
///
/// # Errors
/// What a database says.
pub async fn prepare(node: &Node, demo: bool) -> anyhow::Result<Welcome> {
    let welcome = match (node.settings().mode, demo) {
        (Mode::Single, demo) => single(node, demo).await?,
        (Mode::Multi, true) => row(node).await?,
        (Mode::Multi, false) => first_run(node).await?,
    };
    node.refresh().await?;
    Ok(welcome)
}

async fn first_run(node: &Node) -> anyhow::Result<Welcome> {
    let token = supers::first_run_token(node.core()).await.context("the first super user")?;
    let url = &node.settings().public_url;
    Ok(Welcome { set_up: token.map(|link| format!("{url}setup?token={}", link.token)), ..Welcome::default() })
}

async fn single(node: &Node, demo: bool) -> anyhow::Result<Welcome> {
    let wanted = if demo {
        CreateTenant { recipe: "company".into(), title: "Acme Joinery".into(), ..named(SINGLE) }
    } else {
        CreateTenant { uninitialised: true, title: "My site".into(), ..named(SINGLE) }
    };
    let Some(known) = node.tenants().into_iter().next() else {
        let created = node.lifecycle().create(wanted, &operator()).await.context("the site")?;
        let set_up = created.setup.as_ref().map(|link| setup_url(node, link));
        return Ok(Welcome { doors: door(node, &created).into_iter().collect(), set_up });
    };
    let tenant = node.lifecycle().show(known.name.as_str(), &operator()).await.context("the site")?;
    let set_up = match tenant.state {
        TenantState::Uninitialised => {
            let link = node.lifecycle().setup_link(tenant.name.as_str(), &operator()).await?;
            Some(setup_url(node, &link))
        }
        TenantState::Running | TenantState::Suspended | TenantState::Failed | TenantState::Deleted => None,
    };
    let created = Created { tenant, existed: true, admin: None, setup: None };
    Ok(Welcome { doors: door(node, &created).into_iter().collect(), set_up })
}

fn setup_url(node: &Node, link: &OneTimeLink) -> String {
    format!("{}setup?token={}", node.settings().public_url, link.token)
}

fn named(name: &str) -> CreateTenant {
    CreateTenant { name: name.into(), ..CreateTenant::default() }
}

/// The two sites of the demonstration, and whoever manages them.
async fn row(node: &Node) -> anyhow::Result<Welcome> {
    let mut doors = vec![keeper(node).await?];
    for (name, title, recipe) in
        [("acme", "Acme Joinery", "company"), ("journal", "The Long Journal", "blog")]
    {
        let created = match node.lifecycle().show(name, &operator()).await {
            Ok(tenant) => Created { tenant, existed: true, admin: None, setup: None },
            Err(EngineError::NotFound(_)) => {
                let wanted = CreateTenant { title: title.into(), recipe: recipe.into(), ..named(name) };
                node.lifecycle()
                    .create(wanted, &operator())
                    .await
                    .with_context(|| format!("the site {name}"))?
            }
            Err(error) => return Err(error.into()),
        };
        doors.extend(door(node, &created));
    }
    Ok(Welcome { doors, set_up: None })
}

/// The super user, with a password if there was none yet.
async fn keeper(node: &Node) -> anyhow::Result<Door> {
    let url = node.settings().public_url.to_string();
    let mut door = Door { title: "All sites".into(), admin: format!("{url}admin"), url, account: None };
    if supers::list(node.core(), &operator()).await?.is_empty() {
        let password: String = random_token().chars().filter(char::is_ascii_alphanumeric).take(20).collect();
        let person = NewPerson { user: "admin".into(), name: "Admin".into(), ..NewPerson::default() };
        supers::create(node.core(), &operator(), &person, Some(&Password(password.clone()))).await?;
        door.account = Some(("admin".into(), password));
    }
    Ok(door)
}

fn door(node: &Node, created: &Created) -> Option<Door> {
    let url = home(node, &created.tenant)?;
    let account = created.admin.as_ref().and_then(|admin| {
        admin.password.as_ref().map(|password| (admin.user.to_string(), password.0.clone()))
    });
    Some(Door { title: created.tenant.title.clone(), admin: format!("{url}admin"), url, account })
}

impl Welcome {
    /// For the terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for door in &self.doors {
            lines.push(format!(
                "\n  {}\n    site      {}\n    admin     {}",
                door.title, door.url, door.admin
            ));
            if let Some((user, password)) = &door.account {
                lines.push(format!("    user      {user}\n    password  {password}"));
            }
        }
        if self.doors.iter().any(|door| door.account.is_some()) {
            lines.push(
                "\n  These passwords are shown this once. Keep them, or choose others in the admin.".into(),
            );
        }
        if let Some(url) = &self.set_up {
            lines.push(format!(
                "\n  Nobody can sign in yet. Set it up at this address, which works once:\n    {url}"
            ));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Hooks, boot};

    async fn node(folder: &std::path::Path, mode: &str) -> Node {
        let at = folder.display();
        let flags = [
            ("database.url", format!("sqlite://{at}/catalogue.db")),
            ("tenancy.database_url", format!("sqlite://{at}/tenants/{{name}}.db")),
            ("tenancy.mode", mode.to_owned()),
            ("media.url", format!("file://{at}/media")),
            ("secrets.key_file", format!("{at}/keys")),
        ];
        let config = Config::load(None, [], &flags).unwrap();
        boot::open(&config, "test".into(), &Hooks::default()).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_demonstration_is_made_once_and_told_again_without_passwords() {
        let folder = tempfile::tempdir().unwrap();
        let first = prepare(&node(folder.path(), "multi").await, true).await.unwrap();
        assert_eq!(first.doors.iter().filter(|d| d.account.is_some()).count(), 3);
        assert!(first.doors.iter().any(|d| d.url.ends_with("/acme/")), "{first:?}");
        let again = prepare(&node(folder.path(), "multi").await, true).await.unwrap();
        assert_eq!(again.doors.iter().filter(|d| d.account.is_some()).count(), 0);
        assert_eq!(again.doors.len(), 3);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_empty_catalogue_tells_how_to_begin_until_somebody_did() {
        let folder = tempfile::tempdir().unwrap();
        let node = node(folder.path(), "multi").await;
        let token =
            |w: &Welcome| w.set_up.as_ref().and_then(|url| Some(url.split_once("token=")?.1.to_owned()));
        let first = token(&prepare(&node, false).await.unwrap()).unwrap();
        let person = NewPerson { user: "ode".into(), ..NewPerson::default() };
        supers::first_run(node.core(), &first, &person, &"a fine long sentence".into()).await.unwrap();
        assert_eq!(token(&prepare(&node, false).await.unwrap()), None);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn single_mode_makes_the_one_site_and_leaves_it_to_its_administrator() {
        let folder = tempfile::tempdir().unwrap();
        let first = prepare(&node(folder.path(), "single").await, false).await.unwrap();
        let again_node = node(folder.path(), "single").await;
        let again = prepare(&again_node, false).await.unwrap();
        assert!(first.set_up.is_some() && again.set_up.is_some() && first.set_up != again.set_up);
        assert_eq!(again_node.tenants().len(), 1);
        assert_eq!(again.doors.first().map(|d| d.url.as_str()), Some("http://127.0.0.1:8080/"));
    }
}
