//! What just happened, told once on the next page: a signed cookie between a form and where it leads.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    admin::view::{Flash, Link, Tone},
    reply,
    state::Web,
};

const COOKIE: &str = "rowhouse_flash";

#[derive(Serialize, Deserialize)]
struct Kept {
    tone: String,
    text: String,
    link: Option<(String, String)>,
}

/// 303 to `to`, where `text` is shown.
#[must_use]
pub fn see_other(web: &Web, base: &str, to: &str, tone: Tone, text: &str) -> HttpResponse {
    with_link(web, base, to, tone, text, None)
}

/// As [`see_other`], with a link behind the text: its words and address.
#[must_use]
pub fn with_link(
    web: &Web,
    base: &str,
    to: &str,
    tone: Tone,
    text: &str,
    link: Option<(&str, &str)>,
) -> HttpResponse {
    let mut answer = reply::see_other(to);
    let kept = Kept {
        tone: word(tone).to_owned(),
        text: text.to_owned(),
        link: link.map(|(words, href)| (words.to_owned(), href.to_owned())),
    };
    let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&kept).unwrap_or_default());
    append(&mut answer, &web.cookies().write(&web.cookies().scope(COOKIE, base), &value, None));
    answer
}

/// What the last form left to be told.
#[must_use]
pub fn take(web: &Web, request: &HttpRequest, base: &str) -> Vec<Flash> {
    let value = web.cookies().read(request, &web.cookies().scope(COOKIE, base));
    let bytes = value.and_then(|v| URL_SAFE_NO_PAD.decode(v).ok());
    let kept = bytes.and_then(|b| serde_json::from_slice::<Kept>(&b).ok());
    kept.into_iter()
        .map(|kept| Flash {
            tone: tone(&kept.tone),
            text: kept.text,
            link: kept.link.map(|(words, href)| Link::new(&words, &href)),
        })
        .collect()
}

/// Forgets what was told, if there was anything.
pub fn clear(web: &Web, request: &HttpRequest, base: &str, answer: &mut HttpResponse) {
    let scope = web.cookies().scope(COOKIE, base);
    if crate::cookies::raw(request, &scope.name).is_some() {
        append(answer, &web.cookies().remove(&scope));
    }
}

/// Adds a cookie to an answer.
pub fn append(answer: &mut HttpResponse, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
}

const fn word(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "neutral",
        Tone::Good => "good",
        Tone::Waiting => "waiting",
        Tone::Warning => "warning",
        Tone::Danger => "danger",
    }
}

fn tone(word: &str) -> Tone {
    match word {
        "good" => Tone::Good,
        "waiting" => Tone::Waiting,
        "warning" => Tone::Warning,
        "danger" => Tone::Danger,
        _ => Tone::Neutral,
    }
}
