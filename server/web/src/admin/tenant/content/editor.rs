//! The editor's screen: put together from what is saved, what was typed and what its form offers.

use actix_web::{HttpRequest, HttpResponse};
use jiff::{Timestamp, tz::TimeZone};
use rowhouse_domain::{
    content::Kind,
    permission::{Act, Permission},
};
use rowhouse_engine::content::{self, ItemRow, Opened, Surroundings, page_address};

use super::{
    form::{Typed, without_tags},
    kind_word, live_url, state, titled, tree,
};
use crate::{
    admin::{
        frame, say,
        tenant::media,
        view::{
            Autosave, Choice, EditLock, Editor, EditorCan, EditorForm, EditorImage, Link, Problem, Shell,
        },
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// What is edited.
pub(super) struct Desk<'a> {
    pub(super) web: &'a Web,
    pub(super) request: &'a HttpRequest,
    pub(super) member: &'a Member,
    pub(super) kind: Kind,
    /// The item, once it was saved.
    pub(super) opened: Option<&'a Opened>,
    /// Who else has it open.
    pub(super) lock: Option<EditLock>,
    /// Whether the text that was kept automatically is in the form.
    pub(super) restored: bool,
}

impl Desk<'_> {
    /// The frame of screens about the item.
    fn shell(&self) -> Shell {
        let title = match self.opened {
            Some(opened) => titled(&opened.latest.document.title).to_owned(),
            None => format!("New {}", kind_word(self.kind).to_lowercase()),
        };
        let mut shell = frame::member(self.web, self.request, self.member, &title, "/content");
        shell.crumbs.push(Link::new("Content", &format!("{}/content", self.member.admin())));
        shell
    }

    fn can(&self) -> EditorCan {
        let actor = self.member.actor();
        let owner = match self.opened {
            Some(opened) => opened.row.author,
            None => actor.user,
        };
        let may = |own, any| self.lock.is_none() && actor.may_item(self.kind, own, any, owner);
        let creates = self.opened.is_none() && actor.may(Permission::Item(self.kind, Act::Create));
        EditorCan {
            save: creates || (self.opened.is_some() && may(Act::EditOwn, Act::EditAny)),
            publish: may(Act::PublishOwn, Act::PublishAny),
            delete: self.opened.is_some() && may(Act::DeleteOwn, Act::DeleteAny),
        }
    }

    /// Shows the editor with what was typed.
    ///
    /// # Errors
    /// What the database says, or a fault in the template.
    pub(super) async fn show(self, typed: &Typed, problems: Vec<Problem>) -> Result<HttpResponse> {
        let (site, actor) = (&self.member.at.site, self.member.actor());
        let around = content::surroundings(site, &actor, typed.featured.parse().ok()).await?;
        let (web, request, base) = (self.web, self.request, self.member.at.path());
        let wrong = !problems.is_empty();
        let view = self.screen(typed, &around, problems);
        if wrong {
            frame::show_problems(web, request, base, &view)
        } else {
            frame::show(web, request, base, &view)
        }
    }

    fn screen(&self, typed: &Typed, around: &Surroundings, problems: Vec<Problem>) -> Editor {
        let zone = say::zone(&around.settings.time_zone);
        let shell = self.shell();
        let row = self.opened.map(|opened| &opened.row);
        let mut view = Editor {
            problems,
            id: row.map(|r| r.id.to_string()),
            kind: self.kind.to_string(),
            version: typed.version,
            form: self.form(typed, around),
            state: row.map_or_else(
                || crate::admin::view::Badge::new(crate::admin::view::Tone::Neutral, "New"),
                state,
            ),
            is_live: row.is_some_and(ItemRow::is_public),
            is_scheduled: row.is_some_and(|r| r.publish_at.is_some() || r.unpublish_at.is_some()),
            live_url: row.and_then(|r| live_url(&shell, r)),
            route_base: self.route_base(&shell, typed, around, &zone),
            can: self.can(),
            lock: self.lock.clone(),
            zone: around.settings.time_zone.clone(),
            shell,
            ..Editor::default()
        };
        if let Some(opened) = self.opened {
            view.saved = Some(say::when(opened.latest.created_at, &zone));
            view.saved_by = opened.latest.author_name.clone().unwrap_or_default();
            view.published = opened.row.published_at.map(|at| say::when(at, &zone));
            view.versions = u64::try_from(opened.row.version_count).unwrap_or_default();
            view.autosave = self.autosave(opened, &zone);
        }
        view
    }

    fn autosave(&self, opened: &Opened, zone: &TimeZone) -> Option<Autosave> {
        let kept = opened.autosave.as_ref().filter(|_| !self.restored)?;
        let at = format!("{}/content/{}", self.member.admin(), opened.row.id);
        Some(Autosave {
            when: say::when(kept.saved_at, zone),
            restore_url: format!("{at}?autosave=1"),
            discard_url: format!("{at}/autosave/discard"),
        })
    }

    /// What stands before the last segment of the address.
    fn route_base(&self, shell: &Shell, typed: &Typed, around: &Surroundings, zone: &TimeZone) -> String {
        let site = shell.public_url.split_once("://").map_or(shell.public_url.as_str(), |(_, rest)| rest);
        let site = site.trim_end_matches('/');
        if let Kind::Post = self.kind {
            let row = self.opened.map(|opened| &opened.row);
            let date: Timestamp =
                row.and_then(|r| r.published_at).unwrap_or_else(|| self.member.at.site.now());
            return match around.settings.post_routes {
                rowhouse_domain::settings::PostRoutes::Dated => {
                    format!("{site}{}/", date.to_zoned(zone.clone()).strftime("/%Y/%m"))
                }
                rowhouse_domain::settings::PostRoutes::Plain => format!("{site}/"),
            };
        }
        let parent = around.pages.iter().find(|page| page.id.to_string() == typed.parent);
        let above = parent.map_or_else(String::new, |page| match &page.route {
            Some(route) => route.to_string(),
            None => page_address(None, &page.slug),
        });
        format!("{site}{}/", above.trim_end_matches('/'))
    }

    fn form(&self, typed: &Typed, around: &Surroundings) -> EditorForm {
        let own = self.opened.map(|opened| opened.row.id);
        let is_post = self.kind == Kind::Post;
        let mut ticked = typed.category.clone();
        without_tags(&mut ticked, &around.tags);
        EditorForm {
            title: typed.title.clone(),
            slug: typed.slug.clone(),
            body: typed.body.clone(),
            format: if typed.format.is_empty() { "markdown".into() } else { typed.format.clone() },
            excerpt: typed.excerpt.clone(),
            parents: if is_post { Vec::new() } else { parents(typed, around, own) },
            authors: self.authors(typed, around),
            categories: if is_post {
                marked(tree::of_terms(&around.categories, |_| true), &ticked)
            } else {
                Vec::new()
            },
            tags: typed.tags.clone(),
            known_tags: around.tags.iter().map(|tag| tag.name.clone()).collect(),
            featured: self.featured(around),
            templates: Vec::new(),
            publish_at: typed.publish_at.clone(),
            unpublish_at: typed.unpublish_at.clone(),
            seo_title: typed.seo_title.clone(),
            seo_description: typed.seo_description.clone(),
            noindex: !typed.noindex.is_empty(),
            sticky: !typed.sticky.is_empty(),
            password: typed.password.clone(),
            note: typed.note.clone(),
        }
    }

    fn featured(&self, around: &Surroundings) -> Option<EditorImage> {
        let media = around.featured.as_ref()?;
        Some(EditorImage {
            id: media.id.to_string(),
            thumb: media::thumb(self.member.at.path(), media).unwrap_or_default(),
            alt: media.alt.clone(),
            name: media.name.clone(),
        })
    }

    /// Who may be named as author: only for those who may edit everybody's.
    fn authors(&self, typed: &Typed, around: &Surroundings) -> Vec<Choice> {
        if !self.member.actor().may(Permission::Item(self.kind, Act::EditAny)) {
            return Vec::new();
        }
        let chosen = match (typed.author.is_empty(), self.opened) {
            (true, None) => self.member.who.user.to_string(),
            _ => typed.author.clone(),
        };
        let mut names: Vec<Choice> =
            around.names.iter().map(|(id, name)| Choice::new(&id.to_string(), name)).collect();
        if !names.iter().any(|choice| choice.value == chosen) {
            names.insert(0, Choice::new("", "Nobody"));
        }
        marked(names, &[chosen])
    }
}

fn parents(typed: &Typed, around: &Surroundings, own: Option<rowhouse_domain::ItemId>) -> Vec<Choice> {
    let mut all = vec![Choice::new("", "None, at the top")];
    all.extend(tree::of_pages(&around.pages, own));
    marked(all, std::slice::from_ref(&typed.parent))
}

fn marked(mut choices: Vec<Choice>, chosen: &[String]) -> Vec<Choice> {
    for choice in &mut choices {
        choice.selected = chosen.contains(&choice.value);
    }
    choices
}
