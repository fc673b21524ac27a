//! One's own account: how one is shown and reached, the password, where one is signed in, light or dark.

pub mod password;
pub mod profile;
pub mod scheme;
pub mod sessions;
pub mod show;

use actix_web::HttpRequest;
use rowhouse_engine::{
    identity::{self, SessionInfo},
    preferences,
};

use crate::{
    admin::{
        frame, say,
        view::{Account, SessionRow},
    },
    error::Result,
    extract::Member,
    state::Web,
};

/// The screen as it is before anybody types.
async fn view(request: &HttpRequest, web: &Web, member: &Member) -> Result<Account> {
    let (site, who) = (&member.at.site, &member.who);
    let zone = preferences::zone(site).await?;
    let profile = identity::own_profile(site, who).await?;
    let row = |place: SessionInfo| SessionRow {
        id: place.id,
        current: place.current,
        agent: browser(&place.agent),
        address: place.address,
        began: say::when(place.began, &zone),
        seen: say::when(place.seen, &zone),
    };
    Ok(Account {
        shell: frame::member(web, request, member, "Your account", "/account"),
        user: who.name.clone(),
        name: profile.name,
        email: profile.email,
        bio: profile.bio,
        must_change: who.must_change,
        minimum: identity::PASSWORD_MINIMUM,
        sessions: identity::sessions(site, who).await?.into_iter().map(row).collect(),
        ..Account::default()
    })
}

/// A browser's name for itself in a few words: `Firefox on Linux`. Names are tried from the particular to the
/// general, because nearly every browser also names those that it resembles.
pub(in crate::admin) fn browser(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Vivaldi", "Vivaldi"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let named = |list: &[(&str, &'static str)]| {
        list.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if agent.trim().is_empty() => "A program without a name".to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_told_by_what_only_they_say() {
        let cases = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36", "Chrome on Android"),
            ("curl/8.5.0", "curl/8.5.0"),
            ("", "A program without a name"),
        ];
        for (agent, told) in cases {
            assert_eq!(browser(agent), told);
        }
    }
}
