//! How this node, its databases and its memory of pages are.

use actix_web::{HttpRequest, web::Data};
use rowhouse_domain::tenant::TenantState;

use super::when;
use crate::{
    admin::{
        frame, say,
        view::{Fact, System, Tone},
    },
    error::Result,
    extract::SuperUser,
    state::Web,
};

/// The screen.
///
/// # Errors
/// A fault in the template.
pub async fn show(request: HttpRequest, web: Data<Web>, who: SuperUser) -> Result {
    let view = System {
        shell: frame::host(&web, &request, &who, "System", "/system"),
        facts: facts(&web).await,
        databases: databases(&web).await,
        cache: cache(&web),
    };
    frame::show(&web, &request, "", &view)
}

async fn facts(web: &Web) -> Vec<Fact> {
    let settings = web.node().settings();
    let state = match web.node().ping().await {
        Ok(()) => Fact { tone: Tone::Good, ..Fact::new("State", "ready") },
        Err(_) => Fact { tone: Tone::Danger, ..Fact::new("State", "without its catalogue") },
    };
    vec![
        Fact::code("Name", &settings.node),
        state,
        Fact::new("Lag", &lag(web)),
        Fact::new("Mode", settings.mode.as_str()),
        Fact::code("Address", settings.public_url.as_str()),
        Fact::code("Build", &settings.build),
        Fact::code("Configuration", &web.settings().config_hash),
        Fact::new("Started", &when(web.started()).text),
    ]
}

/// How long ago all tenants were last confirmed.
fn lag(web: &Web) -> String {
    match web.node().poll_age() {
        Some(age) if age <= web.node().settings().cache.max_staleness => "none".into(),
        Some(age) => format!("{} s", age.as_secs()),
        None => "not known".into(),
    }
}

async fn databases(web: &Web) -> Vec<Fact> {
    let node = web.node();
    let catalogue = match node.ping().await {
        Ok(()) => Fact { tone: Tone::Good, ..Fact::new("Catalogue", "answers") },
        Err(error) => Fact { tone: Tone::Danger, ..Fact::new("Catalogue", &error.to_string()) },
    };
    let (pools, connections) = node.pool_usage();
    let most = node.settings().budget.connections;
    let used = Fact::new("Connections", &format!("{connections} of {most} open"));
    let used = if connections >= most { Fact { tone: Tone::Warning, ..used } } else { used };
    let behind =
        node.lifecycle().behind().await.ok().and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
    let mut facts =
        vec![catalogue, Fact::new("Tenants", &by_state(web)), Fact::new("Pools", &pools.to_string()), used];
    if behind > 0 {
        let words = format!(
            "{} behind this program; they are migrated when they are opened",
            say::count(behind, "schema")
        );
        facts.push(Fact { tone: Tone::Waiting, ..Fact::new("Schemas", &words) });
    }
    facts
}

fn by_state(web: &Web) -> String {
    let tenants = web.node().tenants();
    let count = |state: &TenantState| {
        let number = tenants.iter().filter(|tenant| tenant.state == *state).count();
        (number > 0).then(|| format!("{number} {state}"))
    };
    let words: Vec<String> = TenantState::ALL.iter().filter_map(count).collect();
    if words.is_empty() { "none yet".into() } else { words.join(", ") }
}

fn cache(web: &Web) -> Vec<Fact> {
    let (stats, settings) = (web.node().cache_stats(), web.node().settings().cache);
    let bytes = u64::try_from(stats.bytes).unwrap_or(u64::MAX);
    vec![
        Fact::new("Pages in memory", &stats.entries.to_string()),
        Fact::new("Size", &format!("{} of {}", say::size(bytes), say::size(settings.bytes))),
        Fact::new("Tenants awake", &stats.sites.to_string()),
        Fact::new("Longest staleness", &format!("{} ms", settings.max_staleness.as_millis())),
    ]
}
