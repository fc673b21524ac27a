//! Which Redis, read from one URL, and how it is connected to.

use std::{fmt, str::FromStr, sync::Arc, time::Duration};

use redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisResult,
    aio::MultiplexedConnection,
    cluster::ClusterClientBuilder,
    cluster_async::ClusterConnection,
    io::tcp::{TcpSettings, socket2::TcpKeepalive},
    sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
};

/// How long making a connection may take, and how long its answers before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why a text is no Redis URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0}; it is redis://[:PASSWORD@]HOST[:PORT][/DB], redis+sentinel://[:PASSWORD@]HOST:PORT,HOST:PORT/SERVICE[/DB] \
         or redis+cluster://[:PASSWORD@]HOST:PORT,HOST:PORT, with rediss for TLS"
)]
pub struct RedisUrlError(String);

#[derive(Clone)]
enum Kind {
    Single(Box<ConnectionInfo>),
    Sentinel { sentinels: Vec<ConnectionAddr>, service: Arc<str>, master: Box<ConnectionInfo> },
    Cluster(Vec<ConnectionInfo>),
}

/// Where Redis is. Shown without its password.
#[derive(Clone)]
pub struct RedisUrl {
    kind: Kind,
    shown: Arc<str>,
}

impl FromStr for RedisUrl {
    type Err = RedisUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |why: &str| RedisUrlError(why.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong("there is no scheme"))?;
        let (plain, topology) = scheme.split_once('+').unwrap_or((scheme, ""));
        if !matches!(plain, "redis" | "rediss") {
            return Err(wrong("the scheme is not known"));
        }
        let (user, place) = rest.rsplit_once('@').map_or(("", rest), |(user, place)| (user, place));
        let (hosts, path) = place.split_once('/').unwrap_or((place, ""));
        let user = if user.is_empty() { String::new() } else { format!("{user}@") };
        let server = |host: &str, db: &str| server(&format!("{plain}://{user}{host}/{db}"));
        let all = |db: &str| hosts.split(',').map(|host| server(host, db)).collect::<Result<Vec<_>, _>>();
        let kind = match topology {
            "" if hosts.contains(',') => return Err(wrong("one Redis has one host")),
            "" => Kind::Single(Box::new(server(hosts, path)?)),
            "sentinel" => {
                let (service, db) = path.split_once('/').unwrap_or((path, ""));
                if service.is_empty() {
                    return Err(wrong("the name of the service is missing"));
                }
                let sentinels = all("")?;
                let master = sentinels.first().cloned().ok_or_else(|| wrong("there is no host"))?;
                let master = if db.is_empty() {
                    master
                } else {
                    server(hosts.split(',').next().unwrap_or_default(), db)?
                };
                let sentinels = sentinels.iter().map(|info| info.addr().clone()).collect();
                Kind::Sentinel { sentinels, service: service.into(), master: Box::new(master) }
            }
            "cluster" if path.is_empty() => Kind::Cluster(all("")?),
            "cluster" => return Err(wrong("a Redis Cluster has no numbered databases")),
            _ => return Err(wrong("the scheme is not known")),
        };
        Ok(Self { kind, shown: format!("{scheme}://{place}").into() })
    }
}

/// One server, with settings that keep small messages quick and notice a dead peer.
fn server(url: &str) -> Result<ConnectionInfo, RedisUrlError> {
    // the cause may tell the password
    let info = url.into_connection_info().map_err(|_| RedisUrlError("a host or a number is wrong".into()))?;
    Ok(info.set_tcp_settings(tcp()))
}

fn tcp() -> TcpSettings {
    let keepalive =
        TcpKeepalive::new().with_time(Duration::from_secs(10)).with_interval(Duration::from_secs(3));
    TcpSettings::default().set_nodelay(true).set_keepalive(keepalive).set_user_timeout(Duration::from_secs(5))
}

/// A connection for commands; cheap to clone.
#[derive(Clone)]
pub(super) enum Conn {
    One(MultiplexedConnection),
    Many(ClusterConnection),
}

impl RedisUrl {
    /// Makes a connection for commands. Its driver runs on the runtime that calls this.
    pub(super) async fn connect(&self) -> RedisResult<Conn> {
        if let Kind::Cluster(nodes) = &self.kind {
            let client = ClusterClientBuilder::new(nodes.iter().cloned())
                .connection_timeout(PATIENCE)
                .response_timeout(PATIENCE)
                .retries(1)
                .tcp_settings(tcp())
                .build()?;
            return Ok(Conn::Many(client.get_async_connection().await?));
        }
        let config = redis::AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let client = self.server(0).await?;
        Ok(Conn::One(client.get_multiplexed_async_connection_with_config(&config).await?))
    }

    /// The server whose messages are listened to. In a Redis Cluster every node has all messages; the next
    /// `attempt` takes the next one.
    pub(super) async fn server(&self, attempt: usize) -> RedisResult<Client> {
        match &self.kind {
            Kind::Single(info) => Client::open(info.as_ref().clone()),
            Kind::Sentinel { sentinels, service, master } => {
                sentinel(sentinels, service, master)?.async_get_client().await
            }
            Kind::Cluster(nodes) => {
                let node = nodes.iter().cycle().nth(attempt % nodes.len().max(1));
                let none = (redis::ErrorKind::InvalidClientConfig, "no host");
                Client::open(node.cloned().ok_or(redis::RedisError::from(none))?)
            }
        }
    }
}

fn sentinel(
    sentinels: &[ConnectionAddr],
    service: &str,
    master: &ConnectionInfo,
) -> RedisResult<SentinelClient> {
    let known = master.redis_settings();
    let mut builder =
        SentinelClientBuilder::new(sentinels.iter().cloned(), service, SentinelServerType::Master)?
            .set_client_to_redis_db(known.db())
            .set_client_to_redis_tcp_settings(tcp())
            .set_client_to_sentinel_tcp_settings(tcp());
    if matches!(master.addr(), ConnectionAddr::TcpTls { .. }) {
        builder = builder.set_client_to_redis_tls_mode(redis::TlsMode::Secure);
    }
    if let Some(user) = known.username() {
        builder = builder.set_client_to_redis_username(user);
    }
    if let Some(password) = known.password() {
        builder = builder.set_client_to_redis_password(password);
    }
    builder.build()
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_read_and_shown_without_its_password() {
        for (text, shown) in [
            ("redis://:p%40ss@a.example:7000/2", "redis://a.example:7000/2"),
            ("rediss://user:secret@a", "rediss://a"),
            ("redis+sentinel://:secret@a:26379,b:26379/main", "redis+sentinel://a:26379,b:26379/main"),
            ("rediss+sentinel://a:1/main/3", "rediss+sentinel://a:1/main/3"),
            ("redis+cluster://:secret@a:1,b:2,c:3", "redis+cluster://a:1,b:2,c:3"),
            ("redis://[::1]:6379", "redis://[::1]:6379"),
        ] {
            let url: RedisUrl = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(url.to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_redis_url_is_refused_without_telling_a_password() {
        for text in [
            "",
            "a:1",
            "http://:secret@a",
            "redis://:secret@a:b",
            "redis://:secret@a,b",
            "redis://:secret@a/x",
            "redis+sentinel://:secret@a",
            "redis+cluster://:secret@a/1",
            "redis+ring://:secret@a",
        ] {
            let error = text.parse::<RedisUrl>().err().unwrap_or_else(|| panic!("{text} was taken"));
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_password_is_taken_out_of_its_percent_encoding() {
        let url: RedisUrl = "redis+sentinel://:p%40ss@a:1/main".parse().unwrap();
        let Kind::Sentinel { master, .. } = url.kind else { panic!("another kind") };
        assert_eq!(master.redis_settings().password(), Some("p@ss"));
    }
}
