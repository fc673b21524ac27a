//! The files of balancers: haproxy.cfg and nginx.conf.

use std::{collections::BTreeSet, process::Command};

use super::{
    Environment, accepts,
    compose::{Compose, HTTPS},
    environment, path, port, text, yaml,
};

const HAPROXY: &str = "deploy/haproxy/haproxy.cfg";
const NGINX: &str = "deploy/nginx/nginx.conf";

/// A `server` line of haproxy.cfg.
pub(super) struct Server {
    pub(super) name: String,
    pub(super) address: String,
    /// The port that is asked whether it is ready.
    pub(super) check: u16,
    pub(super) cookie: String,
}

/// The words of each line of haproxy.cfg, comments left out.
fn lines() -> Vec<Vec<String>> {
    let text = text(HAPROXY);
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

/// What follows these words on the one line that begins with them.
#[track_caller]
fn after(begin: &[&str]) -> Vec<String> {
    let found: Vec<_> = lines()
        .into_iter()
        .filter(|line| line.starts_with(&begin.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>()))
        .collect();
    assert_eq!(found.len(), 1, "{HAPROXY}: {begin:?} on {} lines", found.len());
    found[0][begin.len()..].to_vec()
}

pub(super) fn servers() -> Vec<Server> {
    let lines = lines().into_iter().filter(|line| line.first().is_some_and(|word| word == "server"));
    let word = |line: &[String], name: &str| {
        let at = line.iter().position(|word| word == name).unwrap_or_else(|| panic!("no {name}: {line:?}"));
        line[at + 1].clone()
    };
    lines
        .map(|line| Server {
            name: line[1].clone(),
            address: line[2].clone(),
            check: word(&line, "port").parse().expect("a port"),
            cookie: word(&line, "cookie"),
        })
        .collect()
}

/// Every variable that haproxy.cfg reads.
pub(super) fn variables() -> BTreeSet<String> {
    let words = lines().into_iter().flatten();
    let names = words.flat_map(|word| {
        let parts: Vec<_> =
            word.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_owned).collect();
        parts.into_iter().filter(|part| part.starts_with("ROWHOUSE_")).collect::<Vec<_>>()
    });
    names.collect()
}

/// Where the balancer's own operations are, unless it is told otherwise.
pub(super) fn operations() -> String {
    after(&["presetenv", "ROWHOUSE_PROXY_OPS"]).remove(0)
}

/// The path by which it tells that it lives.
pub(super) fn life() -> String {
    after(&["monitor-uri"]).remove(0)
}

/// The path that nodes are asked for.
pub(super) fn readiness() -> String {
    after(&["http-check", "send", "meth", "GET", "uri"]).remove(0)
}

#[test]
fn haproxy_accepts_its_file_as_each_way_of_running_it_sets_it() {
    let file = path(HAPROXY).display().to_string();
    let as_composed = Compose::read().environment("balancer");
    accepts("haproxy", "haproxy", &["-c", "-f", &file], &Environment::new());
    accepts("haproxy", "haproxy", &["-c", "-f", &file], &as_composed);
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = folder.path().join("site.pem").display().to_string();
    let make = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=sites.example"];
    let make = [&make[..], &["-keyout", &certificate, "-out", &certificate]].concat();
    let made = Command::new("openssl").args(make).output().expect("openssl");
    assert!(made.status.success(), "{made:?}");
    let mut with_https = as_composed;
    with_https.extend(environment(&yaml(HTTPS)["services"]["balancer"]["environment"]));
    with_https.insert("ROWHOUSE_CERTIFICATE".to_owned(), certificate);
    accepts("haproxy", "haproxy", &["-c", "-f", &file], &with_https);
}

#[test]
fn what_haproxy_says_of_its_variables_is_all_of_them() {
    let told: BTreeSet<String> = text(HAPROXY)
        .lines()
        .filter_map(|line| line.strip_prefix("#   ROWHOUSE_")?.split_whitespace().next())
        .map(|name| format!("ROWHOUSE_{name}"))
        .collect();
    assert_eq!(told, variables());
}

/// With another port and another file for its process: those are root's.
#[test]
fn nginx_accepts_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().display().to_string();
    let own = text(NGINX)
        .replace("listen 80 ", &format!("listen unix:{here}/socket "))
        .replace("pid /run/nginx.pid", &format!("pid {here}/pid"));
    let file = format!("{here}/nginx.conf");
    std::fs::write(&file, own).expect("a file");
    accepts("nginx", "nginx", &["-t", "-q", "-c", &file], &Environment::new());
}

#[test]
fn nginx_has_the_same_nodes_cookie_and_limits_as_haproxy() {
    let nginx = text(NGINX);
    let nodes: Vec<u16> = nginx
        .lines()
        .filter_map(|line| line.trim().strip_prefix("server ")?.split(' ').next())
        .filter(|word| word.contains(':'))
        .map(port)
        .collect();
    assert_eq!(nodes, servers().iter().map(|server| port(&server.address)).collect::<Vec<_>>());
    assert!(
        nginx.contains(&format!("listen {};", operations())) && nginx.contains(&format!("= {} ", life()))
    );
    let cookie = after(&["cookie", "rowhouse_node", "insert", "indirect", "nocache", "httponly", "secure"]);
    assert!(cookie.contains(&"maxlife".to_owned()) && nginx.contains("rowhouse_node=$request_id; Path=/"));
    for (directive, begin) in [
        ("client_header_timeout", &["timeout", "http-request"][..]),
        ("proxy_connect_timeout", &["timeout", "connect"]),
        ("proxy_read_timeout", &["timeout", "server"]),
        ("keepalive_timeout", &["timeout", "http-keep-alive"]),
        ("send_timeout", &["timeout", "client"]),
    ] {
        let wanted = format!("\n    {directive} {};", after(begin)[0]);
        assert!(nginx.replace("            proxy", "    proxy").contains(&wanted), "nginx has no {wanted}");
    }
}
