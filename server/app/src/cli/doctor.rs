//! `rowhouse doctor`: looks at every part of an installation and says what to do. It changes nothing but a
//! catalogue that is behind, which any start would bring up to date.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
};

use clap::Args;
use rowhouse_engine::{Mode, tenants::Examined};
use rowhouse_media::MediaUrl;
use rowhouse_render::{Themes, theme::check_theme};
use serde::Serialize;
use serde_json::json;

use super::{Common, Out, Session, ops};
use crate::config::Config;

/// Look at every part and say what to do. The exit code is 1 if anything fails.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rowhouse doctor\n  rowhouse doctor --config /etc/rowhouse.toml --json")]
pub struct Doctor;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Warn,
    Fail,
}

/// One line.
#[derive(Debug, Serialize)]
struct Check {
    verdict: Verdict,
    part: String,
    finding: String,
    todo: Option<String>,
}

impl Check {
    fn ok(part: &str, finding: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, part: part.into(), finding: finding.into(), todo: None }
    }

    fn warn(part: &str, finding: impl Into<String>, todo: &str) -> Self {
        Self { verdict: Verdict::Warn, todo: Some(todo.into()), ..Self::ok(part, finding) }
    }

    fn fail(part: &str, finding: impl Into<String>, todo: &str) -> Self {
        Self { verdict: Verdict::Fail, todo: Some(todo.into()), ..Self::ok(part, finding) }
    }

    fn line(&self) -> String {
        let word = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "FAIL",
        };
        let todo = self.todo.as_ref().map(|t| format!("\n{:20}-> {t}", "")).unwrap_or_default();
        format!("{word:5} {:13} {}{todo}", self.part, self.finding)
    }
}

impl Doctor {
    /// # Errors
    /// If any part fails.
    pub async fn run(self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let mut checks = Vec::new();
        match common.settings(&[]) {
            Ok(config) => examine(&config, common, &mut checks).await,
            Err(error) => checks.push(Check::fail(
                "settings",
                format!("{error:#}"),
                "mend that key; `rowhouse config show` lists all",
            )),
        }
        let failed = checks.iter().filter(|c| c.verdict == Verdict::Fail).count();
        let found = json!({ "ok": failed == 0, "checks": checks });
        let text = || checks.iter().map(Check::line).collect::<Vec<_>>().join("\n");
        if failed > 0 {
            return Err(out.flawed(&found, text, format!("{failed} of {} checks failed", checks.len())));
        }
        out.result(&found, text);
        Ok(())
    }
}

async fn examine(config: &Config, common: &Common, checks: &mut Vec<Check>) {
    checks.push(Check::ok("settings", "all can be used"));
    let key_is_there = config.key_file.exists();
    checks.push(key_file(&config.key_file, config.database_url.is_postgres()));
    checks.extend(themes(config));
    checks.push(media(&config.media_url));
    checks.push(clock());
    checks.extend(address("server.listen", config.listen, config.ops_listen).await);
    checks.extend(address("server.ops_listen", config.ops_listen, config.ops_listen).await);
    if !key_is_there {
        // opening the databases would make one, or fail for want of it
        let todo = if config.database_url.is_postgres() {
            "make the key file first"
        } else {
            "`rowhouse serve` makes it"
        };
        checks.push(Check::warn(
            "catalogue",
            format!("{} was not looked at: there is no key file", config.database_url),
            todo,
        ));
        return;
    }
    match Session::open(common).await {
        Ok(session) => databases(&session, checks).await,
        Err(error) => checks.push(Check::fail(
            "catalogue",
            format!("{error:#}"),
            "see that the database runs, that database.url is right, and that its user may create tables",
        )),
    }
}

fn key_file(file: &Path, needed: bool) -> Check {
    let part = "key file";
    let shown = file.display();
    let Ok(facts) = std::fs::metadata(file) else {
        return if needed {
            Check::fail(
                part,
                format!("{shown} is missing"),
                "make it once with `openssl rand -hex 64` and copy it to every node",
            )
        } else {
            Check::warn(
                part,
                format!("{shown} is not there yet"),
                "`rowhouse serve` makes it; keep a copy: without it stored database URLs cannot be read",
            )
        };
    };
    if let Err(error) = std::fs::read_to_string(file)
        .map_err(anyhow::Error::from)
        .and_then(|text| Ok(rowhouse_engine::keys::KeyRing::parse(&text)?))
    {
        return Check::fail(
            part,
            format!("{shown}: {error}"),
            "one key a line, 128 hexadecimal digits, readable to this user",
        );
    }
    // the group may read: that is how containers are handed a file by root
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&facts.permissions()) & 0o037 != 0 {
        return Check::warn(part, format!("{shown} can be read by others"), &format!("chmod 600 {shown}"));
    }
    Check::ok(part, format!("{shown}, kept from others"))
}

fn themes(config: &Config) -> Vec<Check> {
    let folder = config.themes_dir.as_deref();
    let mut checks = Vec::new();
    match Themes::load(folder) {
        Ok(themes) => {
            let names: Vec<&str> = themes.iter().map(|theme| theme.name()).collect();
            checks.push(Check::ok("themes", names.join(", ")));
        }
        Err(error) => checks.push(Check::fail(
            "themes",
            error.to_string(),
            "mend it, or take it out of render.themes_dir",
        )),
    }
    let own = folder.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    for theme in own.map(|entry| entry.path()).filter(|path| path.join("theme.toml").exists()) {
        if let Some(first) = check_theme(&theme).first() {
            checks.push(Check::fail(
                "themes",
                format!("{}: {first}", theme.display()),
                &format!("`rowhouse theme check {}` tells all", theme.display()),
            ));
        }
    }
    checks
}

fn media(url: &MediaUrl) -> Check {
    let part = "media";
    let MediaUrl::Folder(folder) = url else { return Check::ok(part, url.to_string()) };
    // the folder itself is made with the first upload
    let there = folder.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("."));
    let probe = there.join(format!(".rowhouse-doctor-{}", std::process::id()));
    let tried = std::fs::write(&probe, b"probe").and_then(|()| std::fs::remove_file(&probe));
    match tried {
        Ok(()) => Check::ok(part, format!("{url} can be written")),
        Err(error) => Check::fail(
            part,
            format!("{}: {error}", there.display()),
            "give the user that runs Rowhouse write access, or change media.url",
        ),
    }
}

/// A year that cannot be means that sessions and links would be over before they begin.
fn clock() -> Check {
    let now = jiff::Timestamp::now();
    let shown = now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let built: jiff::Timestamp = jiff::civil::date(2026, 1, 1)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map(|z| z.timestamp())
        .unwrap_or_default();
    if now < built {
        return Check::fail(
            "clock",
            shown,
            "set the clock; all nodes need the same time to within a second (run an NTP client)",
        );
    }
    Check::ok("clock", shown)
}

async fn address(key: &str, address: SocketAddr, ops: SocketAddr) -> Vec<Check> {
    if TcpListener::bind(address).is_ok() {
        return vec![Check::ok(key, format!("{address} is free"))];
    }
    let node =
        matches!(ops::ask(ops, "GET", "/livez").await, Ok(Some(answer)) if answer.body.starts_with("alive"));
    if node {
        return vec![Check::ok(key, format!("{address} is served by a running node"))];
    }
    let todo = "stop what listens there, or choose another address";
    vec![Check::fail(key, format!("{address} cannot be listened on and no node answers at {ops}"), todo)]
}

async fn databases(session: &Session, checks: &mut Vec<Check>) {
    match session.node.ping().await {
        Ok(()) => checks.push(Check::ok(
            "catalogue",
            format!("{} answers, schema is this release's", session.config.database_url),
        )),
        Err(error) => checks.push(Check::fail("catalogue", error.to_string(), "see that the database runs")),
    }
    let seen = match session.tenants().examine(&session.actor).await {
        Ok(seen) => seen,
        Err(error) => {
            return checks.push(Check::fail("tenants", error.to_string(), "see that the database runs"));
        }
    };
    if seen.is_empty() {
        let todo = if session.config.mode == Mode::Single {
            "`rowhouse serve` makes it"
        } else {
            "`rowhouse tenant create NAME` makes one"
        };
        checks.push(Check::warn("tenants", "no site yet", todo));
    }
    checks.extend(seen.iter().map(tenant));
}

fn tenant(seen: &Examined) -> Check {
    let part = format!("site {}", seen.name);
    if let Some(problem) = &seen.problem {
        return Check::fail(
            &part,
            problem.clone(),
            "see that its database runs and is its own; the other sites are served on",
        );
    }
    let state = seen.state.map(|s| s.to_string()).unwrap_or_default();
    let finding = format!("{state}, schema {}, revision {}", seen.schema, seen.revision.unwrap_or_default());
    if seen.fenced {
        return Check::warn(
            &part,
            format!("{finding}, takes no changes"),
            "it is being reset, restored or moved; if that died, `rowhouse tenant gc` finishes it",
        );
    }
    if seen.schema < seen.newest {
        return Check::warn(
            &part,
            format!("{finding}, behind {}", seen.newest),
            "it is migrated when it is opened, or by `rowhouse tenant migrate`",
        );
    }
    Check::ok(&part, finding)
}
