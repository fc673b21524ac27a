//! Whose connection it is: the process behind a loopback port, as the kernel tells it. All nodes reach a
//! site's database at one address, so the address cannot tell them apart.

use std::{
    fs,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// The processes of the nodes.
#[derive(Clone, Debug)]
pub struct Peers(Arc<Mutex<Vec<u32>>>);

impl Peers {
    pub fn of(nodes: usize) -> Self {
        Self(Arc::new(Mutex::new(vec![0; nodes])))
    }

    pub fn nodes(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// A node runs as this process now.
    pub fn is(&self, node: usize, process: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[node] = process;
    }

    /// The node that holds the other end of a connection from `peer`.
    pub fn node_of(&self, peer: SocketAddr) -> Option<usize> {
        let socket = format!("socket:[{}]", inode(peer)?);
        let processes = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        processes.iter().position(|process| holds(*process, &socket))
    }
}

/// The number of the socket that is bound to this loopback address and connected.
fn inode(peer: SocketAddr) -> Option<String> {
    let SocketAddr::V4(peer) = peer else { return None };
    let address = format!("{:08X}:{:04X}", u32::from_ne_bytes(peer.ip().octets()), peer.port());
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    let rows = table.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    let mut own = rows.filter(|row| row.get(1).is_some_and(|local| *local == address));
    own.find_map(|row| row.get(9).map(|inode| (*inode).to_owned()).filter(|inode| inode != "0"))
}

fn holds(process: u32, socket: &str) -> bool {
    let Ok(files) = fs::read_dir(format!("/proc/{process}/fd")) else { return false };
    files.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|to| to.as_os_str() == socket))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_connection_of_this_process_is_known() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let _near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_far, peer) = listener.accept().unwrap();
        let peers = Peers::of(2);
        assert_eq!(peers.node_of(peer), None);
        peers.is(1, std::process::id());
        assert_eq!(peers.node_of(peer), Some(1));
    }
}
