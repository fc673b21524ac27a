//! Cached pages, by Rowhouse and by those it is measured against: a bare handler of the same framework with the
//! same bytes and headers, nginx with a file, Varnish with a hit. One after the other, again and again, each on one
//! processor and `wrk` on the other.

use std::{collections::BTreeMap, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use rowhouse_tests::{Backend, Client, Draft, Home, Options, Process, services::free_address};

use crate::{
    bare::Canned,
    median,
    table::{Measured, Table},
    wrk::{Visit, visit},
};

/// A server under measurement.
struct Contender {
    name: &'static str,
    address: SocketAddr,
    /// What each scene is called there; absent where it has none.
    paths: BTreeMap<&'static str, String>,
    _process: Vec<Process>,
}

/// A kind of request.
struct Scene {
    name: &'static str,
    headers: Vec<String>,
    connections: &'static [usize],
}

const SIZES: [(&str, usize); 2] = [("8 kB", 1_500), ("66 kB", 59_000)];
const FEW: &[usize] = &[32];
const ALL: &[usize] = &[1, 32, 256];

fn scenes(etags: &BTreeMap<&'static str, String>) -> Vec<Scene> {
    let mut all = Vec::new();
    for (size, plain, brotli, known) in
        [("8", "8 kB", "8 kB br", "8 kB 304"), ("66", "66 kB", "66 kB br", "66 kB 304")]
    {
        all.push(Scene { name: plain, headers: Vec::new(), connections: ALL });
        all.push(Scene { name: brotli, headers: vec!["Accept-Encoding: br".into()], connections: FEW });
        let etag = etags.get(plain).cloned().unwrap_or_default();
        all.push(Scene { name: known, headers: vec![format!("If-None-Match: {etag}")], connections: FEW });
        debug_assert!(plain.starts_with(size));
    }
    all
}

/// Text that is like texts: of words, so that it is compressed as texts are.
fn text(bytes: usize) -> String {
    let words =
        ["house", "row", "brick", "garden", "window", "door", "street", "lamp", "rain", "north", "wall"];
    let mut text = String::new();
    let mut state = 7_usize;
    while text.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text += words[(state >> 33) % words.len()];
        text += if (state >> 20).is_multiple_of(13) { ".\n\n" } else { " " };
    }
    text
}

fn pinned(program: &str, arguments: &[&str]) -> Process {
    Process::plain("taskset", &[&["-c", "0", program], arguments].concat())
}

/// A node in a process of its own with a page of each size.
async fn rowhouse() -> Result<(Contender, Arc<Home>)> {
    let maker = Options::new(Backend::Sqlite).start().await;
    maker.tenant("acme").create().await;
    for (name, bytes) in SIZES {
        let site = maker.site("acme").await;
        let slug = name.split(' ').next().context("a word")?;
        Draft::page(&format!("page-{slug}"), "A text").body(&text(bytes)).publish(&site).await;
    }
    let home = maker.home.clone();
    maker.stop().await;
    let program = std::env::current_exe()?.with_file_name("rowhouse-test-node");
    let (program, config) = (program.display().to_string(), home.config().display().to_string());
    let (process, address, _) = pinned(&program, &["--config", &config, "serve"]).serves().await;
    let mut paths = BTreeMap::new();
    for (name, path) in [("8 kB", "/acme/page-8"), ("66 kB", "/acme/page-66")] {
        for suffix in ["", " br", " 304"] {
            paths.insert(leak(format!("{name}{suffix}")), path.to_owned());
        }
    }
    Ok((Contender { name: "rowhouse", address, paths, _process: vec![process] }, home))
}

/// Names of scenes live as long as the program.
fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// What Rowhouse answers to every scene, for those who shall answer the same.
async fn canned(rowhouse: &Contender, etags: &BTreeMap<&'static str, String>) -> Result<Vec<Canned>> {
    let mut all = Vec::new();
    for scene in scenes(etags) {
        let headers: Vec<(&str, &str)> =
            scene.headers.iter().filter_map(|line| line.split_once(": ")).collect();
        let got = Client::new(rowhouse.address).raw(&rowhouse.paths[scene.name], &headers).await;
        ensure!(got.header("x-rowhouse-cache") == "hit", "{}: {got:?}", scene.name);
        let own = ["content-length", "date", "connection", "transfer-encoding"];
        let kept = got.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        let headers = kept.map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned()));
        let path = format!("/{}", scene.name.replace(' ', "-"));
        let (status, body) = (got.status.as_u16(), got.bytes.to_vec());
        all.push(Canned { path, status, headers: headers.collect(), body });
    }
    Ok(all)
}

async fn bare(canned: &[Canned], folder: &Path) -> Result<Contender> {
    let file = folder.join("canned.json");
    std::fs::write(&file, serde_json::to_vec(canned)?)?;
    let own = std::env::current_exe()?.display().to_string();
    let (process, address, _) = pinned(&own, &["bare", &file.display().to_string()]).serves().await;
    let paths = canned.iter().map(|one| (leak(one.path[1..].replace('-', " ")), one.path.clone())).collect();
    Ok(Contender { name: "bare actix", address, paths, _process: vec![process] })
}

/// The scenes of a server that has the plain pages alone.
fn plain(suffixes: &[&str]) -> BTreeMap<&'static str, String> {
    let mut paths = BTreeMap::new();
    for (name, _) in SIZES {
        for suffix in suffixes {
            paths.insert(leak(format!("{name}{suffix}")), format!("/{}", name.replace(' ', "-")));
        }
    }
    paths
}

async fn nginx(canned: &[Canned], folder: &Path) -> Result<Contender> {
    let address = free_address()?;
    let root = folder.join("www");
    std::fs::create_dir_all(&root)?;
    let mut locations = String::new();
    for (name, _) in SIZES {
        let path = format!("/{}", name.replace(' ', "-"));
        let page = canned.iter().find(|one| one.path == path).context("a page")?;
        std::fs::write(root.join(&path[1..]), &page.body)?;
        let own = ["etag", "content-type"];
        let headers = page.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        let lines: String = headers.map(|(n, v)| format!("add_header {n} \"{v}\" always;\n")).collect();
        locations += &format!("location = {path} {{ default_type 'text/html; charset=utf-8'; {lines} }}\n");
    }
    let config = folder.join("nginx.conf");
    let here = folder.display();
    let text = format!(
        "daemon off; worker_processes 1; pid {here}/nginx.pid; error_log stderr error;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; keepalive_timeout 75s;\n\
         open_file_cache max=100; client_body_temp_path {here}/t; proxy_temp_path {here}/t; fastcgi_temp_path {here}/t;\n\
         uwsgi_temp_path {here}/t; scgi_temp_path {here}/t;\n\
         server {{ listen {address}; root {}; {locations} }} }}\n",
        root.display()
    );
    std::fs::write(&config, text)?;
    let process = pinned("nginx", &["-c", &config.display().to_string()]);
    Ok(Contender { name: "nginx", address, paths: plain(&[""]), _process: vec![process] })
}

/// Varnish before the bare handler; what it has once it answers itself.
async fn varnish(behind: &Contender, folder: &Path) -> Result<Contender> {
    let (address, work) = (free_address()?, folder.join("varnish"));
    let vcl = folder.join("hit.vcl");
    let (host, port) = (behind.address.ip(), behind.address.port());
    let text = format!(
        "vcl 4.1; backend default {{ .host = \"{host}\"; .port = \"{port}\"; }}\n\
         sub vcl_backend_response {{ set beresp.ttl = 1h; set beresp.uncacheable = false; return (deliver); }}\n"
    );
    std::fs::write(&vcl, text)?;
    let (listen, work, vcl) = (address.to_string(), work.display().to_string(), vcl.display().to_string());
    let options = [
        "-F",
        "-j",
        "none",
        "-n",
        &work,
        "-a",
        &listen,
        "-f",
        &vcl,
        "-s",
        "malloc,256m",
        "-p",
        "vsl_mask=none",
    ];
    let process = pinned("varnishd", &options);
    Ok(Contender { name: "varnish", address, paths: plain(&["", " 304"]), _process: vec![process] })
}

/// Waits until a page is answered with 200.
async fn ready(contender: &Contender) -> Result<()> {
    let path = &contender.paths["8 kB"];
    for _ in 0..100 {
        let asked = tokio::net::TcpStream::connect(contender.address).await;
        if asked.is_ok() && Client::new(contender.address).raw(path, &[]).await.status == 200 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("{} does not answer", contender.name)
}

/// Measures in turns and tells the medians.
pub async fn run(rounds: usize, lasts: Duration) -> Result<Table> {
    let folder = tempfile::tempdir()?;
    let (rowhouse, _home) = rowhouse().await?;
    ready(&rowhouse).await?;
    let mut etags = BTreeMap::new();
    for (name, _) in SIZES {
        let visitor = Client::new(rowhouse.address);
        visitor.raw(&rowhouse.paths[name], &[]).await;
        let page = visitor.raw(&rowhouse.paths[name], &[]).await;
        println!("{name}: {} bytes", page.bytes.len());
        etags.insert(name, page.header("etag").to_owned());
    }
    let canned = canned(&rowhouse, &etags).await?;
    let bare = bare(&canned, folder.path()).await?;
    let mut contenders = vec![rowhouse];
    for other in [nginx(&canned, folder.path()).await, varnish(&bare, folder.path()).await] {
        contenders.push(other?);
    }
    contenders.insert(1, bare);
    for contender in &contenders {
        ready(contender).await?;
    }
    let mut table = Table::default();
    for scene in scenes(&etags) {
        for &connections in scene.connections {
            let mut figures: BTreeMap<&str, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
            for _ in 0..rounds {
                for contender in contenders.iter().filter(|one| one.paths.contains_key(scene.name)) {
                    let path = contender.paths[scene.name].clone();
                    let what = Visit { path, headers: scene.headers.clone(), connections };
                    let rate = visit(contender.address, &what, lasts)?;
                    let (rates, waits) = figures.entry(contender.name).or_default();
                    rates.push(rate.each_second);
                    waits.push(rate.p99);
                }
            }
            let (bare, bare_waits) = figures.get("bare actix").context("the bare handler")?.clone();
            for (name, (rates, waits)) in &figures {
                let ratio: Vec<f64> = rates.iter().zip(&bare).map(|(own, bare)| own / bare).collect();
                let wait: Vec<f64> = waits.iter().zip(&bare_waits).map(|(own, bare)| own / bare).collect();
                table.add(Measured {
                    scene: format!("{}, {connections} connections", scene.name),
                    who: (*name).to_owned(),
                    each_second: median(rates),
                    ratio: median(&ratio),
                    spread: spread(&ratio),
                    p99: median(waits),
                    p99_ratio: median(&wait),
                });
            }
        }
    }
    Ok(table)
}

/// From the least to the greatest.
fn spread(values: &[f64]) -> (f64, f64) {
    (values.iter().copied().fold(f64::INFINITY, f64::min), values.iter().copied().fold(0.0, f64::max))
}
