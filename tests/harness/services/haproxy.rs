//! A HAProxy with a configuration of the test's own.

use std::{io::Write, net::SocketAddr, time::Duration};

use anyhow::Context;
use tempfile::NamedTempFile;
use tokio::{net::TcpStream, time};

use super::{is_skipped, keep::Kept};

/// A running HAProxy, stopped when this is dropped.
pub struct Haproxy {
    kept: Kept,
    _configuration: NamedTempFile,
}

impl Haproxy {
    /// Starts HAProxy in the foreground mode and waits until `listen`, which the configuration must bind,
    /// takes connections. `None` if there is no HAProxy and `tests/run` has said so.
    ///
    /// # Errors
    /// The configuration is refused, or nothing listens within ten seconds.
    pub async fn start(configuration: &str, listen: SocketAddr) -> anyhow::Result<Option<Self>> {
        if is_skipped("haproxy") {
            return Ok(None);
        }
        let mut file = NamedTempFile::new()?;
        file.write_all(configuration.as_bytes())?;
        let kept = Kept::start(&["haproxy", &file.path().to_string_lossy()]).await?;
        let connected = async {
            while TcpStream::connect(listen).await.is_err() {
                time::sleep(Duration::from_millis(20)).await;
            }
        };
        time::timeout(Duration::from_secs(10), connected)
            .await
            .with_context(|| format!("HAProxy does not listen on {listen}"))?;
        Ok(Some(Self { kept, _configuration: file }))
    }

    /// Sends a signal to the process: `STOP`, `CONT`, `KILL`.
    ///
    /// # Errors
    /// It is gone.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        self.kept.signal(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::free_address;

    const DEFAULTS: &str =
        "defaults\n mode http\n timeout connect 2s\n timeout client 2s\n timeout server 2s\n";

    #[tokio::test]
    async fn it_serves_its_configuration() {
        let listen = free_address().unwrap();
        let configuration = format!(
            "{DEFAULTS}frontend f\n bind {listen}\n http-request return status 204 hdr x-from proxy\n"
        );
        let Some(_haproxy) = Haproxy::start(&configuration, listen).await.unwrap() else { return };
        let answer = reqwest::get(format!("http://{listen}/")).await.unwrap();
        assert_eq!(answer.status(), 204);
        assert_eq!(answer.headers()["x-from"], "proxy");
    }

    #[tokio::test]
    async fn a_wrong_configuration_is_an_error() {
        let start = Haproxy::start("frontend f\n nonsense\n", free_address().unwrap()).await;
        assert!(matches!(start, Err(_) | Ok(None)));
    }
}
