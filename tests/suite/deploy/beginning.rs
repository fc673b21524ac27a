//! A cluster that begins from nothing, as docker-compose.yml has it begin: secrets by `init.sh`, the role by
//! `role.sh`, then three nodes at once on an empty catalogue. Only containers and host names are left out.

use std::{fmt::Write as _, path::Path};

use futures_util::future::join_all;
use rowhouse_app::Config;
use rowhouse_tests::{
    Backend, Client, Process, eventually, on, run,
    services::{Postgres, Redis},
};
use url::Url;

use super::{Environment, compose::Compose, moved, secrets, text};
use crate::NODE;

/// Runs `role.sh` as the image of PostgreSQL does, for a role and a catalogue called `nodes`: the superuser of the
/// tests' servers has the usual name already.
fn make_role(server: &Url, secrets: &Path) {
    let script = text("deploy/docker/role.sh")
        .replace(" rowhouse", " nodes")
        .replace("/run/secrets", &secrets.join("postgres").display().to_string());
    let done = std::process::Command::new("sh")
        .args(["-c", &script])
        .envs([("PGHOST", "127.0.0.1"), ("PGPASSWORD", server.password().expect("a password"))])
        .envs([("PGPORT", server.port().expect("a port").to_string())])
        .envs([("POSTGRES_USER", server.username())])
        .output()
        .expect("a shell");
    assert!(done.status.success(), "{done:?}");
}

/// Has the addresses that were made lead to these servers.
fn lead(secrets: &Path, postgres: &Url, redis: &str) {
    for name in ["database-url", "tenant-database-url"] {
        let file = secrets.join("node").join(name);
        let at = format!("@127.0.0.1:{}/nodes", postgres.port().expect("a port"));
        let url = std::fs::read_to_string(&file).expect("a URL");
        let url = url.replace("//rowhouse:", "//nodes:").replace("@postgres/rowhouse", &at);
        std::fs::write(file, url).expect("a URL");
    }
    std::fs::write(secrets.join("node/redis-url"), redis).expect("a URL");
}

/// The settings of a service, in a file.
fn settings(compose: &Compose, node: &str, folder: &Path) -> std::path::PathBuf {
    let mut environment = moved(&compose.environment(node), "/run/secrets", &folder.join("secrets/node"));
    let media = format!("file://{}", folder.join("media").display());
    let own: Environment = [
        ("ROWHOUSE_SERVER__LISTEN", "127.0.0.1:0"),
        ("ROWHOUSE_SERVER__OPS_LISTEN", "127.0.0.1:0"),
        ("ROWHOUSE_SERVER__WORKERS", "1"),
        ("ROWHOUSE_LOG__LEVEL", "error"),
        ("ROWHOUSE_MEDIA__URL", &media),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    environment.extend(own);
    let config = Config::load(Some("/dev/null".as_ref()), environment, &[]).expect("settings");
    let mut lines = String::new();
    config.raw.iter().for_each(|(key, given)| writeln!(lines, "{key} = {}", given.value).expect("text"));
    let file = folder.join(format!("{node}.toml"));
    std::fs::write(&file, lines).expect("a file");
    file
}

#[test]
fn three_nodes_begin_at_once_with_a_role_that_may_only_make_databases() {
    on(Backend::Postgres, |_| async move {
        let Some(made) = secrets() else { return };
        let Some(redis) = Redis::start().await.expect("Redis starts") else { return };
        let postgres = Postgres::start().await.expect("PostgreSQL starts");
        let server: Url = postgres.admin_url().parse().expect("a URL");
        let secrets = made.path().join("secrets");
        make_role(&server, &secrets);
        lead(&secrets, &server, redis.url());
        let compose = Compose::read();
        let files = ["node1", "node2", "node3"].map(|node| settings(&compose, node, made.path()));
        let nodes =
            join_all(files.iter().map(|file| Process::with_config(NODE, file, &["serve"]).serves())).await;
        let config = files[0].display().to_string();
        let create = ["cli", "--config", &config, "tenant", "create", "acme", "--title", "Acme Joinery"];
        run(NODE, &create, "").await.succeeds();
        for (n, (_, sites, ops)) in nodes.iter().enumerate() {
            let visitor = Client::new(*sites);
            let page = eventually("the new site is served", || async {
                Some(visitor.get("/acme/").await).filter(|answer| answer.status == 200)
            });
            let page = page.await.shows("Acme Joinery");
            assert_eq!(page.header("x-served-by"), format!("node{}", n + 1));
            let health = ["cli", "health", "--address", &ops.to_string()];
            run(NODE, &health, "").await.succeeds();
        }
    });
}
