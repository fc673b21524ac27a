//! A TCP proxy that can be told to misbehave: to cut connections, to hold bytes back, to be slow.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
    time,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Traffic {
    Flows,
    /// Nothing moves; connections stay and new ones are taken, but no byte gets through.
    Paused,
    /// Connections are closed, new ones at once.
    Cut,
}

#[derive(Clone, Copy)]
struct Weather {
    traffic: Traffic,
    delay: Duration,
}

/// A proxy before one server. Ends with its owner, and its connections with it.
pub struct ChaosProxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    listener: JoinHandle<()>,
}

impl ChaosProxy {
    /// Listens on a free loopback port and passes everything on to `target`.
    ///
    /// # Errors
    /// No port can be had.
    pub async fn before(target: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (weather, told) = watch::channel(Weather { traffic: Traffic::Flows, delay: Duration::ZERO });
        let listener = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(connect(near, target, told.clone()));
            }
        });
        Ok(Self { address, weather, listener })
    }

    /// Where to connect to instead of the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes all connections, and new ones as soon as they come.
    pub fn cut(&self) {
        self.weather.send_modify(|weather| weather.traffic = Traffic::Cut);
    }

    /// Holds every byte back, both ways, without closing anything.
    pub fn pause(&self) {
        self.weather.send_modify(|weather| weather.traffic = Traffic::Paused);
    }

    /// Lets everything flow again; what was held back arrives.
    pub fn mend(&self) {
        self.weather.send_modify(|weather| weather.traffic = Traffic::Flows);
    }

    /// Delays every piece of data by this much, each way; zero for none.
    pub fn delay(&self, by: Duration) {
        self.weather.send_modify(|weather| weather.delay = by);
    }
}

impl Drop for ChaosProxy {
    fn drop(&mut self) {
        self.listener.abort();
        self.cut();
    }
}

async fn connect(mut near: TcpStream, target: SocketAddr, mut told: watch::Receiver<Weather>) {
    if told.borrow_and_update().traffic == Traffic::Cut {
        return;
    }
    let Ok(mut far) = TcpStream::connect(target).await else { return };
    let (near_in, near_out) = near.split();
    let (far_in, far_out) = far.split();
    let both = async {
        tokio::join!(pump(near_in, far_out, told.clone()), pump(far_in, near_out, told.clone()));
    };
    let mut cut = told.clone();
    tokio::select! {
        () = both => {}
        _ = cut.wait_for(|weather| weather.traffic == Traffic::Cut) => {}
    }
}

/// Passes one direction on until its end, and the end too.
async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut told: watch::Receiver<Weather>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let delay = told.borrow().delay;
        if !delay.is_zero() {
            time::sleep(delay).await;
        }
        if told.wait_for(|weather| weather.traffic != Traffic::Paused).await.is_err() {
            return;
        }
        let Some(piece) = buffer.get(..count) else { return };
        if to.write_all(piece).await.is_err() {
            return;
        }
    }
    // The end of the stream is news as well: it waits like any other.
    if told.wait_for(|weather| weather.traffic != Traffic::Paused).await.is_ok() {
        drop(to.shutdown().await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that sends back what it gets.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    tokio::io::copy(&mut from, &mut to).await
                });
            }
        });
        address
    }

    async fn say(stream: &mut TcpStream, word: &str) -> std::io::Result<String> {
        stream.write_all(word.as_bytes()).await?;
        let mut answer = vec![0; word.len()];
        stream.read_exact(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    async fn within<T>(millis: u64, work: impl Future<Output = T>) -> Option<T> {
        time::timeout(Duration::from_millis(millis), work).await.ok()
    }

    #[tokio::test]
    async fn it_passes_everything_on_and_can_cut() {
        let proxy = ChaosProxy::before(echo().await).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(say(&mut stream, "hello").await.unwrap(), "hello");
        proxy.cut();
        assert!(say(&mut stream, "anyone?").await.is_err());
        let mut refused = TcpStream::connect(proxy.address()).await.unwrap();
        assert!(say(&mut refused, "anyone?").await.is_err());
        proxy.mend();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(say(&mut stream, "again").await.unwrap(), "again");
    }

    #[tokio::test]
    async fn a_pause_holds_back_and_loses_nothing() {
        let proxy = ChaosProxy::before(echo().await).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        proxy.pause();
        assert!(within(200, say(&mut stream, "held")).await.is_none());
        proxy.mend();
        let mut answer = [0; 4];
        within(10_000, stream.read_exact(&mut answer)).await.unwrap().unwrap();
        assert_eq!(&answer, b"held");
    }

    #[tokio::test]
    async fn a_delay_counts_each_way() {
        let proxy = ChaosProxy::before(echo().await).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        proxy.delay(Duration::from_millis(100));
        let start = time::Instant::now();
        assert_eq!(say(&mut stream, "slow").await.unwrap(), "slow");
        assert!(start.elapsed() >= Duration::from_millis(200));
    }
}
