//! Those who read: visitors without cookies on all nodes, who ask again for what they have by its tag now and
//! then, and members who are signed in.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::task::JoinSet;

use crate::{
    browser::{Browser, Got},
    dice::Dice,
    history::{Read, Reader, Seen},
    model::View,
    run::Run,
};

/// Members at a time: one for each site, this many times.
const MEMBERS: usize = 2;
/// How long one waits for an answer: with much more, nobody would come while a node stands still.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where somebody is in a site, what they hold of it.
pub struct Eyes {
    browser: Browser,
    reader: Reader,
    /// The only site that they may look at.
    tenant: Option<usize>,
    held: HashMap<u32, (String, View)>,
}

impl Eyes {
    pub fn of(browser: Browser, reader: Reader) -> Self {
        Self { browser, reader, tenant: None, held: HashMap::new() }
    }

    /// Reads a page and takes down what was seen; by its tag if `again`.
    pub async fn read(&mut self, run: &Run, node: usize, page: u32, again: bool) -> Option<View> {
        let (its, begun) = (&run.pages[page as usize], run.recorder.now());
        let tag = self.held.get(&page).filter(|_| again).map(|(tag, _)| tag.as_str());
        let got = match self.reader {
            Reader::Visitor | Reader::Member(_) => self.browser.get(run.address(node), &its.path, tag).await,
            Reader::Owner(_) => {
                self.browser.get_signed_out(run.address(node), &its.path).await.transpose()?
            }
        };
        let ended = run.recorder.now();
        let view = got.as_ref().ok().and_then(|got| self.view(run, page, got));
        let how = got.as_ref().map(|got| got.header("x-rowhouse-cache").to_owned()).unwrap_or_default();
        let mut history = run.recorder.lock();
        let what = match &view {
            Some(view) if how == "stale" => Seen::Stale(history.views.number(view.clone())),
            Some(view) => Seen::View(history.views.number(view.clone())),
            None if got.is_ok() => Seen::Refused,
            None => Seen::Broken,
        };
        if view.is_some() && self.reader == Reader::Visitor {
            *history.how.entry(how).or_default() += 1;
        }
        let node = u8::try_from(node).expect("few nodes");
        history.reads.push(Read { page, node, reader: self.reader, begun, ended, what });
        view
    }

    /// What an answer shows; nothing if it says that there is none now.
    fn view(&mut self, run: &Run, page: u32, got: &Got) -> Option<View> {
        match got.status.as_u16() {
            // 408: what lay unread in a node that stood still for longer than it waits for a request
            408 | 502..=504 => None,
            304 => Some(self.held.get(&page)?.1.clone()),
            status => {
                let view = run.pages[page as usize].seen(status, &got.body);
                let tag = got.header("etag");
                if tag.is_empty() {
                    self.held.remove(&page);
                } else {
                    self.held.insert(page, (tag.to_owned(), view.clone()));
                }
                Some(view)
            }
        }
    }
}

/// Lets them loose.
///
/// # Errors
/// If a member is not let in.
pub async fn spawn(run: &Arc<Run>, dice: &mut Dice, all: &mut JoinSet<()>) -> anyhow::Result<()> {
    visitors(run, dice, all);
    for number in 0..run.sites.len() * MEMBERS {
        let tenant = number % run.sites.len();
        let browser = Browser::new(PATIENCE);
        browser.sign_in(run.address(0), &format!("/{}", run.sites[tenant].name)).await?;
        let mut eyes = Eyes::of(browser, Reader::Member(1_000 + u16::try_from(number)?));
        eyes.tenant = Some(tenant);
        all.spawn(wander(run.clone(), eyes, None, dice.fork(), Duration::from_millis(250)));
    }
    Ok(())
}

/// Lets the visitors loose.
pub fn visitors(run: &Arc<Run>, dice: &mut Dice, all: &mut JoinSet<()>) {
    let visitors = run.options.visitors;
    let beat = Duration::from_micros(1_000_000 * visitors / run.options.reads.max(1));
    // they share connections as those behind a balancer do
    let browser = Browser::new(PATIENCE);
    for number in 0..visitors {
        let eyes = Eyes::of(browser.clone(), Reader::Visitor);
        // each stays with one node, so that one that stands still does not keep all of them
        let node = usize::try_from(number).expect("few visitors") % run.cluster.nodes.len();
        all.spawn(wander(run.clone(), eyes, Some(node), dice.fork(), beat));
    }
}

/// Reads here and there at a beat until the end.
async fn wander(run: Arc<Run>, mut eyes: Eyes, home: Option<usize>, mut dice: Dice, beat: Duration) {
    let nodes: Vec<usize> = home.map_or_else(|| (0..run.cluster.nodes.len()).collect(), |node| vec![node]);
    let tenant = eyes.tenant;
    let its = |page: &usize| tenant.is_none_or(|tenant| run.pages[*page].tenant == tenant);
    let pages: Vec<usize> = (0..run.pages.len()).filter(its).collect();
    let mut next = tokio::time::interval(beat);
    next.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !run.ended() {
        next.tick().await;
        let page = u32::try_from(dice.pick(&pages)).expect("few pages");
        eyes.read(&run, dice.pick(&nodes), page, dice.chance(25)).await;
    }
}
