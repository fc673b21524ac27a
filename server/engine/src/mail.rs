//! Mail: a few plain letters, sent by SMTP or, while there is no server, written to the log. Sending never
//! holds up an answer; what could not be sent is reported in the log and counted.

use std::{sync::Arc, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use tokio::{runtime::Handle, sync::Semaphore};

use crate::{
    error::{EngineError, Result},
    keys::hash_token,
};

/// How long one try to send may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pauses before another try.
const AGAIN: &[Duration] = &[Duration::from_secs(2), Duration::from_secs(15)];
/// Mails on their way at once; more are refused, so that a dead server cannot fill the memory.
const ON_THE_WAY: usize = 64;

/// Where mail goes.
#[derive(Clone)]
pub struct MailSettings {
    /// `smtp://user:password@host:587?tls=required` or `smtps://…`; without one, mail is written to the log.
    pub smtp: Option<String>,
    /// The sender, as in `Rowhouse <no-reply@example.org>`.
    pub from: String,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // the URL holds a password
        let way = if self.smtp.is_some() { "smtp" } else { "log" };
        f.debug_struct("MailSettings").field("way", &way).field("from", &self.from).finish()
    }
}

impl Default for MailSettings {
    fn default() -> Self {
        Self { smtp: None, from: "Rowhouse <no-reply@localhost>".into() }
    }
}

/// Who gets a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The name that is shown.
    pub name: String,
    /// The address.
    pub address: String,
}

/// A mail in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Who gets it.
    pub to: Recipient,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// The way out for mail; cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    way: Way,
    from: Mailbox,
    runtime: Handle,
    room: Arc<Semaphore>,
}

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Log,
}

impl Mailer {
    /// Reads the settings; connects when there is something to send.
    ///
    /// # Errors
    /// If the sender is no mailbox, or the URL is none of an SMTP server.
    pub fn open(settings: &MailSettings, runtime: Handle) -> Result<Self> {
        let from = settings.from.parse().map_err(|e| {
            EngineError::Input(format!("mail.from: {:?} is no mail address: {e}", settings.from))
        })?;
        let way = match &settings.smtp {
            None => Way::Log,
            Some(url) => {
                // the pool of connections is tended by a task
                let _inside = runtime.enter();
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    // the error would repeat the URL with its password
                    .map_err(|_| {
                        EngineError::Input(
                            "mail.smtp: write smtp://user:password@host:587?tls=required".into(),
                        )
                    })?;
                Way::Smtp(builder.timeout(Some(PATIENCE)).build())
            }
        };
        Ok(Self { way, from, runtime, room: Arc::new(Semaphore::new(ON_THE_WAY)) })
    }

    /// Sends a mail in its own time.
    pub fn post(&self, mail: Mail) {
        let Ok(room) = self.room.clone().try_acquire_owned() else {
            metrics::counter!("rowhouse_mails_total", "result" => "refused").increment(1);
            tracing::error!(subject = %mail.subject, "too much mail is waiting for the server; this one is dropped");
            return;
        };
        let this = self.clone();
        self.runtime.spawn(async move {
            let result = this.deliver(&mail).await;
            drop(room);
            let word = if result.is_ok() { "sent" } else { "failed" };
            metrics::counter!("rowhouse_mails_total", "result" => word).increment(1);
            if let Err(error) = result {
                tracing::error!(subject = %mail.subject, %error, "a mail could not be sent");
            }
        });
    }

    /// Sends a mail now, again if the server has a passing weakness.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] with what the server said last.
    pub async fn deliver(&self, mail: &Mail) -> Result<()> {
        let Way::Smtp(server) = &self.way else {
            tracing::info!(
                to = %mail.to.address,
                subject = %mail.subject,
                "no mail server is set; the mail would be:\n{}",
                mail.body
            );
            return Ok(());
        };
        let message = self.message(mail)?;
        let mut pauses = AGAIN.iter();
        loop {
            let Err(error) = server.send(message.clone()).await else { return Ok(()) };
            match pauses.next().filter(|_| !error.is_permanent()) {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return Err(EngineError::Unavailable(format!("the mail server says: {error}"))),
            }
        }
    }

    /// The letter as it travels. Its id is made from its text, so that one sent twice is known as one.
    fn message(&self, mail: &Mail) -> Result<Message> {
        let problem =
            |e: &dyn std::fmt::Display| EngineError::Other(format!("a mail cannot be written: {e}"));
        let address = mail.to.address.parse().map_err(|e| problem(&e))?;
        let name = Some(mail.to.name.clone()).filter(|n| !n.is_empty());
        let digest = hash_token(&format!("{}\n{}\n{}", mail.to.address, mail.subject, mail.body));
        let id =
            format!("<{}@{}>", hex::encode(digest.get(..16).unwrap_or_default()), self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, address))
            .subject(&mail.subject)
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|e| problem(&e))
    }
}

fn span(valid: Duration) -> String {
    let hours = valid.as_secs().div_ceil(3_600).max(1);
    match (hours, hours / 24) {
        (1, _) => "1 hour".into(),
        (hours, 0 | 1) => format!("{hours} hours"),
        (_, days) => format!("{days} days"),
    }
}

/// A site's title on one line of a mail.
fn plain(title: &str) -> String {
    title.chars().map(|c| if c.is_control() { ' ' } else { c }).take(100).collect()
}

/// The letter with a link to choose a new password.
#[must_use]
pub fn reset(to: Recipient, site: &str, login: &str, url: &str, valid: Duration) -> Mail {
    let (site, span) = (plain(site), span(valid));
    let body = format!(
        "Hello {},\n\nsomebody, probably you, asked for a new password for the account \"{login}\" at {site}.\n\
         Choose one here:\n\n{url}\n\nThe link works once, for {span}. If you did not ask for it, do nothing:\n\
         your password stays as it is.\n",
        plain(&to.name)
    );
    Mail { to, subject: format!("{site}: choose a new password"), body }
}

/// The letter with a link to choose the first password.
#[must_use]
pub fn invite(to: Recipient, site: &str, login: &str, url: &str, valid: Duration) -> Mail {
    let (site, span) = (plain(site), span(valid));
    let body = format!(
        "Hello {},\n\nthere is an account for you at {site}. Your user name is \"{login}\".\n\
         Choose a password here:\n\n{url}\n\nThe link works once, for {span}.\n",
        plain(&to.name)
    );
    Mail { to, subject: format!("{site}: your account"), body }
}

#[cfg(test)]
pub(crate) mod tests {
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::TcpListener,
    };

    use super::*;

    fn letter() -> Mail {
        let to = Recipient { name: "Mara Lindqvist".into(), address: "mara@acme.example".into() };
        reset(
            to,
            "Acme\r\nBcc: x@y.z",
            "mara",
            "https://acme.example/admin/reset/TOKEN",
            Duration::from_secs(7_200),
        )
    }

    /// Takes one mail as an SMTP server does and answers its text.
    pub(crate) async fn take_one(listener: TcpListener) -> String {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut text = String::new();
        write.write_all(b"220 here\r\n").await.unwrap();
        let mut inside = false;
        while let Some(line) = lines.next_line().await.unwrap() {
            let answer: &[u8] = match (inside, line.as_str()) {
                (true, ".") => {
                    write.write_all(b"250 taken\r\n").await.unwrap();
                    return text;
                }
                (true, line) => {
                    text.push_str(line);
                    text.push('\n');
                    continue;
                }
                (false, "DATA") => {
                    inside = true;
                    b"354 go on\r\n"
                }
                _ => b"250 ok\r\n",
            };
            write.write_all(answer).await.unwrap();
        }
        text
    }

    async fn mailer_to(listener: &TcpListener) -> Mailer {
        let port = listener.local_addr().unwrap().port();
        let settings = MailSettings {
            smtp: Some(format!("smtp://127.0.0.1:{port}")),
            from: "Rowhouse <no-reply@sites.example>".into(),
        };
        Mailer::open(&settings, Handle::current()).unwrap()
    }

    #[tokio::test]
    async fn a_mail_reaches_the_server_whole_and_cannot_smuggle_headers() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mailer = mailer_to(&listener).await;
        let server = tokio::spawn(take_one(listener));
        mailer.deliver(&letter()).await.unwrap();
        let text = server.await.unwrap();
        assert!(text.contains("From: Rowhouse <no-reply@sites.example>"), "{text}");
        assert!(text.contains("Subject: Acme  Bcc: x@y.z: choose a new password"), "{text}");
        assert!(!text.contains("\nBcc:"), "{text}");
        assert!(text.contains("https://acme.example/admin/reset/TOKEN"), "{text}");
        assert!(text.contains("for 2 hours"), "{text}");
    }

    #[tokio::test]
    async fn one_mail_has_one_id_and_another_another() {
        let mailer = Mailer::open(&MailSettings::default(), Handle::current()).unwrap();
        let id = |mail: &Mail| {
            let text = String::from_utf8(mailer.message(mail).unwrap().formatted()).unwrap();
            text.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned()
        };
        assert_eq!(id(&letter()), id(&letter()));
        assert!(id(&letter()).ends_with("@localhost>"));
        assert_ne!(id(&letter()), id(&Mail { body: "other".into(), ..letter() }));
    }

    #[tokio::test]
    async fn wrong_settings_are_named_without_the_password() {
        let open = |smtp: Option<&str>, from: &str| {
            let settings = MailSettings { smtp: smtp.map(str::to_owned), from: from.into() };
            Mailer::open(&settings, Handle::current()).map(|_| ()).unwrap_err().to_string()
        };
        assert!(open(None, "nobody").starts_with("mail.from"));
        let error = open(Some("http://u:sesame@host"), "a@b.example");
        assert!(error.starts_with("mail.smtp") && !error.contains("sesame"), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_does_not_answer_holds_nobody_up() {
        // bound and never accepted from: the connection opens and says nothing
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mailer = mailer_to(&listener).await;
        for _ in 0..ON_THE_WAY + 10 {
            mailer.post(letter());
        }
        assert_eq!(mailer.room.available_permits(), 0, "no more than the room allows are on their way");
    }
}
