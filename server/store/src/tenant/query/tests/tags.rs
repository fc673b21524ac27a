//! Whatever a change makes different, it says so: random sequences of every public write against every
//! public read. A stored answer is kept for as long as no change touched a tag of it, as the render cache
//! keeps it; it must then still be what a fresh read gives.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use rowhouse_domain::{
    ItemId, MediaId, MenuEntryId, RedirectId, TermId, UserId,
    coherence::TagSet,
    content::{Document, Kind, MenuPlace, Status, Taxonomy},
    name::{RoutePath, Slug},
    settings::{Home, SiteSettings, ThemeChoice},
};
use serde_json::{Value, json};

use super::{
    super::{MediaRow, MenuRow, Month, PostList, PublicMedia, PublicTerm, Publication, RedirectRow},
    place::{Place, at, document, on_each, path, version},
};
use crate::{AccountRow, Col, Profile, Result, Snapshot, Stamp};

/// A small generator (splitmix64): the same seed, the same sequence.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }

    fn maybe<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        (self.roll(3) > 0).then(|| self.pick(of))
    }
}

/// The few things that a sequence plays with; small, so that they meet often.
#[derive(Clone)]
struct World {
    pages: Vec<ItemId>,
    posts: Vec<ItemId>,
    authors: Vec<UserId>,
    terms: Vec<(TermId, Taxonomy)>,
    media: Vec<MediaId>,
    slugs: Vec<Slug>,
    paths: Vec<RoutePath>,
    months: Vec<Month>,
}

const WORDS: [&str; 4] = ["a", "b", "c", "d"];

impl World {
    fn new() -> Self {
        let slugs: Vec<_> = WORDS.iter().map(|w| Slug::derive(w)).collect();
        let mut paths: Vec<_> = WORDS.iter().map(|w| path(&format!("/{w}"))).collect();
        for above in WORDS {
            paths.extend(WORDS.iter().map(|w| path(&format!("/{above}/{w}"))));
        }
        let mut terms: Vec<_> = (0..3).map(|_| (TermId::fresh(), Taxonomy::Category)).collect();
        terms.extend((0..2).map(|_| (TermId::fresh(), Taxonomy::Tag)));
        Self {
            pages: (0..4).map(|_| ItemId::fresh()).collect(),
            posts: (0..4).map(|_| ItemId::fresh()).collect(),
            authors: (0..2).map(|_| UserId::fresh()).collect(),
            terms,
            media: (0..2).map(|_| MediaId::fresh()).collect(),
            slugs,
            paths,
            months: [(2026, 10), (2026, 11), (2026, 12)].map(|(y, m)| Month::new(y, m).unwrap()).to_vec(),
        }
    }

    fn items(&self) -> Vec<ItemId> {
        [self.pages.clone(), self.posts.clone()].concat()
    }
}

/// Every public read, by what it asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Settings,
    Theme,
    ItemAt(usize),
    Page(usize),
    Beside(usize),
    Item(usize),
    Children(usize),
    Posts(usize, u64),
    Months,
    Term(Taxonomy, usize),
    Terms(Taxonomy),
    Menu(MenuPlace),
    Redirect(usize),
    Media(usize),
    Sitemap(Kind),
}

impl World {
    fn lists(&self) -> Vec<PostList> {
        let mut lists = vec![PostList::Front, PostList::Newest];
        lists.extend(self.terms.iter().map(|(id, taxonomy)| match taxonomy {
            Taxonomy::Category => PostList::Category(*id),
            Taxonomy::Tag => PostList::Tag(*id),
        }));
        lists.extend(self.months.iter().map(|m| PostList::Month(*m)));
        lists.extend(self.authors.iter().map(|a| PostList::Author(*a)));
        lists
    }

    fn reads(&self) -> Vec<Read> {
        let mut reads = vec![Read::Settings, Read::Theme, Read::Months];
        for n in 0..self.paths.len() {
            reads.extend([Read::ItemAt(n), Read::Page(n), Read::Beside(n), Read::Redirect(n)]);
        }
        for n in 0..self.items().len() {
            reads.extend([Read::Item(n), Read::Children(n)]);
        }
        for n in 0..self.lists().len() {
            reads.extend([Read::Posts(n, 0), Read::Posts(n, 2)]);
        }
        for taxonomy in Taxonomy::ALL {
            reads.push(Read::Terms(*taxonomy));
            reads.extend((0..self.slugs.len()).map(|n| Read::Term(*taxonomy, n)));
        }
        reads.extend([Read::Menu(MenuPlace::Main), Read::Menu(MenuPlace::Footer)]);
        reads.extend((0..self.media.len()).map(Read::Media));
        reads.extend(Kind::ALL.iter().map(|k| Read::Sitemap(*k)));
        reads
    }
}

async fn answer(s: &mut Snapshot, w: &World, read: &Read) -> Result<Value> {
    Ok(match read {
        Read::Settings => json!(s.settings_and_theme().await?.0),
        Read::Theme => json!(s.theme_choice().await?),
        Read::ItemAt(n) => json!(s.item_at(&w.paths[*n]).await?),
        Read::Page(n) => match s.item_at(&w.paths[*n]).await? {
            Some(item) => json!(s.ancestors(&item).await?),
            None => Value::Null,
        },
        Read::Beside(n) => match s.item_at(&w.paths[*n]).await?.filter(|i| i.kind == Kind::Post) {
            Some(item) => json!(s.neighbours(&item).await?),
            None => Value::Null,
        },
        Read::Item(n) => json!(s.item(w.items()[*n]).await?),
        Read::Children(n) => json!(s.children(w.items()[*n]).await?),
        Read::Posts(n, offset) => json!(s.posts(&w.lists()[*n], *offset, 2).await?),
        Read::Months => json!(s.months().await?),
        Read::Term(taxonomy, n) => json!(s.term(*taxonomy, &w.slugs[*n]).await?),
        Read::Terms(taxonomy) => json!(s.terms(*taxonomy).await?),
        Read::Menu(place) => {
            json!(s.menus().await?.into_iter().find(|(at, _)| at == place).map(|(_, menu)| menu))
        }
        Read::Redirect(n) => json!(s.redirect(&w.paths[*n]).await?),
        Read::Media(n) => json!(s.media(&[w.media[*n]]).await?.into_values().collect::<Vec<_>>()),
        Read::Sitemap(kind) => json!(s.sitemap(*kind, None, 100).await?),
    })
}

/// One change, with all its chances already decided.
#[derive(Clone, Debug)]
enum Write {
    Publish { item: ItemId, kind: Kind, document: Document, route: RoutePath, hours: i64 },
    Unpublish(ItemId),
    Bin(ItemId),
    Delete(ItemId),
    Sticky(ItemId, bool),
    Author(ItemId, Option<UserId>),
    CreateTerm(PublicTerm),
    UpdateTerm(PublicTerm),
    DeleteTerm(TermId),
    Merge(TermId, TermId),
    Menu(MenuPlace, Vec<MenuRow>),
    Redirect(RedirectRow),
    DropRedirect(RoutePath),
    Media(MediaRow),
    Describe(MediaId, String),
    DeleteMedia(MediaId),
    Settings(SiteSettings),
    Theme(ThemeChoice),
    Rename(UserId, Profile),
}

impl Dice {
    fn word(&mut self) -> String {
        self.pick(&WORDS).to_owned()
    }

    fn document(&mut self, w: &World, kind: Kind) -> Document {
        let mut d = document(&format!("{} {}", self.word(), self.roll(3)));
        let f = &mut d.fields;
        if kind == Kind::Page {
            f.parent = self.maybe(&w.pages);
        }
        let terms: BTreeSet<_> = (0..self.roll(4)).map(|_| self.pick(&w.terms).0).collect();
        f.terms = terms.into_iter().collect();
        f.featured = self.maybe(&w.media);
        f.sticky = self.roll(4) == 0;
        f.noindex = self.roll(4) == 0;
        f.password = (self.roll(5) == 0).then(|| "open".to_owned());
        f.order = i32::try_from(self.roll(3)).unwrap();
        d
    }

    fn term(&mut self, w: &World) -> PublicTerm {
        let (id, taxonomy) = self.pick(&w.terms);
        let above = w.terms.iter().filter(|(other, t)| *t == Taxonomy::Category && *other < id);
        let above: Vec<_> = above.map(|(id, _)| *id).collect();
        let parent =
            if taxonomy == Taxonomy::Category && !above.is_empty() { self.maybe(&above) } else { None };
        let slug = self.pick(&w.slugs);
        PublicTerm { id, taxonomy, name: self.word(), slug, parent, description: self.word() }
    }

    fn menu(&mut self, w: &World, place: MenuPlace) -> Vec<MenuRow> {
        let mut rows: Vec<MenuRow> = Vec::new();
        for position in 0..self.roll(4) {
            let ids: Vec<_> = rows.iter().map(|r| r.id).collect();
            let parent = if ids.is_empty() { None } else { self.maybe(&ids) };
            let item = self.maybe(&w.items());
            let url = item.is_none().then(|| format!("/{}", self.word()));
            let title = if self.roll(2) == 0 { String::new() } else { self.word() };
            let position = i32::try_from(position).unwrap();
            rows.push(MenuRow {
                id: MenuEntryId::fresh(),
                place,
                parent,
                position,
                title,
                item,
                url,
                source: None,
            });
        }
        rows
    }

    fn redirect(&mut self, w: &World) -> RedirectRow {
        let item = self.maybe(&w.items());
        let to = item.is_none().then(|| format!("/{}", self.word()));
        let (id, from, permanent) = (RedirectId::fresh(), self.pick(&w.paths), self.roll(2) == 0);
        RedirectRow { id, from, to, item, permanent, automatic: false, created_at: at(0) }
    }

    fn media(&mut self, w: &World) -> MediaRow {
        let media = PublicMedia {
            id: self.pick(&w.media),
            name: self.word(),
            mime: "image/png".into(),
            width: Some(1),
            height: Some(1),
            alt: self.word(),
            caption: String::new(),
            hash: String::new(),
            variants: Vec::new(),
        };
        MediaRow { media, account: None, bytes: 1, source: None, created_at: at(0), updated_at: at(0) }
    }

    fn settings(&mut self, w: &World) -> SiteSettings {
        SiteSettings {
            title: self.word(),
            time_zone: self.pick(&["UTC", "Asia/Tokyo", "America/New_York"]).into(),
            home: self.maybe(&w.pages).map_or(Home::Posts, Home::Page),
            ..SiteSettings::default()
        }
    }

    fn publish(&mut self, w: &World) -> Write {
        let kind = self.pick(Kind::ALL);
        let item = self.pick(if kind == Kind::Page { &w.pages } else { &w.posts });
        // hours around the beginnings of two months
        let hours = self.pick(&[-2, 0, 3, 719, 721]) + i64::try_from(self.roll(2)).unwrap();
        Write::Publish { item, kind, document: self.document(w, kind), route: self.pick(&w.paths), hours }
    }

    fn write(&mut self, w: &World) -> Write {
        let item = self.pick(&w.items());
        let place = self.pick(&[MenuPlace::Main, MenuPlace::Footer]);
        match self.roll(30) {
            0..10 => self.publish(w),
            10 => Write::Unpublish(item),
            11 => Write::Bin(item),
            12 => Write::Delete(item),
            13 => Write::Sticky(item, self.roll(2) == 0),
            14 => Write::Author(item, self.maybe(&w.authors)),
            15 | 16 => Write::CreateTerm(self.term(w)),
            17 => Write::UpdateTerm(self.term(w)),
            18 => Write::DeleteTerm(self.pick(&w.terms).0),
            19 => Write::Merge(self.pick(&w.terms).0, self.pick(&w.terms).0),
            20 | 21 => Write::Menu(place, self.menu(w, place)),
            22 | 23 => Write::Redirect(self.redirect(w)),
            24 => Write::DropRedirect(self.pick(&w.paths)),
            25 => Write::Media(self.media(w)),
            26 => Write::Describe(self.pick(&w.media), self.word()),
            27 => Write::DeleteMedia(self.pick(&w.media)),
            28 if self.roll(3) == 0 => {
                Write::Theme(ThemeChoice { theme: self.word(), ..ThemeChoice::default() })
            }
            28 => Write::Settings(self.settings(w)),
            _ => Write::Rename(self.pick(&w.authors), self.profile()),
        }
    }

    fn profile(&mut self) -> Profile {
        let name = format!("{}-{}", self.word(), self.roll(1_000_000));
        let display_name = if self.roll(2) == 0 { String::new() } else { self.word() };
        Profile { email: format!("{name}@example.org"), name, display_name, bio: self.word() }
    }
}

/// Carries a change out. Answers the tags it touched; none if it was refused or changed nothing.
async fn carry_out(place: &Place, write: Write, now: Timestamp) -> Option<TagSet> {
    let done = place.store.write(now, move |s| Box::pin(async move { apply(s, write).await })).await;
    done.ok()?.change.map(|c| c.tags)
}

async fn apply(s: &mut crate::Change, write: Write) -> Result<()> {
    match write {
        Write::Publish { item, kind, document, route, hours } => {
            let new = version(document, hours);
            if s.item(item).await?.is_none() {
                let first = super::super::NewItem {
                    id: item,
                    kind,
                    author: None,
                    first: new.clone(),
                    created_at: at(0),
                    source: None,
                };
                s.create_item(&first).await?;
            } else {
                s.save_version(item, &new).await?;
            }
            let updated_at = s.now();
            s.publish(&Publication { item, version: new.id, route, published_at: at(hours), updated_at })
                .await
        }
        Write::Unpublish(id) => s.unpublish(id, Status::Archived).await,
        Write::Bin(id) => s.bin_item(id).await,
        Write::Delete(id) => s.delete_item(id).await,
        Write::Sticky(id, sticky) => s.set_sticky(id, sticky).await,
        Write::Author(id, author) => s.set_author(id, author).await,
        Write::CreateTerm(term) => s.create_term(&term).await,
        Write::UpdateTerm(term) => s.update_term(&term).await.map(drop),
        Write::DeleteTerm(id) => s.delete_term(id).await.map(drop),
        Write::Merge(from, into) => s.merge_terms(from, into).await.map(drop),
        Write::Menu(place, rows) => s.set_menu(place, &rows).await,
        Write::Redirect(row) => s.put_redirect(&row).await,
        Write::DropRedirect(path) => s.drop_redirect_at(&path).await,
        Write::Media(row) => s.insert_media(&row).await,
        Write::Describe(id, alt) => s.describe_media(id, "x", &alt, "", at(0)).await.map(drop),
        Write::DeleteMedia(id) => s.delete_media(id).await.map(drop),
        Write::Settings(settings) => s.set_site_settings(&settings).await,
        Write::Theme(theme) => s.set_theme_choice(&theme).await,
        Write::Rename(id, profile) => s.edit_account(id, &profile).await.map(drop),
    }
}

async fn read_all(place: &Place, w: &Arc<World>) -> BTreeMap<Read, (Value, Stamp)> {
    let mut answers = BTreeMap::new();
    for read in w.reads() {
        let (w, asked) = (w.clone(), read.clone());
        let found = place.store.read(move |s| Box::pin(async move { answer(s, &w, &asked).await })).await;
        answers.insert(read, found.unwrap());
    }
    answers
}

/// Which kinds of tags two sets share.
fn shared(one: &TagSet, other: &TagSet) -> BTreeSet<&'static str> {
    assert!(!one.is_everything() && !other.is_everything(), "the world is too large for tags to tell");
    let other: BTreeSet<_> = other.iter().collect();
    one.iter().filter(|tag| other.contains(tag)).map(|tag| tag.kind()).collect()
}

async fn add_authors(place: &Place, w: &World) {
    for (n, id) in w.authors.iter().enumerate() {
        let row = AccountRow {
            id: Col(*id),
            name: format!("author{n}"),
            email: format!("author{n}@example.org"),
            display_name: String::new(),
            bio: String::new(),
            password_hash: None,
            disabled: false,
            must_change: false,
            created_at: Col(at(0)),
            password_changed_at: None,
            seen_at: None,
        };
        place.store.private(move |s| Box::pin(async move { s.add_account(&row).await })).await.unwrap();
    }
}

/// Plays one sequence. Answers the kinds of tags that were the only link between some change and some
/// answer it made untrue: without that kind the answer would have been kept.
async fn play(place: &Place, seed: u64, steps: usize) -> BTreeSet<&'static str> {
    let w = Arc::new(World::new());
    add_authors(place, &w).await;
    let mut dice = Dice(seed);
    let mut kept = read_all(place, &w).await;
    let mut needed = BTreeSet::new();
    for step in 0..steps {
        let write = dice.write(&w);
        let hours = i64::try_from(step).unwrap();
        let tags = carry_out(place, write.clone(), at(hours)).await.unwrap_or_default();
        for (read, (value, stamp)) in read_all(place, &w).await {
            let old = &kept[&read];
            let kinds = shared(&tags, &old.1.tags);
            if old.0 != value {
                let told = format!("seed {seed}, step {step}, {}: {write:?} changed {read:?}", place.kind);
                assert!(!kinds.is_empty(), "{told}\n{tags:?}\n{:?}\n{}\n{value}", old.1.tags, old.0);
                if let [only] = kinds.iter().copied().collect::<Vec<_>>()[..] {
                    needed.insert(only);
                }
            }
            // an answer that no tag of the change meets stays in the cache with its old tags
            if !kinds.is_empty() {
                kept.insert(read, (value, stamp));
            }
        }
    }
    needed
}

/// Kinds that reads depend on. Nothing public reads the table of redirects as a whole.
const KINDS: [&str; 10] =
    ["absence", "author", "item", "list", "media", "menu", "route", "settings", "term", "theme"];

#[test]
fn every_change_tells_of_all_that_it_makes_different_and_no_kind_of_tag_can_be_left_out() {
    on_each(|place| async move {
        // PostgreSQL runs the same bodies: a shorter sequence shows that they are
        let (seeds, steps) = if place.kind == "sqlite" { (3, 120) } else { (1, 25) };
        let mut needed = BTreeSet::new();
        for seed in 0..seeds {
            clear(&place).await;
            needed.append(&mut play(&place, seed, steps).await);
        }
        if place.kind == "sqlite" {
            assert_eq!(needed, BTreeSet::from(KINDS), "some kind of tag could be dropped unnoticed");
        }
    });
}

/// Empties the tables that a sequence fills.
async fn clear(place: &Place) {
    place
        .store
        .private(|s| {
            Box::pin(async move {
                for table in ["menu_entry", "redirect", "item", "term", "media", "account", "site_setting"] {
                    s.conn.batch(&format!("DELETE FROM {table}")).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
}
