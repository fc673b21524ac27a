//! Files taken into the library, one after the other as they arrive. With a script the answer is JSON.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use futures_util::TryStreamExt;
use rowhouse_engine::content::{self, MediaRow, Upload};
use serde_json::json;

use super::{
    list::{self, Asked},
    thumb,
};
use crate::{
    admin::{
        say,
        view::{Problem, Tone},
    },
    error::{Result, WebError},
    extract::{Can, Member, from_this_site, need},
    flash,
    state::Web,
};

/// Files in one request.
const MOST_FILES: usize = 50;
/// How many times larger than allowed a file may be to be told so beside the others.
const FAR_TOO_LARGE: usize = 8;
/// Bytes of a field that is no file.
const TEXT: usize = 4_096;

/// What became of the files.
#[derive(Default)]
struct Taken {
    rows: Vec<MediaRow>,
    problems: Vec<Problem>,
    return_to: String,
}

/// Takes the files of a form. The form's token comes before its files.
///
/// # Errors
/// [`WebError::Forged`], a body that is no form, or what the database or the store of files says.
pub async fn take(
    request: HttpRequest,
    web: Data<Web>,
    member: Can<need::MediaUpload>,
    mut form: Multipart,
) -> Result {
    from_this_site(&request)?;
    let mut taken = Taken::default();
    let mut accepted = false;
    while let Some(mut field) = form.try_next().await.map_err(|e| broken(&e))? {
        match field.name().unwrap_or_default() {
            "csrf" => accepted = member.who.accepts(&text(&mut field).await?),
            "return_to" => taken.return_to = text(&mut field).await?,
            "file" if !accepted => return Err(WebError::Forged),
            "file" if taken.rows.len() + taken.problems.len() >= MOST_FILES => {
                return Err(WebError::BadRequest(format!("at most {MOST_FILES} files at once")));
            }
            "file" => one(&web, &member, field, &mut taken).await?,
            _ => {}
        }
    }
    if !accepted {
        return Err(WebError::Forged);
    }
    let wants_json = request
        .headers()
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    if wants_json { Ok(as_json(&member, &taken)) } else { as_page(&request, &web, &member, taken).await }
}

fn broken(error: &MultipartError) -> WebError {
    WebError::BadRequest(format!("the upload broke off or is no form: {error}"))
}

async fn text(field: &mut Field) -> Result<String> {
    let bytes = bytes(field, TEXT).await?.ok_or(WebError::TooLarge(0))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// All of a field, or nothing if it is larger than `most`. What is larger is read to its end and thrown away:
/// browsers hear no answer before all is sent, and other files may follow. What is larger by far ends the form.
async fn bytes(field: &mut Field, most: usize) -> Result<Option<Vec<u8>>> {
    let (mut all, mut seen) = (Vec::new(), 0_usize);
    while let Some(piece) = field.try_next().await.map_err(|e| broken(&e))? {
        seen = seen.saturating_add(piece.len());
        if seen > most.saturating_mul(FAR_TOO_LARGE) {
            return Err(WebError::TooLarge(most >> 20));
        }
        if seen > most {
            all = Vec::new();
        } else {
            all.extend_from_slice(&piece);
        }
    }
    Ok((seen <= most).then_some(all))
}

async fn one(web: &Web, member: &Member, mut field: Field, taken: &mut Taken) -> Result<()> {
    let named = field.content_disposition().and_then(|d| d.get_filename()).unwrap_or_default();
    let name = if named.is_empty() { "file".to_owned() } else { named.to_owned() };
    let most = web.settings().upload_bytes;
    let Some(bytes) = bytes(&mut field, most).await? else {
        let told = format!("It is larger than the {} that are taken here.", say::size(most as u64));
        taken.problems.push(Problem::new(&name, &told));
        return Ok(());
    };
    if bytes.is_empty() && name == "file" {
        // a form without a file chosen sends an empty one without a name
        return Ok(());
    }
    let upload = Upload { bytes: bytes.into(), name: name.clone(), alt: String::new(), source: None };
    let site = &member.at.site;
    match content::upload(site, &member.actor(), &site.core().workshop, upload).await {
        Ok(row) => taken.rows.push(row),
        Err(error) => {
            let told = say::refusal(error)?;
            taken.problems.extend(told.into_iter().map(|p| Problem { field: name.clone(), ..p }));
        }
    }
    Ok(())
}

fn as_json(member: &Member, taken: &Taken) -> HttpResponse {
    let item = |row: &MediaRow| {
        json!({
            "id": row.media.id.to_string(),
            "name": row.media.name,
            "thumb": thumb(member.at.path(), &row.media),
            "alt": row.media.alt,
        })
    };
    let items: Vec<_> = taken.rows.iter().map(item).collect();
    let status = if items.is_empty() && !taken.problems.is_empty() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "items": items, "problems": taken.problems }))
}

async fn as_page(request: &HttpRequest, web: &Web, member: &Member, taken: Taken) -> Result {
    if !taken.problems.is_empty() {
        return list::screen(web, request, member, &Asked::default(), taken.problems).await;
    }
    let library = format!("{}/media", member.admin());
    let back = say::local_path(member.at.path(), &taken.return_to).unwrap_or(&library);
    let told = match taken.rows.len() {
        0 => "No file was chosen.".to_owned(),
        number => format!("Uploaded {}.", say::count(number, "file")),
    };
    let tone = if taken.rows.is_empty() { Tone::Warning } else { Tone::Good };
    Ok(flash::see_other(web, member.at.path(), back, tone, &told))
}
