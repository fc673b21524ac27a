//! Authors become accounts without a password: they can be invited, and until then nobody signs in as them.

use std::collections::HashMap;

use rowhouse_domain::{
    UserId,
    name::{EmailAddress, Slug, UserName},
    permission::BuiltinRole,
};
use rowhouse_store::{AccountRow, Change, Col, Result as Stored};

use super::{
    report::{Report, Tally},
    survey::Survey,
    text,
};
use crate::{error::Result, import::wxr::Author, site::Site};

/// Accounts by their sign-in names in WordPress.
pub(super) type People = HashMap<String, UserId>;

/// Finds or makes an account for everybody who wrote.
#[crate::boxed]
pub(super) async fn settle(site: &Site, survey: &Survey, report: &mut Report) -> Result<People> {
    let (authors, most) = (survey.authors.clone(), site.info().quotas.users);
    let done = site.write(move |s| {
        Box::pin(async move {
            let mut work = Work {
                people: People::new(),
                settled: HashMap::new(),
                tally: Tally::default(),
                notes: Vec::new(),
                most,
            };
            for author in &authors {
                work.settle(s, author).await?;
            }
            Ok(work)
        })
    });
    let work = done.await?;
    report.authors = work.tally;
    for (login, note) in work.notes {
        report.warn(&login, None, note);
    }
    Ok(work.people)
}

struct Work {
    people: People,
    settled: HashMap<UserName, UserId>,
    tally: Tally,
    notes: Vec<(String, String)>,
    most: u64,
}

/// WordPress allows blanks and more in sign-in names.
fn login(author: &Author) -> Option<UserName> {
    let spelled = || Slug::derive(&author.login).as_str().chars().take(UserName::MAX).collect::<String>();
    UserName::parse(&author.login).or_else(|_| UserName::parse(&spelled())).ok()
}

impl Work {
    async fn settle(&mut self, s: &mut Change, author: &Author) -> Stored<()> {
        let Some(name) = login(author) else { return Ok(()) };
        if let Some(id) = self.settled.get(&name) {
            // the same person in another spelling
            self.people.insert(author.login.clone(), *id);
            return Ok(());
        }
        self.account(s, author, &name).await?;
        self.settled.extend(self.people.get(&author.login).map(|id| (name, *id)));
        Ok(())
    }

    async fn account(&mut self, s: &mut Change, author: &Author, name: &UserName) -> Stored<()> {
        if let Some(known) = s.account_named(name.as_str()).await? {
            self.people.insert(author.login.clone(), known.id.0);
            self.tally.unchanged += 1;
            return Ok(());
        }
        if self.most > 0 && s.account_count().await?.cast_unsigned() >= self.most {
            self.tally.failed += 1;
            self.note(
                author,
                format!("this site may have {} accounts; what they wrote has no author", self.most),
            );
            return Ok(());
        }
        let email = self.free_email(s, author).await?;
        let row = AccountRow {
            id: Col(UserId::fresh()),
            display_name: shown(author, name),
            name: name.to_string(),
            email,
            bio: String::new(),
            password_hash: None,
            disabled: false,
            must_change: false,
            created_at: Col(s.now()),
            password_changed_at: None,
            seen_at: None,
        };
        s.add_account(&row).await?;
        if let Some(role) = s.role_named(BuiltinRole::Author.as_str()).await? {
            s.set_roles(row.id.0, &[role.id.0]).await?;
        }
        self.people.insert(author.login.clone(), row.id.0);
        self.tally.created += 1;
        Ok(())
    }

    /// The mail address, unless it is unfit or somebody else's.
    async fn free_email(&mut self, s: &mut Change, author: &Author) -> Stored<String> {
        if author.email.is_empty() {
            return Ok(String::new());
        }
        let Ok(email) = EmailAddress::parse(&author.email) else {
            self.note(author, format!("{:?} is no mail address and was left out", author.email));
            return Ok(String::new());
        };
        if s.account_with_email(&email.key()).await?.is_some() {
            self.note(author, format!("another account has the address {email}; it was left out here"));
            return Ok(String::new());
        }
        Ok(email.to_string())
    }

    fn note(&mut self, author: &Author, text: String) {
        self.notes.push((author.login.clone(), text));
    }
}

fn shown(author: &Author, name: &UserName) -> String {
    let full = format!("{} {}", author.first_name, author.last_name);
    let told = [author.display_name.as_str(), full.as_str()].map(|text| text::line(text, 100));
    told.into_iter().find(|text| !text.is_empty()).unwrap_or_else(|| name.to_string())
}
