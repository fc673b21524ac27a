//! Two nodes upon one installation, and the mail server that they send to.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rowhouse_domain::{Clock, JobId, TenantId, job::JobState};
use rowhouse_store::{DbUrl, JobRow, Steps, Target, drop_place};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use crate::{
    Actor, Node, NodeParts, Settings, Site,
    jobs::letter,
    keys::KeyRing,
    mail::{Mail, MailSettings, Recipient},
    tenants::CreateTenant,
    testing::{self, HandClock},
};

/// Longer than any claim holds.
pub(super) const CLAIM_OVER: u64 = 31;

/// Where to stop, whom to tell, whom to wait for.
type Pause = (&'static str, Arc<Notify>, Arc<Notify>);

/// Dies or stops at a step, once, when it is told which.
#[derive(Default)]
pub(super) struct Fate {
    death: Mutex<Option<&'static str>>,
    pause: Mutex<Option<Pause>>,
}

impl Fate {
    pub(super) fn dies_at(&self, step: &'static str) {
        *self.death.lock().unwrap() = Some(step);
    }

    /// The first tells that the step is reached, the second lets go.
    pub(super) fn stops_at(&self, step: &'static str) -> (Arc<Notify>, Arc<Notify>) {
        let (reached, resume) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        *self.pause.lock().unwrap() = Some((step, reached.clone(), resume.clone()));
        (reached, resume)
    }

    /// Whether the death that was ordered has come.
    pub(super) fn is_dead(&self) -> bool {
        self.death.lock().unwrap().is_none()
    }
}

impl Steps for Fate {
    fn reached(&self, step: &'static str) -> BoxFuture<'static, ()> {
        let dies = self.death.lock().unwrap().take_if(|at| *at == step).is_some();
        let pause = self.pause.lock().unwrap().take_if(|(at, ..)| *at == step);
        Box::pin(async move {
            assert!(!dies, "death on purpose at {step}");
            if let Some((_, reached, resume)) = pause {
                reached.notify_one();
                resume.notified().await;
            }
        })
    }
}

/// A mail server. It takes mails, or refuses the next ones.
#[derive(Default)]
pub(super) struct Post {
    taken: Mutex<Vec<String>>,
    refused: Mutex<Vec<String>>,
    refusals: AtomicUsize,
    forever: AtomicUsize,
}

impl Post {
    async fn open() -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let post = Arc::new(Self::default());
        let this = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let this = this.clone();
                tokio::spawn(async move { this.talk(stream).await });
            }
        });
        (post, url)
    }

    async fn talk(&self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut text: Option<String> = None;
        let _ = write.write_all(b"220 here\r\n").await;
        while let Ok(Some(line)) = lines.next_line().await {
            let answer = match (&mut text, line.as_str()) {
                (Some(_), ".") => self.judge(text.take().unwrap()),
                (Some(text), line) => {
                    text.push_str(line);
                    text.push('\n');
                    continue;
                }
                (None, "DATA") => {
                    text = Some(String::new());
                    "354 go on\r\n"
                }
                (None, "QUIT") => "221 bye\r\n",
                (None, _) => "250 ok\r\n",
            };
            let _ = write.write_all(answer.as_bytes()).await;
        }
    }

    fn judge(&self, text: String) -> &'static str {
        let take = |left: &AtomicUsize| {
            left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
        };
        if take(&self.refusals) {
            self.refused.lock().unwrap().push(text);
            return "451 not now\r\n";
        }
        if take(&self.forever) {
            self.refused.lock().unwrap().push(text);
            return "550 no such user here\r\n";
        }
        self.taken.lock().unwrap().push(text);
        "250 taken\r\n"
    }

    /// Refuses so many for now.
    pub(super) fn refuse(&self, many: usize) {
        self.refusals.store(many, Ordering::SeqCst);
    }

    /// Refuses so many for ever.
    pub(super) fn refuse_for_ever(&self, many: usize) {
        self.forever.store(many, Ordering::SeqCst);
    }

    /// The mails that it took.
    pub(super) fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    /// The mails that it refused.
    pub(super) fn refused(&self) -> Vec<String> {
        self.refused.lock().unwrap().clone()
    }
}

pub(super) fn message_id(text: &str) -> String {
    text.lines().find(|line| line.starts_with("Message-ID:")).expect("an id").to_owned()
}

/// One node.
pub(super) struct One {
    pub(super) node: Node,
    pub(super) fate: Arc<Fate>,
}

pub(super) struct World {
    pub(super) a: One,
    pub(super) b: One,
    pub(super) post: Arc<Post>,
    clock: Arc<HandClock>,
    made: Vec<Target>,
    _folder: TempDir,
}

fn settings(node: &str, tenants: &str, smtp: &str) -> Settings {
    Settings {
        node: node.into(),
        mail: MailSettings { smtp: Some(smtp.into()), from: "Rowhouse <no-reply@sites.example>".into() },
        ..testing::settings(tenants.into())
    }
}

/// An empty database for the catalogue.
async fn empty_database(server: &str, name: &str) {
    let (client, connection) =
        tokio_postgres::connect(&format!("{server}postgres"), tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE \"{name}\"")).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

impl World {
    async fn new(server: Option<String>) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
        let mut made = Vec::new();
        let (database, tenants): (DbUrl, String) = match &server {
            None => (file("catalogue.db").parse().unwrap(), file("{name}.db")),
            Some(server) => {
                let name = format!("jobs_{}", TenantId::fresh().0.simple());
                empty_database(server, &name).await;
                let url: DbUrl = format!("{server}{name}").parse().unwrap();
                made.push(Target { url: url.clone(), schema: None });
                (url, format!("{server}jobs{}_{{name}}", TenantId::fresh().suffix()))
            }
        };
        let (clock, (post, smtp)) = (Arc::new(HandClock::default()), Post::open().await);
        let keys = KeyRing::generate();
        let start = async |name: &str| {
            let fate = Arc::new(Fate::default());
            let settings = settings(name, &tenants, &smtp);
            let parts = NodeParts {
                keys: keys.clone(),
                steps: fate.clone(),
                ..testing::parts(settings, database.clone(), clock.clone())
            };
            One { node: Node::start(parts).await.unwrap(), fate }
        };
        let (a, b) = (start("a").await, start("b").await);
        Arc::new(Self { a, b, post, clock, made, _folder: folder })
    }

    pub(super) fn forward(&self, seconds: u64) {
        self.clock.forward(Duration::from_secs(seconds));
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A tenant that both nodes know and nobody visits. What it has to do by itself at first is done.
    #[crate::boxed]
    pub(super) async fn tenant(&self, name: &str) -> TenantId {
        let request = CreateTenant { name: name.into(), ..CreateTenant::default() };
        let made = self.a.node.lifecycle().create(request, &Actor::system()).await.unwrap();
        self.a.node.refresh().await.unwrap();
        self.b.node.refresh().await.unwrap();
        self.forward(60);
        self.a.node.work_once().await.unwrap();
        made.tenant.id
    }

    /// The tenant as a node works for it.
    #[crate::boxed]
    pub(super) async fn site(&self, on: &One, tenant: TenantId) -> Site {
        let site = Site::working(on.node.core(), on.node.tenant(tenant).await.unwrap().unwrap());
        site.ready().await.unwrap();
        site
    }

    /// Has a mail wait in a tenant's database.
    #[crate::boxed]
    pub(super) async fn mail(&self, tenant: TenantId, subject: &str) -> JobId {
        let site = self.site(&self.a, tenant).await;
        let to = Recipient { name: "Mara".into(), address: "mara@acme.example".into() };
        let mail = Mail { to, subject: subject.into(), body: "the secret word is sesame\n".into() };
        let job = letter(site.keys(), mail, None, self.now()).unwrap();
        let id = job.id;
        site.private(move |s| Box::pin(async move { s.add_job(&job).await })).await.unwrap();
        site.due_now().await;
        id
    }

    #[crate::boxed]
    pub(super) async fn job(&self, tenant: TenantId, id: JobId) -> JobRow {
        let site = self.site(&self.a, tenant).await;
        site.look(move |s| Box::pin(s.job(id))).await.unwrap().unwrap()
    }

    /// The one round that a tenant has.
    #[crate::boxed]
    pub(super) async fn round(&self, tenant: TenantId) -> JobRow {
        let site = self.site(&self.a, tenant).await;
        let (rows, _) = site.look(|s| Box::pin(s.jobs(JobState::Waiting, 10))).await.unwrap();
        rows.into_iter().find(|row| row.once.as_deref() == Some("tidy")).unwrap()
    }

    /// Works on a node in the background.
    pub(super) fn works(self: &Arc<Self>, on: &One) -> tokio::task::JoinHandle<()> {
        let node = on.node.clone();
        tokio::spawn(async move { node.work_once().await.unwrap() })
    }

    async fn clear(&self) {
        self.a.node.refresh().await.unwrap();
        for entry in self.a.node.tenants() {
            let Some(info) = self.a.node.tenant(entry.tenant).await.unwrap() else { continue };
            self.a.node.core().pools.forget(&info.target);
            self.b.node.core().pools.forget(&info.target);
            drop_place(&info.target).await.unwrap();
        }
        for target in &self.made {
            drop_place(target).await.unwrap();
        }
    }
}

/// Runs a test on every kind of database there is.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says which servers there are")]
pub(super) fn on_each<F: Future<Output = ()>>(test: impl Fn(Arc<World>) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        test(World::new(None).await).await;
        let Ok(url) = std::env::var("ROWHOUSE_TEST_POSTGRES") else { return };
        let (server, _) = url.rsplit_once('/').unwrap();
        let world = World::new(Some(format!("{server}/"))).await;
        test(world.clone()).await;
        world.clear().await;
    });
}
