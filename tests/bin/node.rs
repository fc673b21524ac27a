//! The program with fail-points and rules that can be broken, for tests that kill it, slow it or want it to err:
//!
//! ```text
//! rowhouse-test-node --config FILE [--halt-at STEP | --delay-at STEP | --steered] [--broken RULE]
//!     create NAME RECIPE | publish TENANT SLUG TITLE | serve | write
//! rowhouse-test-node cli ARGUMENTS…        the program itself
//! ```
//!
//! At the step it prints `halted STEP` and waits to be killed, or `delayed STEP` and goes on a second later.
//! With `--steered` a node takes its orders from standard input while it runs, see [`Steered`]. `write` obeys
//! orders of another kind there, see `writer`.

mod broken;
mod writer;

use std::{io::stdin, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use rowhouse_app::{
    Config, Hooks,
    boot::{boot, open, told_to_leave},
    cli,
};
use rowhouse_engine::{Actor, Node, Site, identity::HashCost, tenants::CreateTenant};
use rowhouse_tests::{DelayAt, Draft, HaltAt, PASSWORD, Steered};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    if words.get(1).is_some_and(|word| word == "cli") {
        return cli::run(words.into_iter().take(1).chain(std::env::args().skip(2)).map(Into::into)).await;
    }
    match work(&words).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn work(words: &[String]) -> anyhow::Result<()> {
    let mut rest = words.iter().skip(1).map(String::as_str);
    let (mut config, mut hooks, mut by_line, steered) = (None, Hooks::default(), false, Steered::default());
    hooks.hash = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
    let verb = loop {
        match rest.next().context("give create, publish, serve or write")? {
            "--config" => config = rest.next().map(PathBuf::from),
            "--delay-at" => hooks.steps = Arc::new(DelayAt(rest.next().context("a step")?.to_owned())),
            "--halt-at" => hooks.steps = Arc::new(HaltAt(rest.next().context("a step")?.to_owned())),
            "--steered" => (hooks.steps, by_line) = (Arc::new(steered.clone()), true),
            "--broken" => broken::put_in(&mut hooks, rest.next().context("a rule")?)?,
            verb => break verb,
        }
    };
    let config = Config::load(config.as_deref(), [], &[])?;
    let words: Vec<&str> = rest.collect();
    match (verb, words.as_slice()) {
        ("create", [name, recipe]) => {
            create(&open(&config, "child".into(), &hooks).await?, name, recipe).await
        }
        ("publish", [tenant, slug, title]) => {
            let node = open(&config, "child".into(), &hooks).await?;
            Draft::page(slug, title).publish(&site(&node, tenant).await?).await;
            Ok(())
        }
        ("serve", []) => {
            if by_line {
                std::thread::spawn(move || take_orders(&steered));
            }
            serve(config, hooks).await
        }
        ("write", []) => writer::obey(&open(&config, "writer".into(), &hooks).await?, &steered).await,
        _ => bail!("{verb} {words:?} is not known here"),
    }
}

/// Until whoever gives them is gone: then nobody wants the node any more.
fn take_orders(steered: &Steered) {
    for line in stdin().lines().map_while(Result::ok) {
        if !steered.obey(&line) {
            eprintln!("{line:?} is no order");
        }
    }
    std::process::exit(0);
}

async fn create(node: &Node, name: &str, recipe: &str) -> anyhow::Result<()> {
    let request = CreateTenant {
        name: name.into(),
        recipe: recipe.into(),
        admin_password: Some(PASSWORD.into()),
        ..CreateTenant::default()
    };
    node.lifecycle().create(request, &Actor::system()).await?;
    Ok(())
}

async fn site(node: &Node, name: &str) -> anyhow::Result<Site> {
    let info = node.lifecycle().show(name, &Actor::system()).await?;
    Ok(node.site(info.id).await?)
}

async fn serve(config: Config, hooks: Hooks) -> anyhow::Result<()> {
    let booted = boot(config, hooks).await?;
    println!("serving {} {}", booted.address, booted.ops_address);
    told_to_leave().await;
    booted.leave().await
}
