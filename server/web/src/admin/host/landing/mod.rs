//! What the base address shows to strangers: a short text, or the way to somewhere else.

pub mod save;
pub mod show;

use actix_web::HttpRequest;
use rowhouse_engine::pages::Landing;

use crate::{
    admin::{frame, view::LandingPage},
    extract::SuperUser,
    state::Web,
};

fn view(request: &HttpRequest, web: &Web, who: &SuperUser, landing: Landing) -> LandingPage {
    let mut shell = frame::host(web, request, who, "Landing page", "/landing");
    shell.title = "Landing page".into();
    let blank = LandingPage { shell, ..LandingPage::default() };
    match landing {
        Landing::Text { title, text } => LandingPage { kind: "text".into(), title, text, ..blank },
        Landing::Redirect { to } => LandingPage { kind: "redirect".into(), to, ..blank },
    }
}
