//! docker-compose.yml, and what https.yml adds to it.

use std::{collections::BTreeSet, process::Command};

use rowhouse_tests::{Backend, TestNode, on, run};
use serde_json::{Map, Value};

use super::{
    Environment, accepted, accepts, balancers as haproxy, environment, image::Image, known_settings, moved,
    path, port, secrets, setting_of, text, texts, yaml,
};
use crate::NODE;

const FILE: &str = "docker-compose.yml";
pub(super) const HTTPS: &str = "deploy/docker/https.yml";
const NODES: [&str; 3] = ["node1", "node2", "node3"];

/// The file with its variables at their defaults.
pub(super) struct Compose(Value);

impl Compose {
    pub(super) fn read() -> Self {
        Self(expanded(yaml(FILE)))
    }

    pub(super) fn services(&self) -> &Map<String, Value> {
        self.0["services"].as_object().expect("services")
    }

    fn service(&self, name: &str) -> &Value {
        self.services().get(name).unwrap_or_else(|| panic!("no service {name}"))
    }

    pub(super) fn environment(&self, service: &str) -> Environment {
        environment(&self.service(service)["environment"])
    }

    /// What is mounted: source, and where.
    fn mounts(&self, service: &str) -> Vec<(&str, &str)> {
        let volumes = texts(&self.service(service)["volumes"]).into_iter();
        volumes.map(|text| text.split(':').collect::<Vec<_>>()).map(|parts| (parts[0], parts[1])).collect()
    }
}

/// `${NAME:-value}` becomes the value.
fn expanded(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(expand(&text)),
        Value::Array(items) => items.into_iter().map(expanded).collect(),
        Value::Object(pairs) => pairs.into_iter().map(|(name, value)| (name, expanded(value))).collect(),
        other => other,
    }
}

fn expand(text: &str) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.replace("$$", "$") };
    let (inside, after) = rest.split_once('}').expect("a variable ends");
    let (_, default) = inside.split_once(":-").unwrap_or_else(|| panic!("{inside} has no default"));
    format!("{before}{default}{}", expand(after))
}

fn seconds(text: &Value) -> u64 {
    let text = text.as_str().expect("a time");
    text.strip_suffix('s').and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{text}: seconds"))
}

#[test]
fn every_variable_of_a_service_is_one_that_its_program_reads() {
    on(Backend::Sqlite, |_| async move {
        let (compose, known) = (Compose::read(), known_settings().await);
        let balancer = haproxy::variables();
        for (service, facts) in compose.services() {
            for name in environment(&facts["environment"]).keys() {
                let right = match service.as_str() {
                    "balancer" => balancer.contains(name),
                    "postgres" => name == "POSTGRES_PASSWORD_FILE",
                    _ => setting_of(name, &known).is_some(),
                };
                assert!(right, "{service}: {name} is not known there");
            }
        }
        for name in environment(&yaml(HTTPS)["services"]["balancer"]["environment"]).keys() {
            assert!(balancer.contains(name), "{HTTPS}: {name} is not known");
        }
    });
}

#[test]
fn nodes_get_settings_that_are_accepted_and_secrets_that_are_made() {
    on(Backend::Sqlite, |_| async move {
        let (compose, known) = (Compose::read(), known_settings().await);
        let Some(made) = secrets() else { return };
        for node in NODES {
            let mounts = compose.mounts(node);
            let secret = mounts.iter().find(|(source, _)| *source == "node-secrets").expect("secrets").1;
            let environment = moved(&compose.environment(node), secret, &made.path().join("secrets/node"));
            let config = accepted(node, "/dev/null".as_ref(), &environment, &known);
            assert_eq!(config.node, node);
            assert!(config.database_url.is_postgres());
            let keys = std::fs::read_to_string(&config.key_file).expect("keys");
            assert_eq!(keys.trim().len(), 128, "{keys:?}");
            let media = config.media_url.to_string();
            let volume = mounts.iter().find(|(source, _)| *source == "media").expect("a volume").1;
            assert!(media.ends_with(volume), "{media} is not in {volume}");
            let most = (config.drain + rowhouse_web::FINISH).as_secs();
            assert!(seconds(&compose.service(node)["stop_grace_period"]) > most);
        }
    });
}

#[test]
fn secrets_are_made_once_and_stand_in_no_file_of_the_repository() {
    let Some(made) = secrets() else { return };
    let read = |name: &str| std::fs::read_to_string(made.path().join("secrets").join(name)).expect(name);
    let before = read("node/database-url");
    let again = Command::new("sh")
        .arg(path("deploy/docker/init.sh"))
        .args([made.path().join("secrets"), made.path().join("media")])
        .status();
    assert!(again.expect("a shell").success());
    assert_eq!(before, read("node/database-url"));
    assert!(before.contains(read("postgres/rowhouse").trim()), "the password of the role");
    assert!(read("node/redis-url").contains(read("redis/password").trim()));
    assert!(read("redis/password.conf").contains(read("redis/password").trim()));
    assert_ne!(read("postgres/rowhouse"), read("postgres/superuser"));
    for (name, value) in
        Compose::read().services().iter().flat_map(|(_, facts)| environment(&facts["environment"]))
    {
        let told = value.contains('@') || (name.contains("PASSWORD") && !name.ends_with("_FILE"));
        assert!(!told, "{name}={value}");
    }
}

#[test]
fn every_port_is_one_that_is_listened_on() {
    let (compose, image) = (Compose::read(), Image::read());
    let servers = haproxy::servers();
    assert_eq!(servers.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), NODES);
    for server in &servers {
        let environment = compose.environment(&server.name);
        assert_eq!(
            server.address,
            format!("{}:{}", server.name, port(&environment["ROWHOUSE_SERVER__LISTEN"]))
        );
        assert_eq!(server.check, port(&environment["ROWHOUSE_SERVER__OPS_LISTEN"]), "{}", server.name);
        assert_eq!(server.cookie, environment["ROWHOUSE_SERVER__NODE"]);
        assert_eq!(image.ports, [port(&server.address), server.check]);
    }
    let balancer = compose.environment("balancer");
    let published = texts(&compose.service("balancer")["ports"]);
    assert_eq!(published.iter().map(|p| port(p)).collect::<Vec<_>>(), [port(&balancer["ROWHOUSE_HTTP"])]);
    let https = yaml(HTTPS)["services"]["balancer"].clone();
    assert_eq!(
        port(texts(&https["ports"])[0]),
        port(https["environment"]["ROWHOUSE_HTTPS"].as_str().unwrap())
    );
    let others =
        compose.services().iter().filter(|(name, facts)| *name != "balancer" && !facts["ports"].is_null());
    assert_eq!(others.count(), 0, "the balancer alone is reached from outside");
    let (base, port) = ("ROWHOUSE_SERVER__PUBLIC_URL", published[0].split(':').next().expect("a port"));
    assert!(compose.environment("node1")[base].ends_with(&format!(":{port}")), "public_url is where it is");
    let subnet = compose.0["networks"]["front"]["ipam"]["config"][0]["subnet"].as_str();
    assert_eq!(subnet, Some(compose.environment("node1")["ROWHOUSE_SERVER__TRUSTED_PROXIES"].as_str()));
}

#[test]
fn every_mount_is_there_and_every_volume_and_network_is_declared_and_used() {
    let compose = Compose::read();
    let declared =
        |kind: &str| compose.0[kind].as_object().expect(kind).keys().cloned().collect::<BTreeSet<_>>();
    let (mut volumes, mut networks) = (BTreeSet::new(), BTreeSet::new());
    for (name, facts) in compose.services() {
        networks.extend(texts(&facts["networks"]).into_iter().map(str::to_owned));
        for (source, _) in compose.mounts(name) {
            match source.strip_prefix("./") {
                Some(file) => assert!(path(file).is_file(), "{name}: {file} is not there"),
                None => drop(volumes.insert(source.to_owned())),
            }
        }
    }
    assert_eq!(volumes, declared("volumes"));
    assert_eq!(networks, declared("networks"));
    let init = text("deploy/docker/init.sh");
    for (source, to) in compose.mounts("init").into_iter().filter(|(source, _)| source.ends_with("-secrets"))
    {
        let reader = source.trim_end_matches("-secrets");
        assert_eq!(to, format!("/secrets/{reader}"));
        let owner = compose
            .services()
            .values()
            .find(|facts| texts(&facts["volumes"]).contains(&format!("{source}:/run/secrets:ro").as_str()));
        let owner = owner.unwrap_or_else(|| panic!("nobody reads {source}"));
        let user = owner["user"].as_str().map_or_else(|| Image::read().user, str::to_owned);
        let group = format!("{}={}\n", reader.to_uppercase(), user.split(':').next_back().expect("a group"));
        assert!(init.contains(&group), "init.sh has no {group}");
    }
}

#[test]
fn every_image_has_a_version_and_ours_is_this_one() {
    let compose = Compose::read();
    for (name, facts) in compose.services() {
        let image = facts["image"].as_str().unwrap_or_else(|| panic!("{name} has no image"));
        let (image, tag) = image.split_once(':').unwrap_or_else(|| panic!("{image} has no version"));
        assert!(tag.starts_with(|c: char| c.is_ascii_digit()), "{image}:{tag}");
        if image == "rowhouse" {
            assert_eq!(tag, env!("CARGO_PKG_VERSION"));
        }
    }
    let built: Vec<_> = compose.services().values().filter_map(|facts| facts.get("build")).collect();
    assert_eq!(built.len(), 1, "one builds for all");
    assert!(path(built[0]["dockerfile"].as_str().expect("a file")).is_file());
}

#[test]
fn nothing_is_root_or_may_become_more_than_it_is() {
    let compose = Compose::read();
    for (name, facts) in compose.services() {
        assert_eq!(facts["read_only"], true, "{name}");
        assert_eq!(texts(&facts["cap_drop"]), ["ALL"], "{name}");
        assert_eq!(texts(&facts["security_opt"]), ["no-new-privileges:true"], "{name}");
        let image_user =
            facts["image"].as_str().filter(|i| i.starts_with("rowhouse:")).map(|_| Image::read().user);
        let user = facts["user"]
            .as_str()
            .map(str::to_owned)
            .or(image_user)
            .unwrap_or_else(|| panic!("{name}: user"));
        if name == "init" {
            assert_eq!((texts(&facts["cap_add"]), &facts["network_mode"]), (vec!["CHOWN"], &"none".into()));
            continue;
        }
        assert!(
            facts["cap_add"].is_null() && !user.starts_with("0") && !user.starts_with("root"),
            "{name}: {user}"
        );
        assert_eq!(facts["restart"], "unless-stopped", "{name}");
    }
}

#[test]
fn health_checks_are_answered() {
    on(Backend::Sqlite, |backend| async move {
        let (compose, image) = (Compose::read(), Image::read());
        let health: Vec<&str> = image.health.iter().map(String::as_str).collect();
        let node = TestNode::start(backend).await;
        let ops = node.operator().url("/").authority().to_owned();
        for name in NODES {
            let test = texts(&compose.service(name)["healthcheck"]["test"]);
            assert_eq!(test.split_first(), Some((&"CMD", &health[..])), "{name} has the check of its image");
        }
        let (program, words) = health.split_first().expect("a command");
        assert_eq!(program, &image.program);
        let ask =
            async |address: &str| run(NODE, &[&["cli"], words, &["--address", address]].concat(), "").await;
        assert_eq!(ask(&ops).await.succeeds().out.trim(), "ready");
        ask("127.0.0.1:1").await.fails_with(&["no node answers at 127.0.0.1:1"]);
        let url = texts(&compose.service("balancer")["healthcheck"]["test"]).pop().expect("a URL").to_owned();
        assert_eq!(url, format!("http://{}{}", haproxy::operations(), haproxy::life()));
        node.operator().get(&haproxy::readiness()).await.is(200);
    });
}

#[test]
fn postgres_has_connections_for_all_nodes() {
    let compose = Compose::read();
    let command = texts(&compose.service("postgres")["command"]);
    let most: usize =
        command.iter().find_map(|w| w.strip_prefix("max_connections=")?.parse().ok()).expect("said");
    let config = rowhouse_app::Config::load(Some("/dev/null".as_ref()), [], &[]).expect("defaults");
    let wanted = NODES.len() * (config.connections + config.tenant_connections);
    assert!(wanted + 20 < most, "{wanted} by nodes, and some by commands");
}

#[test]
fn compose_accepts_the_files() {
    let none = Environment::new();
    let with_https: Environment = [("CERTIFICATE".into(), "/etc/ssl/site.pem".into())].into();
    let plugin = Command::new("docker").args(["compose", "version"]).output();
    let plugin = plugin.is_ok_and(|output| output.status.success());
    let compose = |words: &[&str], environment: &Environment| match plugin {
        true => accepts("compose", "docker", &[&["compose"], words].concat(), environment),
        false => accepts("compose", "docker-compose", words, environment),
    };
    if compose(&["-f", FILE, "config", "-q"], &none) {
        compose(&["-f", FILE, "-f", HTTPS, "config", "-q"], &with_https);
    }
}
