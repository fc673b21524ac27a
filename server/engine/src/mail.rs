//! Mail: a few plain letters, sent by SMTP or, while there is no server, written to the log. One try at a time:
//! letters wait as jobs (`jobs/letter.rs`), which hold up no answer and are tried again.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use rowhouse_domain::JobId;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use crate::error::{EngineError, Result};

/// How long one try to send may take. The claim of the job that sends lasts longer.
const PATIENCE: Duration = Duration::from_secs(20);

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The name that is shown.
    pub name: String,
    /// The address.
    pub address: String,
}

/// A mail in plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// The server could not be reached, or asks to try later.
    Passing(String),
    /// It will never take this mail.
    Refused(String),
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
    pub fn open(settings: &MailSettings, runtime: &Handle) -> Result<Self> {
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
        Ok(Self { way, from })
    }

    /// Sends a mail now, once, as the mail of this job: however often it is sent, it has one Message-ID, by
    /// which whoever gets it twice can tell.
    ///
    /// # Errors
    /// What the server said, and whether it may think better of it.
    #[crate::boxed]
    pub async fn deliver(&self, mail: &Mail, job: JobId) -> Result<(), Unsent> {
        let message = self.message(mail, job).map_err(|error| Unsent::Refused(error.to_string()))?;
        let Way::Smtp(server) = &self.way else {
            tracing::info!(
                to = %mail.to.address,
                subject = %mail.subject,
                "no mail server is set; the mail would be:\n{}",
                mail.body
            );
            return Ok(());
        };
        let says = |what: &dyn std::fmt::Display| format!("the mail server says: {what}");
        match tokio::time::timeout(PATIENCE, server.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => Err(Unsent::Refused(says(&error))),
            Ok(Err(error)) => Err(Unsent::Passing(says(&error))),
            Err(_) => Err(Unsent::Passing(says(&"nothing, for too long"))),
        }
    }

    /// The letter as it travels.
    fn message(&self, mail: &Mail, job: JobId) -> Result<Message> {
        let problem =
            |e: &dyn std::fmt::Display| EngineError::Other(format!("a mail cannot be written: {e}"));
        let address = mail.to.address.parse().map_err(|e| problem(&e))?;
        let name = Some(mail.to.name.clone()).filter(|n| !n.is_empty());
        let id = format!("<{}@{}>", job.0.simple(), self.from.email.domain());
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
    #[crate::boxed]
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
        Mailer::open(&settings, &Handle::current()).unwrap()
    }

    #[tokio::test]
    async fn a_mail_reaches_the_server_whole_and_cannot_smuggle_headers() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mailer = mailer_to(&listener).await;
        let server = tokio::spawn(take_one(listener));
        mailer.deliver(&letter(), JobId::fresh()).await.unwrap();
        let text = server.await.unwrap();
        assert!(text.contains("From: Rowhouse <no-reply@sites.example>"), "{text}");
        assert!(text.contains("Subject: Acme  Bcc: x@y.z: choose a new password"), "{text}");
        assert!(!text.contains("\nBcc:"), "{text}");
        assert!(text.contains("https://acme.example/admin/reset/TOKEN"), "{text}");
        assert!(text.contains("for 2 hours"), "{text}");
    }

    #[tokio::test]
    async fn a_job_has_one_message_id_whatever_it_says() {
        let mailer = Mailer::open(&MailSettings::default(), &Handle::current()).unwrap();
        let id = |mail: &Mail, job| {
            let text = String::from_utf8(mailer.message(mail, job).unwrap().formatted()).unwrap();
            text.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned()
        };
        let (one, other) = (JobId::fresh(), JobId::fresh());
        assert_eq!(id(&letter(), one), id(&Mail { body: "other".into(), ..letter() }, one));
        assert!(id(&letter(), one).ends_with("@localhost>"));
        assert_ne!(id(&letter(), one), id(&letter(), other));
    }

    #[tokio::test]
    async fn wrong_settings_are_named_without_the_password() {
        let open = |smtp: Option<&str>, from: &str| {
            let settings = MailSettings { smtp: smtp.map(str::to_owned), from: from.into() };
            Mailer::open(&settings, &Handle::current()).map(|_| ()).unwrap_err().to_string()
        };
        assert!(open(None, "nobody").starts_with("mail.from"));
        let error = open(Some("http://u:sesame@host"), "a@b.example");
        assert!(error.starts_with("mail.smtp") && !error.contains("sesame"), "{error}");
    }
}
