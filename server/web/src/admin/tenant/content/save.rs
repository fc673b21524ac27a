//! Saving from the editor, and what its other buttons do with what was saved.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use jiff::Timestamp;
use rowhouse_domain::{ItemId, VersionId};
use rowhouse_engine::{
    EngineError,
    content::{self, ItemRow, Opened},
};

use super::{
    conflict,
    editor::Desk,
    form::{Meant, Typed},
};
use crate::{
    admin::{
        say,
        view::{Problem, Tone},
    },
    error::{Result, WebError},
    extract::{Member, Posted},
    flash, reply,
    state::Web,
};

/// What the pressed button wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Save,
    Review,
    Publish,
    Unpublish,
    Schedule,
    /// Choosing a picture without a script: save, then go to the library.
    Pick,
}

impl Wanted {
    pub(super) fn of(typed: &Typed) -> Self {
        match typed.action.as_str() {
            _ if typed.pick == "featured" => Self::Pick,
            "review" => Self::Review,
            "publish" => Self::Publish,
            "unpublish" => Self::Unpublish,
            "schedule" => Self::Schedule,
            _ => Self::Save,
        }
    }

    /// What is wrong with times that were typed, before anything is saved.
    pub(super) fn problems(self, meant: &Meant, now: Timestamp) -> Vec<Problem> {
        if self != Self::Schedule {
            return Vec::new();
        }
        let mut problems = Vec::new();
        if meant.publish_at.is_some_and(|at| at <= now) {
            let told = "This moment has passed. Choose one in the future, or publish now.";
            problems.push(Problem::new("publish_at", told));
        }
        if meant.unpublish_at.is_some_and(|at| at <= meant.publish_at.unwrap_or(now)) {
            problems.push(Problem::new("unpublish_at", "Choose a moment after it is published."));
        }
        problems
    }
}

/// Saves what was typed, and goes on as the pressed button says.
///
/// # Errors
/// If it is not there, may not be edited, or what the database says.
pub async fn save(
    request: HttpRequest,
    web: Data<Web>,
    member: Member,
    id: Path<ItemId>,
    posted: Posted<Typed>,
) -> Result {
    let typed = member.accept(posted)?;
    let (site, actor) = (&member.at.site, member.actor());
    if typed.action == "bin" {
        return bin(&web, &member, *id).await;
    }
    let opened = content::open(site, &actor, *id).await?;
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let mut meant = typed.meant(opened.row.kind, &opened.latest.document.fields, &zone);
    let wanted = Wanted::of(&typed);
    meant.problems.extend(wanted.problems(&meant, site.now()));
    let kind = opened.row.kind;
    let desk = |lock| Desk {
        web: &web,
        request: &request,
        member: &member,
        kind,
        opened: Some(&opened),
        lock,
        restored: true,
    };
    if !meant.problems.is_empty() {
        return desk(None).show(&typed, meant.problems).await;
    }
    match keep(&member, &opened, wanted, &mut meant, &typed).await {
        Ok(row) => go_on(&web, &member, &row, wanted, &meant).await,
        Err(WebError::Engine(EngineError::Stale(stale))) => {
            conflict::show(&web, &request, &member, &stale, &typed).await
        }
        Err(WebError::Engine(error)) => desk(None).show(&typed, say::refusal(error)?).await,
        Err(other) => Err(other),
    }
}

/// Saves a version, if anything changed.
async fn keep(
    member: &Member,
    opened: &Opened,
    wanted: Wanted,
    meant: &mut Meant,
    typed: &Typed,
) -> Result<ItemRow> {
    let (site, actor, id) = (&member.at.site, member.actor(), opened.row.id);
    let base = base(member, opened, typed).await?;
    let tags = content::ensure_tags(site, &actor, &meant.tags).await?;
    meant.document.fields.terms.extend(tags);
    let document = meant.document.clone();
    if wanted == Wanted::Publish && typed.note.trim().is_empty() {
        // saved and published in one change: visitors never wait between the two
        let published = content::publish(site, &actor, id, base, Some(document)).await?;
        meant.notices = published.notices;
        return hand_over(member, published.row, meant).await;
    }
    let row = content::save_draft(site, &actor, id, base, document, &typed.note).await?;
    hand_over(member, row, meant).await
}

/// Names the author who was chosen, if it is another one.
pub(super) async fn hand_over(member: &Member, row: ItemRow, meant: &Meant) -> Result<ItemRow> {
    let (site, actor) = (&member.at.site, member.actor());
    let Some(author) = meant.author.filter(|author| Some(*author) != row.author) else { return Ok(row) };
    content::set_author(site, &actor, row.id, author).await?;
    Ok(content::item(site, &actor, row.id).await?)
}

/// The version that the form was made from.
async fn base(member: &Member, opened: &Opened, typed: &Typed) -> Result<VersionId> {
    if u64::from(opened.latest.number.unsigned_abs()) == typed.version {
        return Ok(opened.latest.id);
    }
    let (site, actor) = (&member.at.site, member.actor());
    Ok(content::version_numbered(site, &actor, opened.row.id, typed.version).await?.id)
}

/// Does what is left to be done after saving, and goes where one wants to be then.
pub(super) async fn go_on(
    web: &Web,
    member: &Member,
    row: &ItemRow,
    wanted: Wanted,
    meant: &Meant,
) -> Result<HttpResponse> {
    let (site, actor, id) = (&member.at.site, member.actor(), row.id);
    let here = format!("{}/content/{id}", member.admin());
    let (mut notices, mut shown) = (meant.notices.clone(), row.clone());
    let done = match wanted {
        Wanted::Pick => {
            let back = say::query(&[("field", "featured"), ("return_to", &format!("{here}?"))]);
            return Ok(reply::see_other(&format!("{}/media/picker?{back}", member.admin())));
        }
        Wanted::Save => Ok("Draft saved. Visitors see it when you publish."),
        Wanted::Review => content::submit_for_review(site, &actor, id).await.map(|_| "Sent for review."),
        Wanted::Publish if row.published_version == Some(row.latest_version) => Ok("Published."),
        Wanted::Publish => {
            content::publish(site, &actor, id, row.latest_version, None).await.map(|published| {
                notices.extend(published.notices);
                shown = published.row;
                "Published."
            })
        }
        Wanted::Unpublish => content::unpublish(site, &actor, id).await.map(|_| "Taken off the site."),
        Wanted::Schedule => {
            let (from, until) = (meant.publish_at, meant.unpublish_at);
            let told = if from.or(until).is_some() { "Scheduled." } else { "The schedule was cleared." };
            content::schedule(site, &actor, id, from, until).await.map(|_| told)
        }
    };
    let (tone, text) = match done {
        Ok(told) => (Tone::Good, told.to_owned()),
        Err(error) => {
            let told: Vec<String> = say::refusal(error)?.into_iter().map(|p| p.message).collect();
            (Tone::Warning, format!("The draft was saved, and no more: {}", told.join(" ")))
        }
    };
    let text =
        std::iter::once(text).chain(notices.iter().map(|n| say::sentence(n))).collect::<Vec<_>>().join(" ");
    let live = (wanted == Wanted::Publish && tone == Tone::Good).then(|| live(member, &shown)).flatten();
    let link = live.as_ref().map(|live| ("View page", live.as_str()));
    Ok(flash::with_link(web, member.at.path(), &here, tone, &text, link))
}

/// Where visitors see it now.
fn live(member: &Member, row: &ItemRow) -> Option<String> {
    row.route.as_ref().map(|route| member.at.link(&route.to_url_path()))
}

async fn bin(web: &Web, member: &Member, id: ItemId) -> Result {
    let list = format!("{}/content", member.admin());
    match content::bin(&member.at.site, &member.actor(), id).await {
        Ok(()) => {
            let bin = format!("{}/bin", member.admin());
            let link = Some(("Open the bin", bin.as_str()));
            Ok(flash::with_link(web, member.at.path(), &list, Tone::Good, "Moved to the bin.", link))
        }
        Err(EngineError::Conflict(told)) => {
            let here = format!("{list}/{id}");
            Ok(flash::see_other(web, member.at.path(), &here, Tone::Danger, &say::sentence(&told)))
        }
        Err(other) => Err(other.into()),
    }
}
