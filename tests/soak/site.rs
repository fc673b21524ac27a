//! The sites of a run: a category, six posts in it and three pages each, with what is needed to write them.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use anyhow::Context;
use jiff::Timestamp;
use serde_json::json;

use crate::{
    cluster::Cluster,
    engine::Engine,
    model::{
        CHILD, FLEETING_PAGE, FLEETING_POST, MENU, PARENT, POSTS, Page, Register, Shows, TERM, Value, mark,
    },
    truth,
};

/// A site.
#[derive(Clone, Debug)]
pub struct Site {
    pub name: String,
    /// The id of the category.
    pub term: String,
    /// The id of the entry of the menu.
    pub menu: String,
    pub items: BTreeMap<Register, Item>,
    /// Its database, past the proxies.
    pub database: String,
}

/// What a register stands in.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: String,
    pub kind: &'static str,
    pub slug: String,
    pub parent: String,
    /// Where it stands, without the prefix of the site.
    pub path: String,
}

/// Where values come from: each is new.
#[derive(Debug, Default)]
pub struct Values(AtomicU64);

impl Values {
    pub fn next(&self) -> Value {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Site {
    /// Makes one and begins to take down its truth.
    ///
    /// # Errors
    /// If it cannot be made.
    pub async fn make(
        cluster: &Cluster,
        engine: &Engine,
        values: &Values,
        name: &str,
    ) -> anyhow::Result<(Self, Vec<Page>)> {
        engine.does(json!({"do": "create", "tenant": name, "recipe": "blank"})).await?;
        let text = mark(TERM, values.next());
        let order = json!({"do": "new_term", "tenant": name, "slug": "news", "title": text, "body": text});
        let term = engine.does(order).await?;
        let entry = json!({"do": "new_menu", "tenant": name, "title": mark(MENU, values.next())});
        let menu = engine.does(entry).await?;
        let database = cluster.database_of(name).await?;
        let mut site = Self { name: name.into(), term, menu, items: BTreeMap::new(), database };
        for register in POSTS {
            site.begin(engine, values, register, "post", "").await?;
        }
        site.begin(engine, values, PARENT, "page", "").await?;
        let parent = site.items[&PARENT].id.clone();
        site.begin(engine, values, CHILD, "page", &parent).await?;
        site.begin(engine, values, FLEETING_PAGE, "page", "").await?;
        truth::watch(&site.database).await?;
        let previewed = &site.items[POSTS.start()].id;
        let preview = engine.does(json!({"do": "preview", "tenant": name, "item": previewed})).await?;
        let pages = site.pages(&preview);
        Ok((site, pages))
    }

    async fn begin(
        &mut self,
        engine: &Engine,
        values: &Values,
        register: Register,
        kind: &'static str,
        parent: &str,
    ) -> anyhow::Result<()> {
        let mut item = Item {
            id: String::new(),
            kind,
            slug: format!("item-{register}"),
            parent: parent.into(),
            path: String::new(),
        };
        item.id = engine.does(self.order("begin", &item, register, values.next())).await?;
        // a second time, because this answers the address
        item.path = engine.does(self.order("publish", &item, register, values.next())).await?;
        self.items.insert(register, item);
        Ok(())
    }

    fn order(&self, verb: &str, item: &Item, register: Register, value: Value) -> serde_json::Value {
        let text = mark(register, value);
        json!({
            "do": verb, "tenant": self.name, "item": item.id, "kind": item.kind, "slug": item.slug,
            "parent": item.parent, "term": if item.kind == "post" { &self.term } else { "" },
            "title": text, "body": text,
        })
    }

    /// What has the engine write this value.
    pub fn writes(&self, register: Register, value: Value) -> serde_json::Value {
        if register == TERM {
            let text = mark(register, value);
            let (tenant, term) = (&self.name, &self.term);
            return json!({
                "do": "term", "tenant": tenant, "term": term, "slug": "news", "title": text, "body": text,
            });
        }
        if register == MENU {
            let text = mark(register, value);
            return json!({"do": "menu", "tenant": self.name, "item": self.menu, "title": text});
        }
        self.order("publish", &self.items[&register], register, value)
    }

    /// What has the engine take it back.
    pub fn withdraws(&self, register: Register) -> serde_json::Value {
        json!({"do": "withdraw", "tenant": self.name, "item": self.items[&register].id})
    }

    /// The page on which a value shows first of all.
    pub fn path_of(&self, register: Register) -> String {
        match self.items.get(&register) {
            Some(item) => format!("/{}{}", self.name, item.path),
            None if register == MENU => format!("/{}/nothing-here", self.name),
            None => format!("/{}/category/news", self.name),
        }
    }

    fn pages(&self, preview: &str) -> Vec<Page> {
        let month = Timestamp::now().strftime("/%Y/%m").to_string();
        let mut pages: Vec<(String, Shows)> = vec![
            ("/".into(), Shows::Home),
            ("/category/news".into(), Shows::Category),
            ("/category/news/feed.xml".into(), Shows::Category),
            (month, Shows::List),
            ("/feed.xml".into(), Shows::List),
            ("/atom.xml".into(), Shows::List),
            ("/nothing-here".into(), Shows::Nothing),
            (format!("/_preview/{preview}"), Shows::Preview(*POSTS.start())),
        ];
        pages.extend(self.items.iter().map(|(register, item)| {
            let shows = match *register {
                PARENT => Shows::Parent,
                CHILD => Shows::Child,
                FLEETING_PAGE => Shows::Fleeting,
                post => Shows::Post(post),
            };
            (item.path.clone(), shows)
        }));
        let page = |(path, shows): (String, Shows)| {
            let mut page = Page { tenant: 0, path: format!("/{}{path}", self.name), shows, menu: false };
            page.menu = !page.path.ends_with(".xml") && !page.is_preview();
            page
        };
        pages.into_iter().map(page).collect()
    }
}

/// Registers whose item always stands.
pub fn steady() -> Vec<Register> {
    [TERM, PARENT, CHILD].into_iter().chain(POSTS.filter(|post| *post != FLEETING_POST)).collect()
}

/// All sites, and the pages of all of them.
///
/// # Errors
/// If one cannot be made.
pub async fn make_all(
    cluster: &Cluster,
    engine: &Engine,
    values: &Values,
    many: usize,
) -> anyhow::Result<(Vec<Site>, Vec<Page>)> {
    let (mut sites, mut pages) = (Vec::new(), Vec::new());
    for number in 0..many {
        let (site, its) = Site::make(cluster, engine, values, &format!("t{number}"))
            .await
            .with_context(|| format!("site {number} cannot be made"))?;
        pages.extend(its.into_iter().map(|page| Page { tenant: number, ..page }));
        sites.push(site);
    }
    Ok((sites, pages))
}
