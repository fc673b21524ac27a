//! The manifests for Kubernetes.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_tests::{Backend, TestNode, on};
use serde_json::Value;

use super::{accepted, environment, image::Image, known_settings, moved, path, port, secrets, texts, yaml};

const FOLDER: &str = "deploy/k8s";

/// Every manifest by its kind.
fn manifests() -> BTreeMap<String, Value> {
    let files =
        std::fs::read_dir(path(FOLDER)).expect("a folder").map(|file| file.expect("a file").file_name());
    let read = files.map(|name| yaml(&format!("{FOLDER}/{}", name.to_string_lossy())));
    read.map(|manifest| (manifest["kind"].as_str().expect("a kind").to_owned(), manifest)).collect()
}

fn container(deployment: &Value) -> &Value {
    &deployment["spec"]["template"]["spec"]["containers"][0]
}

/// Volumes of the pods: name, what it is, and where it is mounted.
fn mount<'v>(deployment: &'v Value, name: &str) -> (&'v Value, &'v str) {
    let named = |list: &'v Value| {
        let mut items = list.as_array().into_iter().flatten();
        items.find(|item| item["name"] == name).unwrap_or_else(|| panic!("{name} is missing in {list}"))
    };
    let volume = named(&deployment["spec"]["template"]["spec"]["volumes"]);
    let at = named(&container(deployment)["volumeMounts"]);
    (volume, at["mountPath"].as_str().expect("a path"))
}

#[test]
fn all_manifests_are_applied_but_the_example() {
    let listed: BTreeSet<String> = texts(&yaml(&format!("{FOLDER}/kustomization.yaml"))["resources"])
        .into_iter()
        .map(str::to_owned)
        .collect();
    let there: BTreeSet<String> = std::fs::read_dir(path(FOLDER))
        .expect("a folder")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .filter(|name| name != "kustomization.yaml" && name != "secret.example.yaml")
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn settings_and_secrets_are_accepted() {
    on(Backend::Sqlite, |_| async move {
        let Some(made) = secrets() else { return };
        let all = manifests();
        let (deployment, known) = (&all["Deployment"], known_settings().await);
        let (secret, at) = mount(deployment, "secrets");
        let given = environment(&all["ConfigMap"]["data"]);
        let mut read: Vec<_> =
            given.values().filter_map(|value| value.strip_prefix(at)?.strip_prefix('/')).collect();
        let example = all["Secret"]["stringData"].as_object().expect("secrets");
        let mut keys: Vec<_> = example.keys().map(String::as_str).collect();
        read.sort_unstable();
        keys.sort_unstable();
        assert_eq!(read, keys);
        let config = accepted(
            "ConfigMap",
            "/dev/null".as_ref(),
            &moved(&given, at, &made.path().join("secrets/node")),
            &known,
        );
        assert!(config.media_url.to_string().ends_with(mount(deployment, "media").1));
        for variable in container(deployment)["env"].as_array().expect("variables") {
            let name = variable["name"].as_str().expect("a name");
            assert!(super::setting_of(name, &known).is_some(), "{name}");
        }
        let leave = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"].as_u64();
        assert!(leave > Some((config.drain + rowhouse_web::FINISH).as_secs()), "{leave:?}");
        let ports: Vec<_> = container(deployment)["ports"]
            .as_array()
            .expect("ports")
            .iter()
            .map(|p| &p["containerPort"])
            .collect();
        assert_eq!(ports, [config.listen.port(), config.ops_listen.port()]);
        // what the example says is a secret's place, and what it says of databases is accepted too
        assert_eq!(secret["secret"]["secretName"], all["Secret"]["metadata"]["name"]);
        for key in ["database-url", "tenant-database-url"] {
            let url = example[key].as_str().expect("a URL").replace("{name}", "name");
            assert!(url.parse::<rowhouse_store::DbUrl>().is_ok_and(|url| url.is_postgres()), "{url}");
        }
    });
}

#[test]
fn what_one_manifest_names_another_has() {
    let all = manifests();
    let deployment = &all["Deployment"];
    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    assert_eq!(&deployment["spec"]["selector"]["matchLabels"], labels);
    assert_eq!(&all["Service"]["spec"]["selector"], labels);
    assert_eq!(&all["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"], labels);
    assert_eq!(
        container(deployment)["envFrom"][0]["configMapRef"]["name"],
        all["ConfigMap"]["metadata"]["name"]
    );
    let claim = &mount(deployment, "media").0["persistentVolumeClaim"]["claimName"];
    assert_eq!(claim, &all["PersistentVolumeClaim"]["metadata"]["name"]);
    let backend = &all["Ingress"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"];
    assert_eq!(backend["name"], all["Service"]["metadata"]["name"]);
    let port = &all["Service"]["spec"]["ports"][0];
    assert_eq!(backend["port"]["name"], port["name"]);
    assert_eq!(port["targetPort"], container(deployment)["ports"][0]["name"]);
    assert_eq!(all["Kustomization"]["namespace"], all["Namespace"]["metadata"]["name"]);
}

#[test]
fn pods_run_the_image_of_this_version_as_its_user_and_nothing_more() {
    let all = manifests();
    let container = container(&all["Deployment"]);
    let image = container["image"].as_str().expect("an image");
    assert!(image.ends_with(&format!("/rowhouse:{}", env!("CARGO_PKG_VERSION"))), "{image}");
    let pod = &all["Deployment"]["spec"]["template"]["spec"]["securityContext"];
    assert_eq!(Image::read().user, format!("{}:{}", pod["runAsUser"], pod["runAsGroup"]));
    assert_eq!((&pod["runAsNonRoot"], &pod["fsGroup"]), (&true.into(), &pod["runAsGroup"]));
    let limits = &container["securityContext"];
    assert_eq!(
        (&limits["readOnlyRootFilesystem"], &limits["allowPrivilegeEscalation"]),
        (&true.into(), &false.into())
    );
    assert_eq!(texts(&limits["capabilities"]["drop"]), ["ALL"]);
    let update = &all["Deployment"]["spec"]["strategy"]["rollingUpdate"];
    assert_eq!((&update["maxUnavailable"], &all["Deployment"]["spec"]["replicas"]), (&0.into(), &3.into()));
}

#[test]
fn probes_are_answered() {
    on(Backend::Sqlite, |backend| async move {
        let all = manifests();
        let container = container(&all["Deployment"]);
        let ops = container["ports"]
            .as_array()
            .expect("ports")
            .iter()
            .find(|p| p["name"] == "ops")
            .expect("a port");
        assert_eq!(
            ops["containerPort"],
            port(&environment(&all["ConfigMap"]["data"])["ROWHOUSE_SERVER__OPS_LISTEN"])
        );
        let node = TestNode::start(backend).await;
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            let get = &container[probe]["httpGet"];
            assert_eq!(get["port"], "ops", "{probe}");
            node.operator().get(get["path"].as_str().expect("a path")).await.is(200);
        }
        assert_ne!(
            container["livenessProbe"]["httpGet"]["path"], "/readyz",
            "a node that leaves is not to be killed"
        );
    });
}
