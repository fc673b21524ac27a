//! `deploy/local-cluster`, apart from what every test with a cluster shows of it.

use std::{collections::BTreeSet, process::Command};

use super::path;

/// Takes ports as a cluster does, for a folder that is there.
const TAKES_PORTS: &str = "
import importlib.machinery, importlib.util, pathlib, sys, tempfile
loader = importlib.machinery.SourceFileLoader('local_cluster', sys.argv[1])
cluster = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
loader.exec_module(cluster)
with tempfile.TemporaryDirectory() as folder:
    print(*cluster.free_ports(300, folder), flush=True)
    sys.stdin.read()
    cluster.give_up_ports(folder)
";

#[test]
fn clusters_that_lay_out_at_the_same_time_share_no_port() {
    let script = path("deploy/local-cluster").display().to_string();
    let begin = || {
        let mut python = Command::new("python3");
        python.args(["-B", "-c", TAKES_PORTS, &script]);
        python.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        python.spawn().expect("python3")
    };
    let mut clusters: Vec<_> = (0..6).map(|_| begin()).collect();
    let mut taken = BTreeSet::new();
    for cluster in &mut clusters {
        let mut line = String::new();
        let out = cluster.stdout.as_mut().expect("a pipe");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("ports");
        let ports: Vec<u16> = line.split_whitespace().map(|port| port.parse().expect("a port")).collect();
        assert_eq!(ports.len(), 300, "{line}");
        assert!(ports.iter().all(|port| taken.insert(*port)), "a port was given out twice");
    }
    for cluster in &mut clusters {
        drop(cluster.stdin.take());
        assert!(cluster.wait().expect("it ends").success());
    }
}
