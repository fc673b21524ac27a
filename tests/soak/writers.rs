//! Those who change the sites: administrators by the forms of any node, and a process that goes through the
//! engine. Each write has a value of its own; when it is acknowledged, some look at once whether it shows.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::ensure;
use tokio::task::JoinSet;

use crate::{
    browser::Browser,
    dice::Dice,
    engine::Engine,
    history::{Moment, Reader, Write},
    model::{FLEETING_PAGE, FLEETING_POST, MENU, Register, Value, View, mark},
    readers::Eyes,
    run::Run,
    site::steady,
    truth,
};

/// How long an administrator waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one looks whether a change shows.
const LOOK: Duration = Duration::from_secs(10);

/// How long changes took to show.
#[derive(Debug, Default)]
pub struct Watched(Mutex<Vec<Showed>>);

/// A change that showed on a node.
#[derive(Clone, Copy, Debug)]
pub struct Showed {
    pub acked: Moment,
    /// From the acknowledgement to the answer that first showed it.
    pub after: Moment,
}

impl Watched {
    pub fn all(&self) -> Vec<Showed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Lets them loose.
///
/// # Errors
/// If an administrator is not let in.
pub async fn spawn(
    run: &Arc<Run>,
    engine: Engine,
    dice: &mut Dice,
    all: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    let engine = Arc::new(engine);
    let writers = run.sites.len() as u64 * 5;
    let beat = Duration::from_millis(1_000 * writers / run.options.commits.max(1));
    for tenant in 0..run.sites.len() {
        for number in 0..2 {
            let browser = Browser::new(PATIENCE);
            browser.sign_in(run.address(number % run.cluster.nodes.len()), &base(run, tenant)).await?;
            let session = u16::try_from(tenant * 2 + number)?;
            all.spawn(administrator(run.clone(), tenant, browser, session, dice.fork(), beat));
        }
        for register in [FLEETING_POST, FLEETING_PAGE] {
            all.spawn(come_and_go(run.clone(), engine.clone(), tenant, register, dice.fork(), beat));
        }
        all.spawn(command(run.clone(), engine.clone(), tenant, dice.fork(), beat));
    }
    Ok(())
}

fn base(run: &Run, tenant: usize) -> String {
    format!("/{}", run.sites[tenant].name)
}

/// A span around the beat.
fn about(beat: Duration, dice: &mut Dice) -> Duration {
    let beat = u64::try_from(beat.as_millis()).expect("a short time");
    Duration::from_millis(dice.between(beat / 4, beat * 7 / 4))
}

/// Publishes by the forms of whichever node, half as often through the other nodes' eyes at once.
async fn administrator(
    run: Arc<Run>,
    tenant: usize,
    browser: Browser,
    session: u16,
    mut dice: Dice,
    beat: Duration,
) {
    let mut eyes = Eyes::of(browser.clone(), Reader::Member(session));
    let mut signed_out = Eyes::of(browser.clone(), Reader::Owner(session));
    while !run.ended() {
        run.pause(about(beat, &mut dice)).await;
        let register = dice.pick(&steady());
        let nodes: Vec<usize> = (0..run.cluster.nodes.len()).collect();
        let (node, other) = (dice.pick(&nodes), dice.pick(&nodes));
        let Ok((value, acked)) = by_form(&run, tenant, &browser, session, node, register).await else {
            continue;
        };
        if let Some(page) = own_page(&run, tenant, register) {
            // the next request of the same browser, on any node
            if dice.chance(50) {
                signed_out.read(&run, other, page, false).await;
            } else {
                eyes.read(&run, other, page, false).await;
            }
        }
        if dice.chance(30) {
            tokio::spawn(watch(run.clone(), tenant, register, value, acked));
        }
    }
}

/// Publishes a new value by the forms of a node. Answers it, and when it was acknowledged.
///
/// # Errors
/// If it is refused or nobody answers: whether it stands is then not known.
pub async fn by_form(
    run: &Run,
    tenant: usize,
    browser: &Browser,
    session: u16,
    node: usize,
    register: Register,
) -> anyhow::Result<(Value, Moment)> {
    let (site, address) = (&run.sites[tenant], run.address(node));
    let path = match site.items.get(&register) {
        Some(item) => format!("/{}/admin/content/{}", site.name, item.id),
        None => format!("/{}/admin/terms/{}", site.name, site.term),
    };
    let form = browser.get(address, &path, None).await?;
    if form.status == 303 {
        // the database forgot the session, or this node was the last to hear of it
        browser.sign_in(address, &base(run, tenant)).await?;
    }
    let csrf = form.field("csrf")?;
    let value = run.values.next();
    let text = mark(register, value);
    let mut fields = vec![("csrf", csrf.as_str())];
    let version;
    match site.items.get(&register) {
        None => fields.extend([("name", text.as_str()), ("slug", "news"), ("description", &text)]),
        Some(item) => {
            version = form.field("version")?;
            fields.extend([("action", "publish"), ("version", &version), ("kind", item.kind)]);
            fields.extend([("title", text.as_str()), ("body", &text), ("format", "markdown")]);
            fields.extend([("slug", item.slug.as_str()), ("parent", &item.parent)]);
            if item.kind == "post" {
                fields.push(("category", &site.term));
            }
        }
    }
    let write = run.recorder.begin(Write::publish(tenant, register, value, Some(session)));
    let answer = browser.post(address, &path, &fields).await?;
    ensure!(answer.status == 303, "{}", answer.status);
    Ok((value, run.recorder.acked(write)))
}

/// Writes a value through the engine.
///
/// # Errors
/// If it is refused or nobody answers: whether it stands is then not known.
pub async fn by_engine(
    run: &Run,
    engine: &Engine,
    tenant: usize,
    register: Register,
) -> anyhow::Result<(Value, Moment)> {
    let value = run.values.next();
    let write = run.recorder.begin(Write::publish(tenant, register, value, None));
    engine.does(run.sites[tenant].writes(register, value)).await?;
    Ok((value, run.recorder.acked(write)))
}

/// Publishes and takes back, in turns. Nobody else writes this register, so that it is known what stands there.
async fn come_and_go(
    run: Arc<Run>,
    engine: Arc<Engine>,
    tenant: usize,
    register: Register,
    mut dice: Dice,
    beat: Duration,
) {
    while !run.ended() {
        run.pause(about(beat, &mut dice)).await;
        let done = async {
            let before = standing(&run, tenant, register).await?;
            let Some(before) = before else {
                let (value, acked) = by_engine(&run, &engine, tenant, register).await?;
                if dice.chance(30) {
                    tokio::spawn(watch(run.clone(), tenant, register, value, acked));
                }
                return anyhow::Ok(());
            };
            let write =
                Write { value: None, before: Some(before), ..Write::publish(tenant, register, 0, None) };
            let write = run.recorder.begin(write);
            engine.does(run.sites[tenant].withdraws(register)).await?;
            run.recorder.acked(write);
            Ok(())
        };
        // the database may be down; then it is not known what stands there, and asked again
        let _unknown = done.await;
    }
}

/// Writes through the engine what administrators write too, and the menu.
async fn command(run: Arc<Run>, engine: Arc<Engine>, tenant: usize, mut dice: Dice, beat: Duration) {
    let registers: Vec<Register> = [MENU, MENU].into_iter().chain(steady()).collect();
    while !run.ended() {
        run.pause(about(beat, &mut dice)).await;
        let register = dice.pick(&registers);
        let Ok((value, acked)) = by_engine(&run, &engine, tenant, register).await else { continue };
        if dice.chance(30) {
            tokio::spawn(watch(run.clone(), tenant, register, value, acked));
        }
    }
}

/// What stands in a register, after everybody who is writing has finished.
async fn standing(run: &Run, tenant: usize, register: Register) -> anyhow::Result<Option<Value>> {
    let last = truth::last(&run.sites[tenant].database).await?;
    Ok(last.range((register, 0)..=(register, Value::MAX)).next().map(|(_, value)| *value))
}

/// The number of the page on which a register shows first of all.
pub fn own_page(run: &Run, tenant: usize, register: Register) -> Option<u32> {
    let path = run.sites[tenant].path_of(register);
    let page = run.pages.iter().position(|page| page.path == path)?;
    u32::try_from(page).ok()
}

/// Looks on all nodes until a value or a later one shows, and takes down how long it took.
pub async fn watch(run: Arc<Run>, tenant: usize, register: Register, value: Value, acked: Moment) {
    let Some(page) = own_page(&run, tenant, register) else { return };
    let mut looks = JoinSet::new();
    for node in 0..run.cluster.nodes.len() {
        let run = run.clone();
        looks.spawn(async move {
            let mut eyes = Eyes::of(Browser::new(PATIENCE), Reader::Visitor);
            let shows = |view: View| view.marks.iter().any(|(r, v)| *r == register && *v >= value);
            let until = tokio::time::Instant::now() + LOOK;
            while tokio::time::Instant::now() < until && !run.ended() {
                if eyes.read(&run, node, page, false).await.is_some_and(shows) {
                    let after = run.recorder.now().saturating_sub(acked);
                    let mut all = run.watched.0.lock().unwrap_or_else(PoisonError::into_inner);
                    all.push(Showed { acked, after });
                    return;
                }
                tokio::time::sleep(Duration::from_millis(15)).await;
            }
        });
    }
    while looks.join_next().await.is_some() {}
}

impl Write {
    /// Of a value, asked for by this browser.
    pub const fn publish(tenant: usize, register: Register, value: Value, session: Option<u16>) -> Self {
        Self { tenant, register, value: Some(value), before: None, begun: 0, acked: None, session }
    }
}
