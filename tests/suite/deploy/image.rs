//! The image: its Dockerfile.

use std::process::Command;

use rowhouse_tests::repository;

use super::{accepted, environment, known_settings, path, port, text};
use rowhouse_tests::{Backend, on};

const FILE: &str = "deploy/docker/Dockerfile";

/// What the Dockerfile says of the image it makes.
pub(super) struct Image {
    pub(super) ports: Vec<u16>,
    pub(super) user: String,
    pub(super) program: String,
    pub(super) health: Vec<String>,
}

/// Instructions, each on one line.
fn instructions() -> Vec<(String, String)> {
    let whole = text(FILE).replace("\\\n", " ");
    let lines = whole.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(word, rest)| (word.to_owned(), rest.trim().to_owned()))
        .collect()
}

fn all(instruction: &str) -> Vec<String> {
    instructions().into_iter().filter(|(word, _)| word == instruction).map(|(_, rest)| rest).collect()
}

/// The words of a command in brackets.
fn words(text: &str) -> Vec<String> {
    let list = text.find('[').and_then(|at| text.get(at..)).expect("a list of words");
    serde_json::from_str(list).expect("a list of words")
}

impl Image {
    pub(super) fn read() -> Self {
        Self {
            ports: all("EXPOSE")[0].split(' ').map(port).collect(),
            user: all("USER").pop().expect("a user"),
            program: words(&all("ENTRYPOINT")[0]).remove(0),
            health: words(&all("HEALTHCHECK")[0]),
        }
    }
}

/// What is copied from the repository.
fn copied() -> Vec<String> {
    let sources = all("COPY").into_iter().filter(|rest| !rest.contains("--from="));
    sources
        .flat_map(|rest| {
            let mut words: Vec<_> = rest.split_whitespace().map(str::to_owned).collect();
            words.pop();
            words
        })
        .collect()
}

#[test]
fn what_is_copied_is_there_is_not_ignored_and_is_a_whole_workspace() {
    let tree = tempfile::tempdir().expect("a folder");
    let ignored = text(".dockerignore");
    for name in copied() {
        assert!(path(&name).exists(), "{name} is not there");
        assert!(ignored.lines().any(|line| line == format!("!{name}")), ".dockerignore leaves {name} out");
        let from = repository().canonicalize().expect("a path").join(&name);
        std::os::unix::fs::symlink(from, tree.path().join(&name)).expect("a link");
    }
    let words = ["metadata", "--offline", "--locked", "--no-deps", "--format-version=1"];
    let done = Command::new("cargo").args(words).current_dir(tree.path()).output().expect("cargo");
    assert!(done.status.success(), "{done:?}");
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
    let packages = told["packages"].as_array().expect("packages").iter();
    let programs: Vec<_> = packages
        .flat_map(|package| package["targets"].as_array().expect("targets"))
        .filter(|target| target["kind"][0] == "bin")
        .filter_map(|target| target["name"].as_str())
        .collect();
    let build = all("RUN").join(" ");
    let built = build.split_once("--bin ").and_then(|(_, rest)| rest.split(' ').next()).expect("a program");
    assert!(programs.contains(&built), "{built} is none of {programs:?}");
    let (from, to) = (format!("target/release/{built}"), format!("/image{}", Image::read().program));
    assert!(build.contains(&format!("cp {from} {to}")), "{from} does not become {to}");
}

/// Files that are compiled in from outside of `server` must be in what is copied.
#[test]
fn whatever_is_compiled_in_is_copied() {
    let search = Command::new("grep")
        .args([
            "-rhoE",
            r#"(folder = |include_[a-z]+!\((concat!\()?)"(\.\./)+[a-z]+"#,
            "--include=*.rs",
            "server",
        ])
        .current_dir(repository())
        .output()
        .expect("grep");
    let found = String::from_utf8_lossy(&search.stdout).into_owned();
    let tops: Vec<_> =
        found.lines().filter_map(|line| line.rsplit("../").next()).filter(|n| path(n).exists()).collect();
    assert!(tops.contains(&"themes") && tops.contains(&"migrations"), "{found}");
    tops.iter().for_each(|top| assert!(copied().contains(&(*top).to_owned()), "{top} is not copied"));
}

#[test]
fn it_is_built_by_the_compiler_that_the_workspace_asks_for() {
    let manifest = text("Cargo.toml");
    let wanted = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version");
    let images: Vec<_> =
        all("FROM").iter().map(|rest| rest.split(' ').next().unwrap_or_default().to_owned()).collect();
    assert!(images[0].starts_with(&format!("rust:{}-", wanted.trim_matches('"'))), "{images:?}");
    images.iter().for_each(|image| assert!(image.contains(':') && !image.ends_with(":latest"), "{image}"));
}

#[test]
fn its_settings_are_accepted_and_its_user_is_not_root() {
    on(Backend::Sqlite, |_| async move {
        let pairs = all("ENV").join(" ");
        let pairs = pairs.split_whitespace().map(|pair| pair.split_once('=').expect("NAME=VALUE"));
        let map = pairs.map(|(name, value)| (name.to_owned(), value.into())).collect();
        let environment = environment(&serde_json::Value::Object(map));
        let config = accepted(FILE, "/dev/null".as_ref(), &environment, &known_settings().await);
        let image = Image::read();
        assert_eq!(image.ports, [config.listen.port(), config.ops_listen.port()]);
        assert!(config.listen.ip().is_unspecified() && config.ops_listen.ip().is_unspecified());
        assert!(image.user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)), "{}", image.user);
    });
}

/// The base has the C library and the compiler's, and no others.
#[test]
fn the_program_needs_no_library_that_the_image_lacks() {
    let done = Command::new("ldd").arg(crate::NODE).output().expect("ldd");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let names: Vec<_> = said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.iter().any(|name| name.starts_with("libc.so")), "{said}");
    for name in names {
        let there =
            ["linux-vdso", "libgcc_s.so", "libm.so", "libc.so", "/lib"].iter().any(|n| name.starts_with(n));
        assert!(there, "{name} is not in the image: {said}");
    }
}
