//! The first screen after signing in: what needs a person, what is under way, what was done lately.

mod steps;

use actix_web::{HttpRequest, web::Data};
use jiff::tz::TimeZone;
use rowhouse_domain::{
    content::{Kind, Status},
    permission::{Act, Area, Permission},
    settings::SiteSettings,
};
use rowhouse_engine::{
    content::{self, ItemFilter, ItemRow},
    preferences,
};

use crate::{
    admin::{
        frame, say,
        view::{Attention, Badge, ChangeRow, Dashboard, Tone, WorkRow},
    },
    error::Result,
    extract::{Can, Member, need},
    state::Web,
};

/// Drafts that are shown at most.
const DRAFTS: u64 = 6;

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Page => "Page",
        Kind::Post => "Post",
    }
}

fn titled(title: &str) -> String {
    if title.trim().is_empty() { "Untitled".to_owned() } else { title.to_owned() }
}

fn state(item: &ItemRow) -> Badge {
    match item.status {
        Status::Draft => Badge::new(Tone::Neutral, "Draft"),
        Status::Review => Badge::new(Tone::Warning, "In review"),
        Status::Scheduled => Badge::new(Tone::Waiting, "Scheduled"),
        Status::Published if item.has_unpublished_changes() => Badge::new(Tone::Warning, "Changed since"),
        Status::Published => Badge::new(Tone::Good, "Published"),
        Status::Archived => Badge::new(Tone::Neutral, "Taken down"),
    }
}

fn work(item: &ItemRow, admin: &str, zone: &TimeZone) -> WorkRow {
    WorkRow {
        title: titled(&item.title),
        href: format!("{admin}/content/{}", item.id),
        kind: kind(item.kind).to_owned(),
        state: state(item),
        who: item.author_name.clone().unwrap_or_else(|| "nobody".to_owned()),
        when: say::when(item.publish_at.unwrap_or(item.saved_at), zone),
    }
}

/// Who saved the latest versions, and whether visitors see them.
async fn changes(member: &Member, items: &[ItemRow], zone: &TimeZone) -> Result<Vec<ChangeRow>> {
    let mut rows = Vec::new();
    for item in items {
        let saved = content::version(&member.at.site, &member.actor(), item.id, item.latest_version).await?;
        let verb = match (item.published_version == Some(item.latest_version), saved.number) {
            (true, _) => "published",
            (false, 1) => "began",
            (false, _) => "edited",
        };
        rows.push(ChangeRow {
            who: saved.author_name.unwrap_or_else(|| "Somebody".to_owned()),
            verb: verb.to_owned(),
            title: titled(&item.title),
            href: format!("{}/content/{}", member.admin(), item.id),
            when: say::when(item.saved_at, zone),
        });
    }
    Ok(rows)
}

fn attention(member: &Member, facts: &content::Facts, settings: &SiteSettings) -> Vec<Attention> {
    let may = |permission| member.who.grants.has(permission);
    let may_publish = Kind::ALL.iter().any(|k| may(Permission::Item(*k, Act::PublishAny)));
    let waiting: u64 =
        facts.items.iter().filter(|(_, status, _)| *status == Status::Review).map(|i| i.2).sum();
    let mut all = Vec::new();
    if may_publish && waiting > 0 {
        let verb = if waiting == 1 { "waits" } else { "wait" };
        let items = say::count(usize::try_from(waiting).unwrap_or(usize::MAX), "item");
        all.push(Attention {
            tone: Tone::Warning,
            text: format!("{items} {verb} for review."),
            action: "Review".into(),
            href: format!("{}/content?status=review", member.admin()),
        });
    }
    if settings.private_to_search && may(Permission::Site(Area::Settings)) {
        all.push(Attention {
            tone: Tone::Warning,
            text: "Search engines are asked to stay away from this site.".into(),
            action: "Settings".into(),
            href: format!("{}/settings", member.admin()),
        });
    }
    all
}

/// Shows it.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, can: Can<need::Admin>) -> Result {
    let (site, actor, admin) = (&can.at.site, can.actor(), can.admin());
    let settings = preferences::settings(site).await?;
    let zone = say::zone(&settings.time_zone);
    let board = content::dashboard(site, &actor).await?;
    let filter = ItemFilter { status: Some(Status::Draft), limit: DRAFTS, ..ItemFilter::default() };
    let drafts = content::items(site, &actor, filter).await?.rows;
    let rows = |items: &[ItemRow]| items.iter().map(|item| work(item, &admin, &zone)).collect::<Vec<_>>();
    let view = Dashboard {
        shell: frame::member(&web, &request, &can, "Overview", ""),
        attention: attention(&can, &board.facts, &settings),
        steps: steps::steps(&can, &board.facts, &settings).await?,
        drafts: rows(&[board.review, drafts].concat()),
        scheduled: rows(&board.scheduled),
        recent: changes(&can, &board.recent, &zone).await?,
    };
    frame::show(&web, &request, can.at.path(), &view)
}
