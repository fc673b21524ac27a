//! What all handlers share: the node, the admin's templates and files, and how cookies are made.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::Timestamp;
use rowhouse_engine::Node;
use rowhouse_render::Templates;

use crate::{assets::Assets, cookies::Cookies, times::Times};

/// Settings of the web itself.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Peers whose `Forwarded`-like headers are believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Bytes of an upload at most.
    pub upload_bytes: usize,
    /// Bytes of a form at most.
    pub form_bytes: usize,
    /// Names all settings together, for comparing nodes.
    pub config_hash: String,
    /// A folder for files that are gone once they are sent.
    pub scratch: PathBuf,
}

/// What the admin is made of.
pub struct Stock {
    templates: Templates,
    assets: Assets,
}

impl Stock {
    /// Compiles the templates and reads the files.
    ///
    /// # Errors
    /// The first fault in a template, with file and line.
    pub fn load() -> Result<Self, rowhouse_render::RenderError> {
        Ok(Self { templates: crate::admin::templates()?, assets: Assets::load() })
    }
}

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    node: Node,
    templates: Templates,
    assets: Assets,
    cookies: Cookies,
    settings: WebSettings,
    node_name: actix_web::http::header::HeaderValue,
    times: Times,
    started: Timestamp,
    closing: AtomicBool,
}

impl Web {
    /// Of a node and what its admin is made of.
    #[must_use]
    pub fn new(node: Node, Stock { templates, assets }: Stock, settings: WebSettings) -> Self {
        let secure = node.settings().public_url.scheme() == "https";
        let cookies = Cookies::new(&node.core().keys, secure);
        let name = actix_web::http::header::HeaderValue::from_str(&node.settings().node);
        let node_name = name.unwrap_or_else(|_| actix_web::http::header::HeaderValue::from_static("node"));
        let (closing, started) = (AtomicBool::new(false), node.core().clock.now());
        Self(Arc::new(Inner {
            node,
            templates,
            assets,
            cookies,
            settings,
            node_name,
            times: Times::default(),
            started,
            closing,
        }))
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.0.node
    }

    /// The admin's templates.
    #[must_use]
    pub fn templates(&self) -> &Templates {
        &self.0.templates
    }

    /// The admin's files.
    #[must_use]
    pub fn assets(&self) -> &Assets {
        &self.0.assets
    }

    /// How cookies are made and read.
    #[must_use]
    pub fn cookies(&self) -> &Cookies {
        &self.0.cookies
    }

    /// Settings of the web.
    #[must_use]
    pub fn settings(&self) -> &WebSettings {
        &self.0.settings
    }

    /// When the node began to serve.
    #[must_use]
    pub fn started(&self) -> Timestamp {
        self.0.started
    }

    /// The node's name as a header.
    #[must_use]
    pub fn node_name(&self) -> actix_web::http::header::HeaderValue {
        self.0.node_name.clone()
    }

    /// How long answers took, thread by thread.
    #[must_use]
    pub fn times(&self) -> &Times {
        &self.0.times
    }

    /// From now on answers ask for their connections to be closed: the node is leaving.
    pub fn close_connections(&self) {
        self.0.closing.store(true, Ordering::Release);
    }

    /// Whether the node is leaving.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.0.closing.load(Ordering::Acquire)
    }
}
