//! Menus: each into a place of the theme that is free and that its name speaks for; the first one of no
//! such name becomes the main menu. Others are reported, because where they belong is for people to say.

use std::collections::{BTreeMap, HashMap, HashSet};

use rowhouse_domain::{ItemId, MenuEntryId, content::MenuPlace};
use rowhouse_store::MenuRow;

use super::{
    Written,
    convert::Job,
    report::Report,
    source,
    survey::{Fate, OldTerm},
    terms::taxonomy,
    text,
};
use crate::{
    error::Result,
    import::wxr::{MenuEntry, MenuTarget},
};

/// Entries that one menu may have, as in the admin.
const MOST_ENTRIES: usize = 200;
/// Levels below the first, as in the admin.
const DEEPEST: usize = 4;

/// Writes the menus that fit somewhere.
#[crate::boxed]
pub(super) async fn write(job: &Job, written: &Written, report: &mut Report) -> Result<()> {
    let mut entries: BTreeMap<&str, Vec<&(MenuEntry, u64)>> = BTreeMap::new();
    for entry in &job.survey.entries {
        match entry.0.menus.first() {
            Some(menu) => entries.entry(menu).or_default().push(entry),
            None => report.menu_entries.skipped += 1,
        }
    }
    let declared = job.survey.terms.iter().filter(|term| term.taxonomy == "nav_menu");
    let mut menus: Vec<(String, String)> = declared.map(|t| (t.slug.clone(), t.name.clone())).collect();
    for slug in entries
        .keys()
        .filter(|slug| !menus.iter().any(|(known, _)| known == *slug))
        .copied()
        .collect::<Vec<_>>()
    {
        menus.push((slug.to_owned(), slug.to_owned()));
    }
    let mut places = Places::new(job);
    let items = items(job, written);
    for (slug, name) in in_order(&menus) {
        let Some(entries) = entries.get_mut(slug.as_str()) else {
            report.menus.skipped += 1;
            continue;
        };
        entries.sort_by_key(|(entry, _)| entry.order);
        let Some(place) = places.choose(job, slug, name, entries) else {
            report.menus.skipped += 1;
            report.menu_entries.skipped += entries.len() as u64;
            report.warn(name, None, "no place of the theme is free for this menu; it was left out");
            continue;
        };
        let there = job.ground.menus.iter().find(|(p, _)| *p == place).map(|(_, rows)| rows.clone());
        let mut work =
            Work { job, items: &items, report, place, rows: there.unwrap_or_default(), ids: HashMap::new() };
        if work.build(entries) {
            let rows = work.rows;
            job.site.write(move |s| Box::pin(async move { s.set_menu(place, &rows).await })).await?;
        }
    }
    Ok(())
}

/// Those whose names speak for a place first, so that another one does not take it.
fn in_order(menus: &[(String, String)]) -> Vec<&(String, String)> {
    let (named, others): (Vec<_>, Vec<_>) =
        menus.iter().partition(|(slug, name)| by_name(slug, name).is_some());
    named.into_iter().chain(others).collect()
}

fn by_name(slug: &str, name: &str) -> Option<MenuPlace> {
    let words = format!("{slug} {name}").to_lowercase();
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if has(&["social"]) {
        Some(MenuPlace::Social)
    } else if has(&["footer", "bottom"]) {
        Some(MenuPlace::Footer)
    } else if has(&["main", "primary", "header"]) {
        Some(MenuPlace::Main)
    } else {
        None
    }
}

/// The items that entries may lead to, by their old numbers.
fn items(job: &Job, written: &Written) -> HashMap<u64, ItemId> {
    let base = job.survey.base();
    let kept = job.survey.items.iter().filter(|item| item.fate != Fate::Skip);
    let there = kept.filter_map(|item| {
        let row = job.ground.item(&base, item.plan.is_page, item.plan.id)?;
        Some((item.plan.id, row.id))
    });
    there.chain(written.iter().map(|(old, id)| (*old, *id))).collect()
}

fn entry_source(job: &Job, id: u64) -> String {
    source(&job.survey.base(), "menu-entry", id)
}

struct Places {
    /// Which menu of this run has each place.
    taken: HashSet<MenuPlace>,
}

impl Places {
    fn new(job: &Job) -> Self {
        let full = job.ground.menus.iter().filter(|(_, rows)| !rows.is_empty());
        Self { taken: full.map(|(place, _)| *place).collect() }
    }

    /// The place that the menu has from an earlier run, or a free one.
    fn choose(
        &mut self,
        job: &Job,
        slug: &str,
        name: &str,
        entries: &[&(MenuEntry, u64)],
    ) -> Option<MenuPlace> {
        let own: HashSet<String> = entries.iter().map(|(entry, _)| entry_source(job, entry.id)).collect();
        let is_own = |row: &MenuRow| row.source.as_ref().is_some_and(|source| own.contains(source));
        if let Some((place, _)) = job.ground.menus.iter().find(|(_, rows)| rows.iter().any(is_own)) {
            return Some(*place);
        }
        let place = by_name(slug, name).unwrap_or(MenuPlace::Main);
        self.taken.insert(place).then_some(place)
    }
}

struct Work<'a> {
    job: &'a Job,
    items: &'a HashMap<u64, ItemId>,
    report: &'a mut Report,
    place: MenuPlace,
    rows: Vec<MenuRow>,
    ids: HashMap<u64, MenuEntryId>,
}

impl Work<'_> {
    /// Adds what is missing; answers whether anything was.
    fn build(&mut self, entries: &[&(MenuEntry, u64)]) -> bool {
        let was_empty = self.rows.is_empty();
        let by_source: HashMap<String, MenuEntryId> =
            self.rows.iter().filter_map(|row| Some((row.source.clone()?, row.id))).collect();
        for (entry, _) in entries {
            let known = by_source.get(&entry_source(self.job, entry.id));
            self.ids.insert(entry.id, known.copied().unwrap_or_else(MenuEntryId::fresh));
        }
        let mut changed = false;
        let mut waiting: Vec<&(MenuEntry, u64)> = entries.to_vec();
        // parents first: an entry whose parent was left out moves up
        let mut settled: HashMap<u64, Option<MenuEntryId>> = HashMap::new();
        while !waiting.is_empty() {
            let numbers: HashSet<u64> = waiting.iter().map(|(entry, _)| entry.id).collect();
            let (mut ready, mut later): (Vec<_>, Vec<_>) = waiting
                .into_iter()
                .partition(|(entry, _)| entry.parent.is_none_or(|p| !numbers.contains(&p)));
            if ready.is_empty() {
                ready.push(later.remove(0));
            }
            for (entry, line) in ready {
                let source = entry_source(self.job, entry.id);
                if let Some(known) = by_source.get(&source) {
                    self.report.menu_entries.unchanged += 1;
                    settled.insert(entry.id, Some(*known));
                    continue;
                }
                let above = entry.parent.and_then(|parent| settled.get(&parent).copied().flatten());
                let id = self.add(entry, *line, above, source);
                changed |= id.is_some();
                settled.insert(entry.id, id.or(above));
            }
            waiting = later;
        }
        let menus = &mut self.report.menus;
        if was_empty {
            menus.created += 1
        } else {
            menus.unchanged += 1
        }
        changed
    }

    fn add(
        &mut self,
        entry: &MenuEntry,
        line: u64,
        above: Option<MenuEntryId>,
        source: String,
    ) -> Option<MenuEntryId> {
        if self.rows.len() >= MOST_ENTRIES {
            return self.refuse(entry, line, "a menu has at most 200 entries");
        }
        let (item, url, fallback) = match self.target(entry) {
            Ok(target) => target,
            Err(why) => return self.refuse(entry, line, &why),
        };
        let mut title = text::line(&entry.title, 200);
        if title.is_empty() && item.is_none() {
            title = fallback;
        }
        if title.is_empty() && item.is_none() {
            return self.refuse(entry, line, "it has neither words nor an item");
        }
        let parent = self.reachable(above);
        let siblings = self.rows.iter().filter(|row| row.parent == parent);
        let position = siblings.map(|row| row.position + 1).max().unwrap_or(0);
        let id = self.ids.get(&entry.id).copied().unwrap_or_else(MenuEntryId::fresh);
        let place = self.place;
        self.rows.push(MenuRow { id, place, parent, position, title, item, url, source: Some(source) });
        self.report.menu_entries.created += 1;
        Some(id)
    }

    fn refuse(&mut self, entry: &MenuEntry, line: u64, why: &str) -> Option<MenuEntryId> {
        self.report.menu_entries.failed += 1;
        let name = if entry.title.is_empty() { "a menu entry" } else { &entry.title };
        self.report.warn(name, Some(line), format!("the menu entry was left out: {why}"));
        None
    }

    /// The entry to stand below: one further up where the menu would be too deep.
    fn reachable(&self, above: Option<MenuEntryId>) -> Option<MenuEntryId> {
        let parents: HashMap<MenuEntryId, Option<MenuEntryId>> =
            self.rows.iter().map(|row| (row.id, row.parent)).collect();
        let line: Vec<MenuEntryId> =
            std::iter::successors(above, |id| parents.get(id).copied().flatten()).take(64).collect();
        line.get(line.len().saturating_sub(DEEPEST)).copied()
    }

    /// The item or the address that an entry leads to, and words for it.
    fn target(&self, entry: &MenuEntry) -> Result<(Option<ItemId>, Option<String>, String), String> {
        match &entry.target {
            MenuTarget::Item(old) => match self.items.get(old) {
                Some(id) => Ok((Some(*id), None, String::new())),
                None => Err(format!("it leads to number {old}, which was not imported")),
            },
            MenuTarget::Term { taxonomy: name, id } => {
                let same = |term: &&OldTerm| term.id == Some(*id) && term.taxonomy == *name;
                let term = self.job.survey.terms.iter().find(same);
                let found = term.zip(taxonomy(name)).and_then(|(term, taxonomy)| {
                    Some((self.job.terms.address(taxonomy, &term.slug)?, text::line(&term.name, 200)))
                });
                let (address, words) =
                    found.ok_or_else(|| format!("it leads to {name} {id}, which is not here"))?;
                Ok((None, Some(address), words))
            }
            MenuTarget::Address(address) => self.address(address).map(|to| (None, Some(to.clone()), to)),
            MenuTarget::Unknown(kind) => Err(format!("it leads to something of a plugin ({kind:?})")),
        }
    }

    /// An address that may stand in a menu: a script there would run on every page.
    fn address(&self, text: &str) -> Result<String, String> {
        let text = text.trim();
        if let Some(old) = self.job.atlas.address.locate(text) {
            let fragment = old.fragment.as_ref().map(|f| format!("#{f}")).unwrap_or_default();
            if let Some(now) = self.job.atlas.resolve(&old) {
                return Ok(format!("{now}{fragment}"));
            }
        }
        if text.starts_with('#') && text.len() <= 1_000 && !text.chars().any(char::is_control) {
            return Ok(text.to_owned());
        }
        let refused = || format!("{:?} is not an address that a menu may have", text::cut(text, 100));
        let base = url::Url::parse(&self.job.survey.base()).map_err(|_| refused())?;
        let url = base.join(text).map_err(|_| refused())?;
        let is_fit = ["https", "http", "mailto", "tel"].contains(&url.scheme()) && !text.is_empty();
        if is_fit && url.as_str().len() <= 1_000 { Ok(url.into()) } else { Err(refused()) }
    }
}
