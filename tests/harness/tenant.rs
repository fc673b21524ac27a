//! Tenants and their content, made through the use cases as the admin and the commands do.

use std::sync::Arc;

use rowhouse_domain::{
    ItemId, TermId,
    content::{Document, Fields, Format, Kind, Taxonomy},
    name::Slug,
};
use rowhouse_engine::{
    Actor, Site, TenantInfo, content,
    identity::{self, Entrance, NewPerson, NewUser, supers},
    tenants::CreateTenant,
};

use crate::TestNode;

/// The password of everybody in the tests.
pub const PASSWORD: &str = "velvet tapir lantern 9";

/// A tenant to be made.
#[must_use]
pub struct NewTenant<'n> {
    node: &'n TestNode,
    request: CreateTenant,
}

impl<'n> NewTenant<'n> {
    pub(crate) fn new(node: &'n TestNode, name: &str) -> Self {
        let admin_password = Some(PASSWORD.into());
        Self { node, request: CreateTenant { name: name.into(), admin_password, ..CreateTenant::default() } }
    }

    /// With another title than its name.
    pub fn title(mut self, title: &str) -> Self {
        self.request.title = title.into();
        self
    }

    /// With what it starts with.
    pub fn recipe(mut self, recipe: &str) -> Self {
        self.request.recipe = recipe.into();
        self
    }

    /// With a theme.
    pub fn theme(mut self, theme: &str) -> Self {
        self.request.theme = theme.into();
        self
    }

    /// With another prefix than its name; none if empty.
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.request.prefix = Some(prefix.into());
        self
    }

    /// With a host.
    pub fn host(mut self, host: &str) -> Self {
        self.request.hosts.push(host.into());
        self
    }

    /// The request itself, for what has no words here.
    pub fn with(mut self, change: impl FnOnce(&mut CreateTenant)) -> Self {
        change(&mut self.request);
        self
    }

    /// Makes it, and has the node know it. Its administrator is `admin` with [`PASSWORD`].
    ///
    /// # Panics
    /// If it cannot be made.
    pub async fn create(self) -> Arc<TenantInfo> {
        let created = self.node.tenants().create(self.request, &Actor::system()).await;
        let created = created.unwrap_or_else(|error| panic!("no tenant: {error}"));
        self.node.refresh().await;
        created.tenant
    }

    /// The request as it stands.
    #[must_use]
    pub fn request(self) -> CreateTenant {
        self.request
    }
}

/// Something to be written.
#[derive(Clone, Debug)]
pub struct Draft {
    kind: Kind,
    document: Document,
}

impl Draft {
    /// A page at `/slug`.
    ///
    /// # Panics
    /// If `slug` is none.
    #[must_use]
    pub fn page(slug: &str, title: &str) -> Self {
        let document = Document {
            title: title.to_owned(),
            slug: Slug::parse(slug).expect("a slug"),
            format: Format::Markdown,
            body: format!("The text of {title}."),
            excerpt: String::new(),
            fields: Fields::default(),
        };
        Self { kind: Kind::Page, document }
    }

    /// A post.
    ///
    /// # Panics
    /// If `slug` is none.
    #[must_use]
    pub fn post(slug: &str, title: &str) -> Self {
        Self { kind: Kind::Post, ..Self::page(slug, title) }
    }

    /// With this text.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        self.document.body = body.to_owned();
        self
    }

    /// Below this page.
    #[must_use]
    pub fn below(mut self, parent: ItemId) -> Self {
        self.document.fields.parent = Some(parent);
        self
    }

    /// In this category or with this tag.
    #[must_use]
    pub fn term(mut self, term: TermId) -> Self {
        self.document.fields.terms.push(term);
        self
    }

    /// Opened by a word alone.
    #[must_use]
    pub fn password(mut self, word: &str) -> Self {
        self.document.fields.password = Some(word.to_owned());
        self
    }

    /// Begins it and does not publish it.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn save(self, site: &Site) -> ItemId {
        content::create(site, &Actor::system(), self.kind, self.document).await.expect("a draft").id
    }

    /// Publishes it; answers where it stands.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn publish(self, site: &Site) -> (ItemId, String) {
        let system = Actor::system();
        let row = content::create(site, &system, self.kind, self.document).await.expect("a draft");
        let done =
            content::publish(site, &system, row.id, row.latest_version, None).await.expect("published");
        let route = done.row.route.expect("an address");
        (row.id, route.to_url_path())
    }

    /// Publishes it as the new text of an item.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn replace(self, site: &Site, id: ItemId) {
        let system = Actor::system();
        let row = content::item(site, &system, id).await.expect("an item");
        let done = content::publish(site, &system, id, row.latest_version, Some(self.document)).await;
        done.expect("published");
    }
}

/// The term of this name, made if it is not there.
///
/// # Panics
/// If it is refused.
pub async fn term(site: &Site, taxonomy: Taxonomy, name: &str) -> TermId {
    let system = Actor::system();
    let known = content::terms(site, &system, taxonomy).await.expect("terms");
    if let Some(known) = known.into_iter().find(|known| known.term.name == name) {
        return known.term.id;
    }
    let input = content::TermInput { name: name.into(), ..content::TermInput::default() };
    content::create_term(site, &system, taxonomy, input).await.expect("a term").id
}

impl TestNode {
    /// Makes a super user with [`PASSWORD`].
    ///
    /// # Panics
    /// If it is refused.
    pub async fn super_user(&self, user: &str) -> rowhouse_domain::UserId {
        let person = NewPerson { user: user.into(), name: user.into(), ..NewPerson::default() };
        let made =
            supers::create(self.node().core(), &Actor::system(), &person, Some(&PASSWORD.into())).await;
        made.expect("a super user").id
    }

    /// Makes an account with a role (`editor`, `author`, …) and [`PASSWORD`].
    ///
    /// # Panics
    /// If it is refused.
    pub async fn person(&self, tenant: &str, user: &str, role: &str) -> rowhouse_domain::UserId {
        let site = self.site(tenant).await;
        let system = Actor::system();
        let roles = identity::roles(&site, &system).await.expect("roles");
        let role = roles.iter().find(|r| r.name == role).unwrap_or_else(|| panic!("no role {role}")).id;
        let person = NewPerson { user: user.into(), name: user.into(), ..NewPerson::default() };
        let new = NewUser { person, roles: vec![role], entrance: Entrance::Own(PASSWORD.into()) };
        identity::create_user(&site, &system, &new).await.expect("an account").id
    }
}
