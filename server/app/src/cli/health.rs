//! `rowhouse health`: whether the node on this machine may be sent requests. For supervisors and containers, whose
//! images need no other program for it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::bail;
use clap::Args;
use serde_json::json;

use super::{Common, Out, ops};

/// Ask the running node whether it is ready. The exit code is 0 only if it is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rowhouse health\n  rowhouse health --address 127.0.0.1:9080")]
pub struct Health {
    /// Where the node serves operations, instead of server.ops_listen
    #[arg(long, value_name = "ADDRESS")]
    address: Option<SocketAddr>,
}

impl Health {
    /// # Errors
    /// If no node answers, or it is not ready.
    pub async fn run(self, common: &Common, out: &Out) -> anyhow::Result<()> {
        let address = match self.address {
            Some(address) => address,
            None => reachable(common.settings(&[])?.ops_listen),
        };
        match ops::ask(address, "GET", "/readyz").await? {
            None => bail!("no node answers at {address}"),
            Some(answer) if answer.status == 200 => {
                out.result(&json!({ "ready": true }), || "ready".to_owned());
                Ok(())
            }
            Some(answer) => bail!("the node at {address} is not ready (it answers {})", answer.status),
        }
    }
}

/// Where to knock at a listener: one on all addresses is on this machine too.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let here = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        named => named,
    };
    SocketAddr::new(here, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_all_addresses_is_asked_on_this_machine() {
        for (listen, asked) in [
            ("0.0.0.0:9080", "127.0.0.1:9080"),
            ("[::]:9080", "[::1]:9080"),
            ("10.0.0.7:9080", "10.0.0.7:9080"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), asked);
        }
    }
}
