//! One tenant: its facts, its form, what can be done to it and what happened.

use std::sync::Arc;

use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use rowhouse_domain::tenant::{Isolation, TenantState};
use rowhouse_engine::{TenantInfo, tenants, tenants::newest_schema};

use super::form::{self, Typed};
use crate::{
    admin::{
        frame,
        host::{admin_of, badge, base_host, home, when},
        say,
        view::{Fact, Link, TenantCan, TenantDetail, TenantEvent, Tone},
    },
    error::Result,
    extract::SuperUser,
    state::Web,
};

/// How many events are shown.
const EVENTS: i64 = 20;

/// The screen.
///
/// # Errors
/// If there is no such tenant, or what the catalogue says.
pub async fn show(request: HttpRequest, web: Data<Web>, who: SuperUser, name: Path<String>) -> Result {
    let tenant = web.node().lifecycle().show(&name, &who.actor()).await?;
    frame::show(&web, &request, "", &view(&request, &web, &who, &tenant, None).await?)
}

/// The screen as a value; with what was typed, where that could not be taken.
pub(super) async fn view(
    request: &HttpRequest,
    web: &Web,
    who: &SuperUser,
    tenant: &Arc<TenantInfo>,
    typed: Option<&Typed>,
) -> Result<TenantDetail> {
    let (lifecycle, id) = (web.node().lifecycle(), tenant.id.to_string());
    let events = lifecycle.events(&id, EVENTS, &who.actor()).await?;
    let size = lifecycle.database_bytes(&id, &who.actor()).await.ok();
    let mut shell = frame::host(web, request, who, &tenant.title, "/tenants");
    shell.crumbs.push(Link::new("Tenants", "/admin/tenants"));
    let url = home(web, tenant);
    let stored = Typed::of(tenant);
    Ok(TenantDetail {
        shell,
        name: tenant.name.to_string(),
        title: tenant.title.clone(),
        state: badge(tenant.state),
        reason: tenant.reason.clone().unwrap_or_default(),
        admin_url: admin_of(web, tenant),
        public_url: url,
        facts: facts(tenant, size),
        form: typed.unwrap_or(&stored).view(web),
        version: u64::try_from(typed.and_then(|t| t.version).unwrap_or(tenant.seq)).unwrap_or_default(),
        base_host: base_host(web),
        recipes: form::recipes(tenant.recipe.as_str()),
        can: can(tenant),
        purge: lifecycle.kept_until(tenant).map(when),
        events: events.into_iter().map(told).collect(),
        ..TenantDetail::default()
    })
}

fn facts(tenant: &TenantInfo, size: Option<u64>) -> Vec<Fact> {
    let newest = newest_schema();
    let schema = match tenant.schema_version {
        version if version < newest => Fact {
            tone: Tone::Warning,
            ..Fact::new("Schema version", &format!("{version}, behind {newest}"))
        },
        version => Fact::new("Schema version", &format!("{version}, current")),
    };
    let isolation = match tenant.isolation {
        Isolation::Database => "A database of its own",
        Isolation::Schema => "A schema in a shared database",
    };
    let size = match size {
        Some(bytes) => Fact::new("Size", &say::size(bytes)),
        None => Fact { tone: Tone::Danger, ..Fact::new("Size", "its database does not answer") },
    };
    vec![
        Fact::code("Id", &tenant.id.to_string()),
        Fact::new("Database", tenant.database_kind()),
        Fact::code("Database name", &form::database_name(tenant)),
        Fact::new("Isolation", isolation),
        schema,
        size,
        Fact::new("Recipe", tenant.recipe.as_str()),
        Fact::new("Made", &when(tenant.created_at).text),
        Fact::new("Last change", &when(tenant.updated_at).text),
    ]
}

fn can(tenant: &TenantInfo) -> TenantCan {
    let state = tenant.state;
    let alive = state != TenantState::Deleted;
    TenantCan {
        edit: alive,
        suspend: state == TenantState::Running,
        resume: matches!(state, TenantState::Suspended | TenantState::Failed),
        migrate: alive && tenant.schema_version < newest_schema(),
        setup_link: state == TenantState::Uninitialised,
        backup: alive,
        reset: alive,
        delete: alive,
        undelete: !alive,
    }
}

fn told(event: tenants::TenantEvent) -> TenantEvent {
    let tone = match event.what.as_str() {
        "created" | "resumed" | "undeleted" | "set up" | "restored" => Tone::Good,
        "suspended" | "reset" => Tone::Warning,
        "failed" | "deleted" | "purged" => Tone::Danger,
        _ => Tone::Neutral,
    };
    let detail = |key: &str| event.detail.get(key).and_then(serde_json::Value::as_str);
    let words = match detail("reason") {
        Some(reason) => format!("{}: {reason}", event.what),
        None => event.what.clone(),
    };
    TenantEvent { when: when(event.at), who: event.actor, text: say::sentence(&words), tone }
}
