//! Where the data of a tenant goes: the name of its database, file or schema, and whose a place is. Nothing
//! is ever dropped that another tenant, or nobody of ours, lives in.

use rowhouse_domain::{TenantId, name::TenantName, tenant::Isolation};
use rowhouse_store::{DbUrl, StoreError, Target, TenantFilter, TenantRow};
use url::Url;

use crate::{
    error::{EngineError, Result},
    node::{Core, Settings},
    tenant_info::{SEAL_URL, TenantInfo},
};

/// PostgreSQL cuts longer names, less what a second place beside the first takes.
const LONGEST: usize = 63 - 5;

/// The place for a new tenant: by the node's pattern, or where it was asked for.
///
/// # Errors
/// [`EngineError::Invalid`] when pattern, URL and isolation do not go together.
pub(super) fn plan(
    settings: &Settings,
    name: &TenantName,
    id: TenantId,
    isolation: Isolation,
    asked: Option<&DbUrl>,
) -> Result<Target> {
    let own = format!("{name}_{}", id.suffix());
    let pattern = &settings.tenant_database_url;
    let wrong = |problem: &str| EngineError::invalid("database_url", problem);
    let url = match (asked, isolation) {
        (Some(url), _) => url.clone(),
        (None, Isolation::Database) if !pattern.contains("{name}") => {
            return Err(wrong("the pattern of tenants' databases has no {name} in it, so all would be one"));
        }
        (None, Isolation::Database) => pattern.replace("{name}", &own).parse()?,
        (None, Isolation::Schema) if pattern.contains("{name}") => {
            return Err(wrong(
                "isolation by schema needs a database that tenants share: name one, as in \
                 postgres://user@host/rowhouse_tenants",
            ));
        }
        (None, Isolation::Schema) => pattern.parse()?,
    };
    if let DbUrl::Postgres(pg) = &url
        && pg.database().len() > LONGEST
    {
        return Err(wrong("the name of the database would be longer than PostgreSQL's 63 bytes: shorten it"));
    }
    match isolation {
        Isolation::Schema if !url.is_postgres() => {
            Err(EngineError::invalid("isolation", "isolation by schema needs PostgreSQL; use database"))
        }
        Isolation::Schema => Ok(Target { url, schema: Some(own) }),
        Isolation::Database => Ok(Target { url, schema: None }),
    }
}

/// A second place beside the one that a tenant has, called for it too.
pub(super) fn beside(name: &TenantName, id: TenantId, have: &Target) -> Target {
    let own = format!("{name}_{}", id.suffix());
    // as short as it can be: a database's name has 63 bytes, and the name alone up to 40
    let number: String = TenantId::fresh().suffix().chars().skip(4).collect();
    let new = format!("{own}r{number}");
    match (&have.url, &have.schema) {
        (url, Some(_)) => Target { url: url.clone(), schema: Some(new) },
        (DbUrl::Sqlite(path), None) => {
            Target { url: DbUrl::Sqlite(path.with_file_name(format!("{new}.db"))), schema: None }
        }
        (DbUrl::Postgres(pg), None) => {
            let before = pg.database().split_once(&own).map_or("", |(before, _)| before);
            Target { url: DbUrl::Postgres(pg.with_database(&format!("{before}{new}"))), schema: None }
        }
    }
}

/// Encrypts where a tenant's data is.
pub(super) fn seal(core: &Core, target: &Target) -> Result<String> {
    core.keys.seal(SEAL_URL, &target.url.reveal())
}

/// Reads what [`seal`] made.
pub(super) fn unseal(core: &Core, sealed: &str, schema: Option<String>) -> Result<Target> {
    Ok(Target { url: core.keys.open(SEAL_URL, sealed)?.parse()?, schema })
}

/// Whether two targets are one place; users, passwords and options do not matter.
pub(super) fn same(a: &Target, b: &Target) -> bool {
    a.schema == b.schema && same_database(&a.url, &b.url)
}

fn same_database(a: &DbUrl, b: &DbUrl) -> bool {
    match (a, b) {
        (DbUrl::Sqlite(a), DbUrl::Sqlite(b)) => a == b,
        (DbUrl::Postgres(pa), DbUrl::Postgres(pb)) => {
            let server = |url: &DbUrl| {
                let url = Url::parse(&url.reveal()).ok()?;
                Some((url.host_str()?.to_ascii_lowercase(), url.port().unwrap_or(5432)))
            };
            pa.database() == pb.database() && server(a) == server(b)
        }
        _ => false,
    }
}

/// Refuses a database that was asked for by URL and is the catalogue's or another tenant's.
///
/// # Errors
/// [`EngineError::Taken`] with whose it is.
#[crate::boxed]
pub(super) async fn check_free(core: &Core, target: &Target) -> Result<()> {
    if same_database(&target.url, core.catalogue.url()) && target.schema.is_none() {
        return Err(EngineError::invalid(
            "database_url",
            "this is the catalogue itself: name another database",
        ));
    }
    for row in all_rows(core).await? {
        let name = row.name.0.clone();
        // a row that this node's keys do not open is reported where tenants are listed
        let Ok(info) = TenantInfo::decode(row, &core.keys) else { continue };
        if same(&info.target, target) {
            return Err(EngineError::taken(
                "database_url",
                format!("the database {} is {name}'s", target.url),
            ));
        }
    }
    Ok(())
}

/// Every tenant's row, deleted ones included.
#[crate::boxed]
pub(super) async fn all_rows(core: &Core) -> Result<Vec<TenantRow>> {
    use rowhouse_domain::tenant::TenantState;
    let all = |state| TenantFilter { state, limit: i64::MAX, ..TenantFilter::default() };
    let (mut rows, _) = core.catalogue.tenants(all(None)).await?;
    let (deleted, _) = core.catalogue.tenants(all(Some(TenantState::Deleted))).await?;
    rows.extend(deleted);
    Ok(rows)
}

/// Whether a place that was left behind may be dropped with what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ownership {
    /// It was made for this tenant.
    Ours,
    /// Nothing is there.
    Gone,
    /// Something else lives there, or nobody can tell.
    Foreign,
}

/// Finds out whose a place is that was to be `tenant`'s.
///
/// # Errors
/// When the database cannot be reached: then nobody knows.
#[crate::boxed]
pub(super) async fn ownership(
    core: &Core,
    name: &TenantName,
    tenant: TenantId,
    target: &Target,
) -> Result<Ownership> {
    if let DbUrl::Sqlite(path) = &target.url
        && !tokio::fs::try_exists(path).await.unwrap_or(true)
    {
        return Ok(Ownership::Gone);
    }
    // a name that ends with the tenant's own digits was thought of by us, for it alone
    let own = format!("{name}_{}", tenant.suffix());
    let called = match (&target.url, &target.schema) {
        (_, Some(schema)) => schema.contains(&own),
        (DbUrl::Sqlite(path), None) => path.file_stem().is_some_and(|f| f.to_string_lossy().contains(&own)),
        (DbUrl::Postgres(pg), None) => pg.database().contains(&own),
    };
    if called {
        return Ok(Ownership::Ours);
    }
    let store = core.store(tenant, target.clone());
    let asked = store.ask(0).await;
    store.close();
    match asked {
        // an empty version row is the template's: the work ended before it was filled in
        Ok(_) | Err(StoreError::Corrupt(_)) => Ok(Ownership::Ours),
        Err(StoreError::WrongTenant { .. } | StoreError::Other(_)) => Ok(Ownership::Foreign),
        Err(StoreError::Unavailable(text)) if text.contains("does not exist") => Ok(Ownership::Gone),
        Err(other) => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str, schema: Option<&str>) -> Target {
        Target { url: url.parse().unwrap(), schema: schema.map(str::to_owned) }
    }

    #[test]
    fn a_second_place_lies_beside_the_first_and_bears_the_same_name() {
        let (name, id) = ("acme".parse().unwrap(), TenantId::fresh());
        let own = format!("acme_{}", id.suffix());
        let check = |have: Target, begins: String| {
            let new = beside(&name, id, &have);
            assert!(!same(&have, &new));
            let text = new.schema.clone().unwrap_or_else(|| new.url.reveal());
            assert!(text.starts_with(&begins), "{text}");
        };
        check(target(&format!("sqlite:///data/{own}.db"), None), format!("sqlite:///data/{own}r"));
        check(target(&format!("postgres://u@h/rh_{own}"), None), format!("postgres://u@h/rh_{own}r"));
        check(target(&format!("postgres://u@h/rh_{own}r0001"), None), format!("postgres://u@h/rh_{own}r"));
        check(target("postgres://u@h/other", None), format!("postgres://u@h/{own}r"));
        check(target("postgres://u@h/shared", Some(&own)), format!("{own}r"));
    }

    #[test]
    fn a_place_is_the_same_whoever_signs_in() {
        let a = target("postgres://u:x@db.example/a", None);
        assert!(same(&a, &target("postgres://v@DB.example:5432/a?sslmode=require", None)));
        assert!(!same(&a, &target("postgres://u:x@db.example/b", None)));
        assert!(!same(&a, &target("postgres://u:x@db.example:5433/a", None)));
        assert!(!same(&a, &target("postgres://u:x@db.example/a", Some("s"))));
        assert!(!same(&a, &target("sqlite://a", None)));
    }
}
