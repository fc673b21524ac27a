//! Choosing a picture for a field: as a page, or as the inside of a dialogue.

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use rowhouse_domain::permission::{Area, Permission};
use rowhouse_engine::content::{self, MediaFilter};
use serde::Deserialize;

use super::item;
use crate::{
    admin::{
        frame, say,
        view::{MediaPicker, Pager, Sort},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// Pictures on one page.
const PER_PAGE: u64 = 24;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    field: String,
    return_to: String,
    q: String,
    page: String,
}

/// Shows the pictures.
///
/// # Errors
/// What the database says.
pub async fn show(request: HttpRequest, web: Data<Web>, member: Member, asked: Query<Asked>) -> Result {
    let (site, actor, base) = (&member.at.site, member.actor(), member.at.path());
    let page = asked.page.parse().unwrap_or(1).clamp(1, 100_000);
    let filter = MediaFilter {
        text: Some(asked.q.clone()).filter(|q| !q.is_empty()),
        pictures: true,
        offset: (page - 1) * PER_PAGE,
        limit: PER_PAGE,
        ..MediaFilter::default()
    };
    let found = content::media_list(site, &actor, filter).await?;
    let names = content::account_names(site, &actor).await?;
    let zone = say::zone(&content::surroundings(site, &actor, None).await?.settings.time_zone);
    let field: String = asked.field.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let library = format!("{}/media?", member.admin());
    let return_to = say::local_path(base, &asked.return_to).unwrap_or(&library);
    let view = MediaPicker {
        shell: frame::member(&web, &request, &member, "Choose an image", "/media"),
        query: say::query(&[("field", &field), ("return_to", &asked.return_to), ("q", &asked.q)]),
        field,
        return_to: return_to.to_owned(),
        q: asked.q.clone(),
        sort: Sort::descending("uploaded"),
        pager: Pager::new(page, PER_PAGE, found.total),
        items: found.rows.iter().map(|row| item(base, row, &names, &zone)).collect(),
        can_upload: actor.may(Permission::Site(Area::MediaUpload)),
        accept: "image/*".into(),
    };
    frame::show(&web, &request, base, &view)
}
