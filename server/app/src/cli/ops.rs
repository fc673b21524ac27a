//! Questions to a running node at its operations listener. One small request at a time over loopback or a
//! private network, so a few lines of HTTP/1.1 are enough.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(5);
/// Answers are facts about one page.
const MOST: u64 = 4 << 20;

/// What a node answered.
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// The body.
    pub(super) body: String,
}

/// Asks; `Ok(None)` if no node listens there.
///
/// # Errors
/// If something listens and does not answer like a node.
pub(super) async fn ask(address: SocketAddr, method: &str, path: &str) -> anyhow::Result<Option<Answer>> {
    let Ok(Ok(mut stream)) = timeout(PATIENCE, TcpStream::connect(address)).await else { return Ok(None) };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    );
    let talk = async {
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.take(MOST).read_to_end(&mut bytes).await?;
        std::io::Result::Ok(bytes)
    };
    let bytes = timeout(PATIENCE, talk).await.context("no answer in time")??;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").context("this is not HTTP")?;
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).context("this is not HTTP")?;
    Ok(Some(Answer { status, body: body.to_owned() }))
}

/// Asks the node at `address` and reads its JSON.
///
/// # Errors
/// If no node runs there, or it refuses, in its words.
pub(super) async fn ask_json(address: SocketAddr, method: &str, path: &str) -> anyhow::Result<Value> {
    let Some(answer) = ask(address, method, path).await? else {
        bail!(
            "no node runs at {address} (server.ops_listen); pages are kept in the memory of running nodes alone"
        );
    };
    let value: Value = serde_json::from_str(&answer.body)
        .with_context(|| format!("what listens at {address} is not a node of this release"))?;
    if answer.status == 200 {
        return Ok(value);
    }
    bail!("{}", value.get("error").and_then(Value::as_str).unwrap_or("the node refused"))
}
