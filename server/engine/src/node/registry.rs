//! This process as the other nodes know it: a row of the catalogue, told again every second, and sooner when
//! there is something new to tell. Whoever serves joins; commands open a node too, serve nobody and stay
//! unknown. What the rows of all nodes mean together is the business of [`crate::cluster`].

use std::{collections::BTreeMap, time::Duration};

use rowhouse_domain::{
    Moment, NodeId, TenantId,
    node::{NodeState, TroubleKind},
};
use rowhouse_store::{Col, Json, NodeRow, NodeTrouble, NodeTroubles};
use tokio::{sync::watch, task::JoinHandle};

use super::Node;
use crate::{error::Result, keys::KeyRing};

/// How often a sign of life is given although nothing is new.
const PACE: Duration = Duration::from_secs(1);
/// The least time between two, however much is new.
const BREATH: Duration = Duration::from_millis(100);
/// How long a leaving node tries to say so.
const FAREWELL: Duration = Duration::from_secs(3);
/// Nodes that were silent for so long are forgotten; how often they are looked for.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3 * 24 * 3_600);
const SWEEP: Duration = Duration::from_secs(3_600);
/// Tenants in trouble that are named; the others are counted.
const LISTED: usize = 20;
/// A database that nobody has asked for so long is no news, working or not.
const WHILE_ASKED: Duration = Duration::from_secs(60);

/// What a node that serves says of itself beside what it was made of.
#[derive(Clone, Debug, Default)]
pub struct Registration {
    /// Where it serves sites.
    pub address: String,
    /// Where it serves operations.
    pub ops_address: String,
    /// Names all settings together that should be equal on all nodes.
    pub config_hash: String,
    /// These settings as they were given, by name. Only digests made with the cluster's key leave the
    /// process: they tell who has the key which settings differ, and nobody what they are.
    pub settings: BTreeMap<String, String>,
}

/// A node's place among the others. Dropped without [`Membership::leave`], the node falls silent, as one that
/// died does.
#[derive(Debug)]
pub struct Membership {
    state: watch::Sender<NodeState>,
    telling: JoinHandle<()>,
}

impl Membership {
    /// The balancer may send requests.
    pub fn ready(&self) {
        self.state.send_replace(NodeState::Ready);
    }

    /// No more requests are wanted; those that come are answered.
    pub fn draining(&self) {
        self.state.send_replace(NodeState::Draining);
    }

    /// Says that the node has left, if the catalogue hears it soon.
    #[crate::boxed]
    pub async fn leave(mut self) {
        self.state.send_replace(NodeState::Left);
        if tokio::time::timeout(FAREWELL, &mut self.telling).await.is_err() {
            tracing::warn!("the catalogue does not take the word that this node leaves; it falls silent");
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.telling.abort();
    }
}

impl Node {
    /// Which process this is, of all there ever were.
    #[must_use]
    pub fn id(&self) -> NodeId {
        self.0.id
    }

    /// Makes this process known as a node that is starting, until the membership ends.
    #[must_use]
    pub fn join_cluster(&self, registration: Registration) -> Membership {
        let (state, told) = watch::channel(NodeState::Starting);
        let card = self.card(registration);
        let teller = Teller { node: self.clone(), card, succeeded: false, swept: None, failing: false };
        Membership { state, telling: tokio::spawn(teller.tell(told)) }
    }

    fn card(&self, registration: Registration) -> NodeRow {
        let core = self.core();
        let now = Col(core.clock.now());
        NodeRow {
            id: Col(self.0.id),
            name: core.settings.node.clone(),
            build: core.settings.build.clone(),
            config_hash: registration.config_hash,
            settings: Json(digests(&core.keys, &registration.settings)),
            key_fingerprint: core.keys.fingerprint(),
            themes: core.themes_build.to_string(),
            address: registration.address,
            ops_address: registration.ops_address,
            started_at: now,
            clock_at: now,
            state: Col(NodeState::Starting),
            applied: 0,
            lag_ms: 0,
            troubles: Json(NodeTroubles::default()),
        }
    }

    /// Tenants that are not here as they should be: first those that the directory has trouble with, then
    /// those whose database does not answer.
    fn troubles(&self) -> NodeTroubles {
        let core = self.core();
        let (now, moment) = (core.clock.now(), core.clock.moment());
        let mut all = self.0.sites.troubles();
        let mut down: BTreeMap<TenantId, Moment> =
            self.0.coherence.failing(WHILE_ASKED).into_iter().collect();
        for site in self.0.sites.all_alive() {
            if let Some(since) = site.unready_since(moment, WHILE_ASKED) {
                down.entry(site.id()).or_insert(since);
            }
        }
        for (tenant, since) in down {
            let Some(entry) = self.0.sites.entry(tenant) else { continue };
            let since = now.checked_sub(moment.since(since)).unwrap_or(now);
            all.push(NodeTrouble {
                tenant,
                name: entry.name.to_string(),
                kind: TroubleKind::Database,
                detail: since.to_string(),
            });
        }
        let total = all.len();
        all.truncate(LISTED);
        NodeTroubles { total, listed: all }
    }
}

/// A digest of each setting that says nothing to those who do not have the key.
fn digests(keys: &KeyRing, settings: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let digest = |name: &str, value: &str| -> String {
        keys.sign("digest of a setting", format!("{name}\0{value}").as_bytes()).chars().take(16).collect()
    };
    settings.iter().map(|(name, value)| (name.clone(), digest(name, value))).collect()
}

/// Tells of a node as long as it lives.
struct Teller {
    node: Node,
    card: NodeRow,
    succeeded: bool,
    swept: Option<Moment>,
    failing: bool,
}

impl Teller {
    async fn tell(mut self, mut state: watch::Receiver<NodeState>) {
        loop {
            let now = *state.borrow_and_update();
            let told = self.beat(now).await;
            self.log(told);
            if now == NodeState::Left || !self.until_news(&mut state).await {
                return;
            }
        }
    }

    /// Waits for something new, or until a sign of life is due; `false` if nobody holds the membership.
    async fn until_news(&self, state: &mut watch::Receiver<NodeState>) -> bool {
        tokio::time::sleep(BREATH).await;
        tokio::select! {
            () = tokio::time::sleep(PACE.saturating_sub(BREATH)) => true,
            () = self.node.0.coherence.rows_applied() => true,
            changed = state.changed() => changed.is_ok(),
        }
    }

    async fn beat(&mut self, state: NodeState) -> Result<()> {
        let (core, coherence) = (self.node.core(), &self.node.0.coherence);
        let moment = core.clock.moment();
        let lag = coherence.directory_confirmed().map(|at| moment.since(at)).unwrap_or_default();
        self.card.clock_at = Col(core.clock.now());
        self.card.state = Col(state);
        self.card.applied = coherence.applied();
        self.card.lag_ms = i64::try_from(lag.as_millis()).unwrap_or(i64::MAX);
        self.card.troubles = Json(self.node.troubles());
        core.catalogue.beat(self.card.clone()).await?;
        if !self.succeeded {
            let (name, address) = (self.card.name.clone(), self.card.address.clone());
            core.catalogue.succeed(self.node.id(), name, address).await?;
            self.succeeded = true;
        }
        if self.swept.is_none_or(|at| moment.since(at) >= SWEEP) {
            let forgotten = core.catalogue.forget_silent_nodes(FORGOTTEN_AFTER).await?;
            self.swept = Some(moment);
            if forgotten > 0 {
                tracing::info!(forgotten, "nodes that were silent for days are forgotten");
            }
        }
        Ok(())
    }

    fn log(&mut self, told: Result<()>) {
        match told {
            Ok(()) if std::mem::take(&mut self.failing) => {
                tracing::info!("the catalogue hears of this node again");
            }
            Ok(()) => {}
            Err(error) => {
                metrics::counter!("rowhouse_heartbeats_failed_total").increment(1);
                if !std::mem::replace(&mut self.failing, true) {
                    tracing::warn!(%error, "the catalogue does not hear of this node");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("mail.url".to_owned(), value.to_owned())])
    }

    #[test]
    fn digests_compare_settings_among_those_who_have_the_key_and_show_nothing() {
        let (ours, others) = (KeyRing::generate(), KeyRing::generate());
        let secret = "smtps://rowhouse:tapir@mail.example";
        assert_eq!(digests(&ours, &of(secret)), digests(&ours, &of(secret)));
        assert_ne!(digests(&ours, &of(secret)), digests(&ours, &of("smtps://mail.example")));
        assert_ne!(digests(&ours, &of(secret)), digests(&others, &of(secret)), "nobody can try them out");
        assert!(!format!("{:?}", digests(&ours, &of(secret))).contains("tapir"));
    }
}
