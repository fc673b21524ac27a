//! A proxy before PostgreSQL or Redis that knows which node each connection is of, and can be told for each
//! node to cut, to hold and to slow, either way. Before Redis it also reads the answers: each message of a
//! subscription can be lost, late or repeated by itself, while commands pass.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{self, Instant},
};

use crate::{dice::Dice, peer::Peers, resp};

/// One direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Nothing gets through; what was held back arrives when it ends.
    pub held: bool,
    /// Every piece is so late.
    pub delay: Duration,
}

/// What becomes of messages of subscriptions, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    pub lost: u64,
    pub repeated: u64,
    pub late: u64,
    /// How late at most.
    pub by: Duration,
    /// Kept back until this ends.
    pub held: bool,
}

/// How it is between one node and the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// Connections are closed, new ones at once.
    pub cut: bool,
    pub asking: Flow,
    pub answering: Flow,
    pub messages: Messages,
}

/// What a connection speaks, as far as this cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    Opaque,
    Redis,
}

/// A proxy before one server. It ends with its owner.
pub struct Wire {
    address: SocketAddr,
    lanes: Arc<Vec<watch::Sender<Weather>>>,
    listener: JoinHandle<()>,
}

#[derive(Clone)]
struct Lane {
    told: watch::Receiver<Weather>,
    dice: Arc<Mutex<Dice>>,
    speech: Speech,
}

impl Wire {
    /// Listens on a free loopback port. There is a lane for each node of `peers`, and one for everybody else.
    ///
    /// # Errors
    /// No port can be had.
    pub async fn before(
        target: SocketAddr,
        peers: Peers,
        speech: Speech,
        mut dice: Dice,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let lanes = Arc::new((0..=peers.nodes()).map(|_| watch::Sender::default()).collect::<Vec<_>>());
        let told = lanes.clone();
        let listener = tokio::spawn(async move {
            while let Ok((near, peer)) = listener.accept().await {
                let lane = peers.node_of(peer).unwrap_or(peers.nodes());
                let dice = Arc::new(Mutex::new(dice.fork()));
                let lane = Lane { told: told[lane].subscribe(), dice, speech };
                tokio::spawn(connect(near, target, lane));
            }
        });
        Ok(Self { address, lanes, listener })
    }

    /// Where to connect to instead of the server.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the weather of a node.
    pub fn change(&self, node: usize, change: impl FnOnce(&mut Weather)) {
        self.lanes[node].send_modify(change);
    }

    /// Changes the weather of everybody.
    pub fn change_all(&self, change: impl Fn(&mut Weather)) {
        self.lanes.iter().for_each(|lane| lane.send_modify(&change));
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.listener.abort();
        self.change_all(|weather| weather.cut = true);
    }
}

async fn connect(mut near: TcpStream, target: SocketAddr, lane: Lane) {
    if lane.told.borrow().cut {
        return;
    }
    let Ok(mut far) = TcpStream::connect(target).await else { return };
    let (_, _) = (near.set_nodelay(true), far.set_nodelay(true));
    let ((near_in, near_out), (far_in, far_out)) = (near.split(), far.split());
    let mut cut = lane.told.clone();
    let both = async {
        tokio::join!(
            pump(near_in, far_out, lane.clone(), Way::Asking),
            pump(far_in, near_out, lane.clone(), Way::Answering),
        );
    };
    tokio::select! {
        () = both => {}
        _ = cut.wait_for(|weather| weather.cut) => {}
    }
}

/// A piece on its way, and when it may arrive.
type Piece = (Instant, Vec<u8>);

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Asking,
    Answering,
}

impl Way {
    const fn flow(self, weather: &Weather) -> Flow {
        match self {
            Self::Asking => weather.asking,
            Self::Answering => weather.answering,
        }
    }
}

async fn pump(from: impl AsyncRead + Unpin, to: impl AsyncWrite + Unpin, lane: Lane, way: Way) {
    let (sender, pieces) = mpsc::unbounded_channel();
    let told = lane.told.clone();
    tokio::join!(take(from, lane, way, sender), give(to, told, way, pieces));
}

async fn take(mut from: impl AsyncRead + Unpin, lane: Lane, way: Way, out: mpsc::UnboundedSender<Piece>) {
    let (mut buffer, mut kept) = (vec![0; 16 * 1024], Vec::new());
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let at = Instant::now() + way.flow(&lane.told.borrow()).delay;
        if lane.speech == Speech::Opaque || way == Way::Asking {
            let _gone = out.send((at, buffer[..count].to_vec()));
            continue;
        }
        kept.extend_from_slice(&buffer[..count]);
        while let Some(length) = resp::frame(&kept) {
            let frame: Vec<u8> = kept.drain(..length).collect();
            if resp::is_message(&frame) {
                lane.message(&frame, at, &out);
            } else {
                let _gone = out.send((at, frame));
            }
        }
    }
}

impl Lane {
    /// Lets chance decide what becomes of a message.
    fn message(&self, frame: &[u8], at: Instant, out: &mpsc::UnboundedSender<Piece>) {
        let weather = self.told.borrow().messages;
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        if dice.chance(weather.lost) {
            return;
        }
        let times = if dice.chance(weather.repeated) { 2 } else { 1 };
        for _ in 0..times {
            let by = u64::try_from(weather.by.as_millis()).expect("a short time");
            let late = if dice.chance(weather.late) {
                Duration::from_millis(dice.between(1, by.max(1)))
            } else {
                Duration::ZERO
            };
            let (frame, out, mut told) = (frame.to_vec(), out.clone(), self.told.clone());
            if late.is_zero() && !weather.held {
                let _gone = out.send((at, frame));
                continue;
            }
            // by itself, so that later ones overtake it
            tokio::spawn(async move {
                time::sleep(late).await;
                if told.wait_for(|weather| !weather.messages.held).await.is_ok() {
                    let _gone = out.send((Instant::now(), frame));
                }
            });
        }
    }
}

async fn give(
    mut to: impl AsyncWrite + Unpin,
    mut told: watch::Receiver<Weather>,
    way: Way,
    mut pieces: mpsc::UnboundedReceiver<Piece>,
) {
    while let Some((at, piece)) = pieces.recv().await {
        time::sleep_until(at).await;
        let flows = told.wait_for(|weather| !way.flow(weather).held).await.is_ok();
        if !flows || to.write_all(&piece).await.is_err() {
            return;
        }
    }
    let _closed = to.shutdown().await;
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
