//! A Redis of one's own. It keeps nothing on disk and starts in milliseconds, so each test may have one,
//! and may empty, freeze or kill it.

use std::path::Path;

use super::{is_skipped, keep::Kept};

/// A running Redis server, stopped when this is dropped.
pub struct Redis {
    kept: Kept,
}

impl Redis {
    /// Starts a server. `None` if there is no Redis and `tests/run` has said so.
    ///
    /// # Errors
    /// The server does not start.
    pub async fn start() -> anyhow::Result<Option<Self>> {
        Self::of_kind("redis").await
    }

    /// As [`Redis::start`], of another kind: `redis-cluster`, `redis-tls`, or `redis-sentinel`, where signals go
    /// to the first master.
    ///
    /// # Errors
    /// The servers do not start.
    pub async fn of_kind(kind: &str) -> anyhow::Result<Option<Self>> {
        if is_skipped("redis") {
            return Ok(None);
        }
        Ok(Some(Self { kept: Kept::start(&[kind]).await? }))
    }

    /// How to connect to it, password included.
    #[must_use]
    pub fn url(&self) -> &str {
        self.kept.address.split(' ').next().unwrap_or_default()
    }

    /// The file of the authority that vouches for it, where it speaks TLS.
    #[must_use]
    pub fn authority(&self) -> Option<&Path> {
        self.kept.address.split_once(' ').map(|(_, file)| Path::new(file))
    }

    /// Sends a signal to the server: `STOP`, `CONT`, `KILL`.
    ///
    /// # Errors
    /// It is gone.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        self.kept.signal(name)
    }

    /// Ends the server; what it held is gone.
    ///
    /// # Errors
    /// It is gone already.
    pub async fn stop(&self) -> anyhow::Result<()> {
        self.kept.stop("").await
    }

    /// Starts it again, empty, at the same address.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_again(&self) -> anyhow::Result<()> {
        self.kept.start_again().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        time::timeout,
    };
    use url::Url;

    use super::*;

    async fn ask(redis: &Redis) -> anyhow::Result<String> {
        let url: Url = redis.url().parse()?;
        let address = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(format!("AUTH {}\r\nPING\r\n", url.password().unwrap()).as_bytes()).await?;
        let mut answer = vec![0; "+OK\r\n+PONG\r\n".len()];
        stream.read_exact(&mut answer).await?;
        Ok(String::from_utf8(answer)?)
    }

    #[tokio::test]
    async fn it_answers_and_can_be_frozen() {
        let Some(redis) = Redis::start().await.unwrap() else { return };
        assert_eq!(ask(&redis).await.unwrap(), "+OK\r\n+PONG\r\n");
        redis.signal("STOP").unwrap();
        assert!(timeout(Duration::from_millis(300), ask(&redis)).await.is_err());
        redis.signal("CONT").unwrap();
        assert_eq!(ask(&redis).await.unwrap(), "+OK\r\n+PONG\r\n");
        redis.signal("STOP").unwrap();
        drop(redis);
    }

    #[tokio::test]
    async fn it_goes_and_comes_back() {
        let Some(redis) = Redis::start().await.unwrap() else { return };
        redis.stop().await.unwrap();
        assert!(ask(&redis).await.is_err());
        redis.start_again().await.unwrap();
        assert_eq!(ask(&redis).await.unwrap(), "+OK\r\n+PONG\r\n");
    }
}
