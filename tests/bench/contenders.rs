//! Those who are measured: Rowhouse, a bare handler of the same framework with the same bytes and headers, nginx
//! with a file, Varnish with a hit. Each is a process of its own, on the first processor.

use std::{collections::BTreeMap, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use rowhouse_tests::{Backend, Client, Draft, Home, Process, TestNode, services::free_address};

use crate::{
    bare::Canned,
    scenes::{SIZES, Scene, scenes, text},
};

/// A server under measurement.
pub struct Contender {
    pub name: &'static str,
    pub address: SocketAddr,
    /// Where it has what a kind of request asks for; kinds that it has not are absent.
    pub paths: BTreeMap<String, String>,
    pub process: Process,
}

/// All of them, ready.
pub struct Contenders {
    pub all: Vec<Contender>,
    pub scenes: Vec<Scene>,
    _home: Arc<Home>,
    _folder: tempfile::TempDir,
}

impl Contenders {
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (rowhouse, home) = rowhouse().await?;
        ready(&rowhouse).await?;
        let scenes = scenes(&etags(&rowhouse).await);
        let canned = canned(&rowhouse, &scenes).await?;
        let bare = bare(&canned, folder.path()).await?;
        ready(&bare).await?;
        let others = [nginx(&canned, folder.path())?, varnish(&bare, folder.path())?];
        let all: Vec<Contender> = [rowhouse, bare].into_iter().chain(others).collect();
        for contender in &all {
            ready(contender).await?;
        }
        Ok(Self { all, scenes, _home: home, _folder: folder })
    }
}

/// What Rowhouse calls its pages.
async fn etags(rowhouse: &Contender) -> BTreeMap<String, String> {
    let mut etags = BTreeMap::new();
    for (size, _) in SIZES {
        let visitor = Client::new(rowhouse.address);
        // its smaller forms are made behind its first answer
        while visitor
            .raw(&rowhouse.paths[size], &[("accept-encoding", "br")])
            .await
            .header("content-encoding")
            != "br"
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let page = visitor.raw(&rowhouse.paths[size], &[]).await;
        println!("{size}: {} bytes", page.bytes.len());
        etags.insert(size.to_owned(), page.header("etag").to_owned());
    }
    etags
}

pub fn pinned(program: &str, arguments: &[&str]) -> Process {
    Process::plain("taskset", &[&["-c", "0", program], arguments].concat())
}

/// A site with a page of each size.
pub async fn installation(settings: &[(&str, &str)]) -> Result<Arc<Home>> {
    let maker = TestNode::on(Arc::new(Home::new(Backend::Sqlite, settings).await)).await;
    maker.tenant("acme").create().await;
    for (name, bytes) in SIZES {
        let site = maker.site("acme").await;
        let slug = name.split(' ').next().context("a word")?;
        Draft::page(&format!("page-{slug}"), "A text").body(&text(bytes)).publish(&site).await;
    }
    let home = maker.home.clone();
    maker.stop().await;
    Ok(home)
}

/// A node in a process of its own.
pub async fn rowhouse() -> Result<(Contender, Arc<Home>)> {
    let home = installation(&[]).await?;
    let (program, config) = (crate::program()?, home.config().display().to_string());
    let (process, address, _) = pinned(&program, &["--config", &config, "serve"]).serves().await;
    let mut paths = BTreeMap::new();
    for (name, path) in [("8 kB", "/acme/page-8"), ("66 kB", "/acme/page-66")] {
        for suffix in ["", " br", " 304"] {
            paths.insert(format!("{name}{suffix}"), path.to_owned());
        }
    }
    Ok((Contender { name: "rowhouse", address, paths, process }, home))
}

/// What Rowhouse answers to every scene, for those who shall answer the same.
async fn canned(rowhouse: &Contender, scenes: &[Scene]) -> Result<Vec<Canned>> {
    let mut all = Vec::new();
    for scene in scenes {
        let headers: Vec<(&str, &str)> =
            scene.headers.iter().filter_map(|line| line.split_once(": ")).collect();
        let got = Client::new(rowhouse.address).raw(&rowhouse.paths[&scene.name], &headers).await;
        ensure!(got.header("x-rowhouse-cache") == "hit", "{}: {got:?}", scene.name);
        all.push(Canned::of(format!("/{}", scene.name.replace(' ', "-")), &got));
    }
    Ok(all)
}

pub async fn bare(canned: &[Canned], folder: &Path) -> Result<Contender> {
    let file = folder.join("canned.json");
    std::fs::write(&file, serde_json::to_vec(canned)?)?;
    let own = std::env::current_exe()?.display().to_string();
    let (process, address, _) = pinned(&own, &["bare", &file.display().to_string()]).serves().await;
    let paths = canned.iter().map(|one| (one.path[1..].replace('-', " "), one.path.clone())).collect();
    Ok(Contender { name: "bare actix", address, paths, process })
}

/// The scenes of a server that has the plain pages alone.
fn plain(suffixes: &[&str]) -> BTreeMap<String, String> {
    let mut paths = BTreeMap::new();
    for (name, _) in SIZES {
        for suffix in suffixes {
            paths.insert(format!("{name}{suffix}"), format!("/{}", name.replace(' ', "-")));
        }
    }
    paths
}

fn nginx(canned: &[Canned], folder: &Path) -> Result<Contender> {
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
         http {{ access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000; keepalive_timeout 75s;\n\
         open_file_cache max=100; client_body_temp_path {here}/t; proxy_temp_path {here}/t; fastcgi_temp_path {here}/t;\n\
         uwsgi_temp_path {here}/t; scgi_temp_path {here}/t;\n\
         server {{ listen {address}; root {}; {locations} }} }}\n",
        root.display()
    );
    std::fs::write(&config, text)?;
    let process = pinned("nginx", &["-c", &config.display().to_string()]);
    Ok(Contender { name: "nginx", address, paths: plain(&[""]), process })
}

/// Varnish before the bare handler; what it has once it answers itself.
fn varnish(behind: &Contender, folder: &Path) -> Result<Contender> {
    let (address, work) = (free_address()?, folder.join("varnish"));
    let vcl = folder.join("hit.vcl");
    let (host, port) = (behind.address.ip(), behind.address.port());
    let text = format!(
        "vcl 4.1; backend default {{ .host = \"{host}\"; .port = \"{port}\"; }}\n\
         sub vcl_backend_response {{ set beresp.ttl = 1h; set beresp.uncacheable = false; return (deliver); }}\n"
    );
    std::fs::write(&vcl, text)?;
    let (listen, work, vcl) = (address.to_string(), work.display().to_string(), vcl.display().to_string());
    let options = ["-F", "-j", "none", "-n", &work, "-a", &listen, "-f", &vcl, "-s", "malloc,256m"];
    let process = pinned("varnishd", &options);
    Ok(Contender { name: "varnish", address, paths: plain(&["", " 304"]), process })
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
