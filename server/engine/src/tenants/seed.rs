//! Who can sign in to a new tenant, and the last look at it before anybody sees it.

use std::collections::BTreeSet;

use rand::Rng;
use rowhouse_domain::{MediaId, settings::Home};
use rowhouse_store::{Load, Rows, TenantStore, copied_tables};
use tokio::sync::mpsc;

use super::{
    FirstAdmin, MadeAdmin,
    build::{Accounts, Made},
};
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    identity::{self, Entrance, NewPerson, NewUser, Password},
    site::Site,
};

/// The tables that say who somebody is; they refer to no others.
const PEOPLE: &[&str] = &["account", "role", "account_role"];

/// Makes roles and accounts.
#[crate::boxed]
pub(super) async fn accounts(site: &Site, accounts: Accounts) -> Result<Made> {
    match accounts {
        Accounts::Admin(admin) => {
            let admin = Some(administrator(site, admin).await?);
            Ok(Made { admin, setup: None })
        }
        Accounts::SetUp => {
            identity::seed_roles(site).await?;
            Ok(Made { admin: None, setup: Some(identity::setup_link(site).await?) })
        }
        Accounts::Of(old) => {
            copy_people(&old, site.store()).await?;
            identity::seed_roles(site).await?;
            Ok(Made::default())
        }
    }
}

async fn administrator(site: &Site, admin: FirstAdmin) -> Result<MadeAdmin> {
    let role = identity::seed_roles(site).await?;
    let made = admin.password.is_none().then(password);
    let entrance = match (admin.password, &made) {
        // whoever is handed a password chooses another when they come in
        (None, Some(made)) => Entrance::Password(made.clone()),
        (own, _) => Entrance::Own(own.unwrap_or_default()),
    };
    let person = NewPerson {
        user: admin.user.to_string(),
        email: admin.email.map(|e| e.to_string()).unwrap_or_default(),
        ..NewPerson::default()
    };
    let new = NewUser { person, roles: vec![role], entrance };
    let created = identity::create_user(site, &Actor::system(), &new).await?;
    Ok(MadeAdmin { id: created.id, user: admin.user, password: made })
}

/// Eighty random bits in four groups, without letters that look like others.
fn password() -> Password {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz123456789";
    let mut random = rand::rng();
    let mut letter = || LETTERS.get(random.random_range(0..LETTERS.len())).map_or('x', |b| char::from(*b));
    let groups: Vec<String> = (0..4).map(|_| (0..4).map(|_| letter()).collect()).collect();
    Password(groups.join("-"))
}

async fn copy_people(from: &TenantStore, to: &TenantStore) -> Result<()> {
    let (rows, mut dumped) = mpsc::channel::<Rows>(4);
    let (load, source) = mpsc::channel(4);
    let forward = async {
        while let Some(rows) = dumped.recv().await {
            let columns = copied_tables().find(|(name, _)| *name == rows.table).map(|(_, c)| c);
            let columns = columns.unwrap_or_default().into_iter().map(str::to_owned).collect();
            let page = Load::Rows { table: rows.table.to_owned(), columns, lines: rows.lines };
            if load.send(page).await.is_err() {
                break;
            }
        }
        load
    };
    let copy = async {
        let (dumped, load) = tokio::join!(from.dump(PEOPLE, rows), forward);
        if dumped.is_ok() {
            // a loader that has failed says so itself
            let _ = load.send(Load::End).await;
        }
        dumped
    };
    let (dumped, loaded) = tokio::join!(copy, to.load(source));
    dumped?;
    loaded?;
    Ok(())
}

/// Reads back what was made: whose database it is, who can sign in, and the home page.
#[crate::boxed]
pub(super) async fn verify(site: &Site, made: &Made) -> Result<()> {
    let wrong = |what: &str| EngineError::Other(format!("the new site was not made rightly: {what}"));
    if let Some(admin) = &made.admin {
        let user = admin.id;
        let found = site.look(move |s| Box::pin(s.account(user))).await?;
        if found.is_none() || !identity::has_administrator(site).await? {
            return Err(wrong("its administrator cannot be found"));
        }
    }
    let home: Option<()> = site
        .read(|s| {
            Box::pin(async move {
                let (settings, _) = s.settings_and_theme().await?;
                match settings.home {
                    Home::Page(id) => Ok(s.item(id).await?.map(|_| ())),
                    Home::Posts => Ok(Some(())),
                }
            })
        })
        .await?
        .0;
    home.ok_or_else(|| wrong("its home page cannot be found"))
}

/// The media that a tenant's database knows.
#[crate::boxed]
pub(super) async fn media_ids(store: &TenantStore) -> Result<BTreeSet<MediaId>> {
    let (rows, mut dumped) = mpsc::channel::<Rows>(4);
    let collect = async {
        let mut ids = BTreeSet::new();
        while let Some(rows) = dumped.recv().await {
            ids.extend(rows.lines.iter().filter_map(|line| media_id(line)));
        }
        ids
    };
    let (done, ids) = tokio::join!(store.dump(&["media"], rows), collect);
    done?;
    Ok(ids)
}

/// The id in a row of `media`.
fn media_id(line: &str) -> Option<MediaId> {
    let row: serde_json::Value = serde_json::from_str(line).ok()?;
    row.get("id")?.as_str()?.parse().ok()
}
