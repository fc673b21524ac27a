//! Two sites that are alike but for a marker in all that they have.

use std::time::Duration;

use rowhouse_domain::{UserId, content::MenuPlace};
use rowhouse_engine::{
    Actor, Site,
    content::{self, MenuTarget, TermInput, Upload},
    identity, jobs, pages,
};
use rowhouse_media::{Limits, Workshop};
use rowhouse_tests::{Backend, Draft, Options, PASSWORD, TestNode};

use super::rows::{Row, What, What::*};

/// What one of the two sites has, for the parts of patterns.
pub(super) struct Facts {
    pub(super) name: &'static str,
    pub(super) marker: String,
    pub(super) suffix: String,
    pub(super) item: String,
    pub(super) user: UserId,
    pub(super) role: String,
    pub(super) term: String,
    pub(super) media: String,
    pub(super) redirect: String,
    pub(super) entry: String,
    pub(super) session: String,
    pub(super) reset: String,
    pub(super) preview: String,
    pub(super) super_id: String,
    pub(super) job: String,
}

impl Facts {
    fn value(&self, what: What) -> String {
        match what {
            Word(word) => word.to_owned(),
            Item => self.item.clone(),
            User => self.user.to_string(),
            Role => self.role.clone(),
            Term => self.term.clone(),
            Media => self.media.clone(),
            Redirect => self.redirect.clone(),
            Entry => self.entry.clone(),
            Session => self.session.clone(),
            Reset => self.reset.clone(),
            Preview => self.preview.clone(),
            Name => self.name.to_owned(),
            SuperId => self.super_id.clone(),
            Job => self.job.clone(),
            OwnJob => rowhouse_domain::JobId::fresh().to_string(),
        }
    }

    /// The path of a route, with what this site has for the parts of its pattern.
    pub(super) fn path(&self, row: &Row) -> String {
        let (_, pattern) = row.route.split_once(' ').unwrap();
        let mut with = row.with.iter();
        let mut path = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            path.push_str(
                &self.value(*with.next().unwrap_or_else(|| panic!("{}: too few parts", row.route))),
            );
            rest = after.split_once('}').unwrap().1;
        }
        assert!(with.next().is_none(), "{}: too many parts", row.route);
        path + rest
    }
}

/// The smallest picture there is.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

/// Makes a site with one of everything, and the marker in all of it.
pub(super) async fn furnished(node: &TestNode, name: &'static str) -> Facts {
    let marker = format!("MARK-{}", name.to_uppercase());
    let suffix = node.tenant(name).title("Twins").create().await.id.suffix();
    let user = node.person(name, "ann", "author").await;
    let (site, system) = (node.site(name).await, Actor::system());
    let words = |what: &str| format!("{what} {marker}");
    Draft::page("about", "About").body(&words("Public text")).publish(&site).await;
    Draft::page("locked", "Locked").body(&words("Protected text")).password("opener").publish(&site).await;
    let item = Draft::post("draft", &words("Draft")).body(&words("Draft text")).save(&site).await;
    let input = TermInput { name: words("Term"), ..TermInput::default() };
    let term = content::create_term(&site, &system, "category".parse().unwrap(), input).await.unwrap();
    let workshop = Workshop::new(Limits::default(), 1);
    let upload = Upload { bytes: PIXEL.into(), name: "pixel.png".into(), alt: words("Alt"), source: None };
    let media = content::upload(&site, &system, &workshop, upload).await.unwrap();
    let to = Err(format!("https://example.org/{marker}"));
    let redirect = content::add_redirect(&site, &system, "/old", to, true).await.unwrap();
    let target = MenuTarget::Address(format!("https://example.org/{marker}"));
    let rows = content::add_menu_entry(&site, &system, MenuPlace::Main, target, &words("Entry"), None).await;
    let grants = rowhouse_domain::permission::Grants::default();
    let role = identity::RoleEdit { title: words("Role"), description: String::new(), grants };
    let role = identity::create_role(&site, &system, &role).await.unwrap();
    Facts {
        entry: rows.unwrap().last().unwrap().id.to_string(),
        item: item.to_string(),
        preview: preview(&site, item).await,
        redirect: redirect.id.to_string(),
        reset: identity::reset_link(&site, &system, user).await.unwrap().token,
        role: role.to_string(),
        term: term.id.to_string(),
        media: media.media.id.to_string(),
        session: session(node, name).await,
        super_id: UserId::fresh().to_string(),
        job: jobs::jobs(&site, &system).await.unwrap().waiting[0].id.to_string(),
        name,
        marker,
        suffix,
        user,
    }
}

async fn preview(site: &Site, item: rowhouse_domain::ItemId) -> String {
    pages::make_preview(site, &Actor::system(), item, Duration::from_secs(3_600)).await.unwrap().0
}

/// The name of a session of the site's administrator, as their account's page tells it.
async fn session(node: &TestNode, name: &str) -> String {
    let (first, second) = (node.client(), node.client());
    first.sign_in(&format!("/{name}"), "admin", PASSWORD).await;
    second.sign_in(&format!("/{name}"), "admin", PASSWORD).await;
    let page = second.get(&format!("/{name}/admin/account")).await.is(200).text();
    let (_, rest) = page.split_once("/account/sessions/").expect("another session");
    let mut ids =
        std::iter::once(rest).chain(rest.split("/account/sessions/")).map(|r| r.split('/').next().unwrap());
    ids.find(|id| id.len() == 64).expect("a session's name").to_owned()
}

pub(super) async fn twins(backend: Backend) -> (TestNode, Facts, Facts) {
    let many = |options: Options, key| options.set(key, "100000");
    let options = many(many(Options::new(backend), "limits.sign_in_account"), "limits.sign_in_address");
    let node = options.start().await;
    let root = node.super_user("root").await;
    let (mut one, two) = (furnished(&node, "one").await, furnished(&node, "two").await);
    one.super_id = root.to_string();
    (node, one, two)
}
