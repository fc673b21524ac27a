//! A process that changes sites through the engine, as a command does, and stays for more. It takes an order a
//! line from standard input, works on several at once, and prints `answer {…}` when one is done or refused:
//!
//! ```text
//! {"id": 7, "do": "publish", "tenant": "acme", "item": "…", "slug": "now", "title": "…", "body": "…"}
//! answer {"id": 7, "done": ""}
//! ```
//!
//! Tenants are made here too. `{"do": "steer", "order": "halt write.committed"}` is for the fail-points.

use anyhow::{Context, bail};
use rowhouse_domain::{
    ItemId, MenuEntryId, TermId,
    content::{Document, Fields, Format, Kind, MenuPlace, Taxonomy},
    name::Slug,
};
use rowhouse_engine::{Actor, Node, Site, content, pages};
use rowhouse_tests::Steered;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc::unbounded_channel;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Order {
    id: u64,
    #[serde(rename = "do")]
    verb: String,
    order: String,
    tenant: String,
    recipe: String,
    kind: String,
    item: String,
    slug: String,
    title: String,
    body: String,
    term: String,
    parent: String,
}

/// Obeys until the input ends.
pub async fn obey(node: &Node, steered: &Steered) -> anyhow::Result<()> {
    println!("writing now");
    let (sender, mut lines) = unbounded_channel();
    std::thread::spawn(move || {
        std::io::stdin().lines().map_while(Result::ok).all(|line| sender.send(line).is_ok())
    });
    while let Some(line) = lines.recv().await {
        let order: Order = serde_json::from_str(&line).context(line)?;
        if order.verb == "steer" {
            anyhow::ensure!(steered.obey(&order.order), "{} is no order", order.order);
            continue;
        }
        let node = node.clone();
        tokio::spawn(async move {
            let answer = match order.work(&node).await {
                Ok(done) => json!({"id": order.id, "done": done}),
                Err(error) => json!({"id": order.id, "refused": format!("{error:#}")}),
            };
            println!("answer {answer}");
        });
    }
    Ok(())
}

impl Order {
    async fn work(&self, node: &Node) -> anyhow::Result<String> {
        if self.verb == "create" {
            super::create(node, &self.tenant, &self.recipe).await?;
            node.refresh().await?;
            return Ok(String::new());
        }
        let site = super::site(node, &self.tenant).await?;
        match self.verb.as_str() {
            "new_term" => Ok(self.new_term(&site).await?.to_string()),
            "term" => self.rename_term(&site).await.map(|()| String::new()),
            "new_menu" => self.new_menu(&site).await?.context("an entry"),
            "menu" => self.rename_menu(&site).await.map(|()| String::new()),
            "begin" => self.begin(&site).await,
            "publish" => self.publish(&site, self.item.parse()?).await,
            "withdraw" => {
                content::unpublish(&site, &Actor::system(), self.item.parse()?).await?;
                Ok(String::new())
            }
            "preview" => {
                let day = std::time::Duration::from_secs(86_400);
                let (token, _) =
                    pages::make_preview(&site, &Actor::system(), self.item.parse()?, day).await?;
                Ok(token)
            }
            other => bail!("{other} is not known here"),
        }
    }

    fn document(&self) -> anyhow::Result<Document> {
        let term: Option<TermId> = self.term.parse().ok();
        let fields = Fields {
            parent: self.parent.parse().ok(),
            terms: term.into_iter().collect(),
            ..Fields::default()
        };
        Ok(Document {
            title: self.title.clone(),
            slug: Slug::parse(&self.slug)?,
            format: Format::Markdown,
            body: self.body.clone(),
            excerpt: String::new(),
            fields,
        })
    }

    async fn begin(&self, site: &Site) -> anyhow::Result<String> {
        let kind: Kind = self.kind.parse().map_err(|_| anyhow::anyhow!("page or post"))?;
        let row = content::create(site, &Actor::system(), kind, self.document()?).await?;
        self.publish(site, row.id).await?;
        Ok(row.id.to_string())
    }

    /// Answers where it stands.
    async fn publish(&self, site: &Site, item: ItemId) -> anyhow::Result<String> {
        let system = Actor::system();
        let row = content::item(site, &system, item).await?;
        let done = content::publish(site, &system, item, row.latest_version, Some(self.document()?)).await?;
        Ok(done.row.route.context("an address")?.to_url_path())
    }

    /// Answers the id of the new entry.
    async fn new_menu(&self, site: &Site) -> anyhow::Result<Option<String>> {
        let (system, home) = (Actor::system(), content::MenuTarget::Address("/".into()));
        let rows = content::add_menu_entry(site, &system, MenuPlace::Main, home, &self.title, None).await?;
        Ok(rows.iter().find(|row| row.title == self.title).map(|row| row.id.to_string()))
    }

    async fn rename_menu(&self, site: &Site) -> anyhow::Result<()> {
        let (system, entry): (_, MenuEntryId) = (Actor::system(), self.item.parse()?);
        content::rename_menu_entry(site, &system, MenuPlace::Main, entry, &self.title, None).await?;
        Ok(())
    }

    async fn new_term(&self, site: &Site) -> anyhow::Result<TermId> {
        let term = content::TermInput {
            name: self.title.clone(),
            slug: Some(Slug::parse(&self.slug)?),
            parent: None,
            description: self.body.clone(),
        };
        Ok(content::create_term(site, &Actor::system(), Taxonomy::Category, term).await?.id)
    }

    async fn rename_term(&self, site: &Site) -> anyhow::Result<()> {
        let term = content::TermInput {
            name: self.title.clone(),
            slug: Some(Slug::parse(&self.slug)?),
            parent: None,
            description: self.body.clone(),
        };
        content::update_term(site, &Actor::system(), self.term.parse()?, term).await?;
        Ok(())
    }
}
