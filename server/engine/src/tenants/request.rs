//! What somebody asks for when they create or edit a tenant, as typed, and the same read: all that is wrong
//! is said at once, and what comes out can be carried out.

use std::{collections::BTreeSet, fmt, str::FromStr};

use rowhouse_domain::{
    UserId,
    name::{EmailAddress, HostPattern, Prefix, TenantName, UserName},
    tenant::{AllowList, Feature, Isolation, Quotas, Recipe, Ring},
};
use rowhouse_render::Themes;
use rowhouse_store::DbUrl;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    error::{EngineError, FieldError, Result},
    identity::{NewPassword, Password},
    node::{Mode, Settings},
};

/// A tenant to be created, as typed. Empty texts mean the default.
#[derive(Clone, Debug, Default)]
pub struct CreateTenant {
    /// The short name; it never changes.
    pub name: String,
    /// What people call it; the name if empty.
    pub title: String,
    /// The address below the base. Absent: `/name`, unless there are hosts. Empty: none.
    pub prefix: Option<String>,
    /// Hosts of its own.
    pub hosts: Vec<String>,
    /// What it starts with; `blank` if empty.
    pub recipe: String,
    /// The theme it wears; the recipe's if empty.
    pub theme: String,
    /// `database` or `schema`; the node's default if empty.
    pub isolation: String,
    /// Its database; by the node's pattern if empty.
    pub database_url: String,
    /// The group of nodes that serves it; `main` if empty.
    pub ring: String,
    /// Themes it may wear; all if empty.
    pub themes: Vec<String>,
    /// Features it may use; all if empty.
    pub features: Vec<String>,
    /// What it may use at most.
    pub quotas: Quotas,
    /// Its administrator's login; `admin` if empty.
    pub admin_user: String,
    /// Its administrator's mail address.
    pub admin_email: String,
    /// Its administrator's password; one is made if absent.
    pub admin_password: Option<Password>,
    /// Leaves setting it up to its own administrator, by a one-time link.
    pub uninitialised: bool,
}

/// The first administrator of a tenant.
#[derive(Clone, Debug)]
pub(crate) struct FirstAdmin {
    pub(crate) user: UserName,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) password: Option<Password>,
}

/// A tenant to be created, read.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) name: TenantName,
    pub(crate) title: String,
    pub(crate) prefix: Option<Prefix>,
    pub(crate) hosts: Vec<HostPattern>,
    pub(crate) recipe: Recipe,
    pub(crate) theme: Option<String>,
    pub(crate) isolation: Isolation,
    pub(crate) database_url: Option<DbUrl>,
    pub(crate) ring: String,
    pub(crate) themes: AllowList<String>,
    pub(crate) features: AllowList<Feature>,
    pub(crate) quotas: Quotas,
    /// Absent if its own administrator sets it up.
    pub(crate) admin: Option<FirstAdmin>,
}

/// Collects what is wrong, field by field.
#[derive(Default)]
pub(crate) struct Reader {
    problems: Vec<FieldError>,
}

impl Reader {
    /// The value, unless the text is not of its kind.
    pub(crate) fn parse<T: FromStr>(&mut self, field: &'static str, text: &str) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        match text.trim().parse() {
            Ok(value) => Some(value),
            Err(problem) => {
                self.wrong(field, problem);
                None
            }
        }
    }

    /// As [`Reader::parse`], and nothing for an empty text.
    pub(crate) fn parse_or_none<T: FromStr>(&mut self, field: &'static str, text: &str) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        if text.trim().is_empty() { None } else { self.parse(field, text) }
    }

    /// Notes a problem.
    pub(crate) fn wrong(&mut self, field: &'static str, problem: impl fmt::Display) {
        self.problems.push(FieldError::new(field, problem));
    }

    /// The value, if nothing was wrong.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(EngineError::Invalid(self.problems)),
        }
    }

    pub(crate) fn title(&mut self, text: &str) -> String {
        let title = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.chars().count() > MAX_TITLE {
            self.wrong("title", format!("the title is longer than {MAX_TITLE} characters"));
        }
        title
    }

    pub(crate) fn hosts(&mut self, texts: &[String]) -> Vec<HostPattern> {
        let given = texts.iter().filter(|t| !t.trim().is_empty());
        let mut hosts: Vec<HostPattern> = Vec::new();
        for host in given.filter_map(|t| self.parse::<HostPattern>("hosts", t)).collect::<Vec<_>>() {
            // the first host is the one that links lead to, so the order stays
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        hosts
    }

    pub(crate) fn features(&mut self, texts: &[String]) -> AllowList<Feature> {
        AllowList(texts.iter().filter_map(|t| self.parse_or_none("features", t)).collect())
    }

    pub(crate) fn themes(&mut self, texts: &[String]) -> AllowList<String> {
        let names: BTreeSet<String> =
            texts.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
        for name in &names {
            self.theme_name("themes", name);
        }
        AllowList(names)
    }

    pub(crate) fn theme_name(&mut self, field: &'static str, name: &str) {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(allowed) {
            self.wrong(field, format!("{name:?} is not the name of a theme"));
        }
    }

    pub(crate) fn ring(&mut self, text: &str) -> String {
        let text = text.trim();
        if text.is_empty() {
            return Ring::default().0;
        }
        self.parse::<TenantName>("ring", text).map_or_else(String::new, |name| name.to_string())
    }

    /// Where a tenant of this name answers: what was asked for, else below the base by its name.
    pub(crate) fn addresses(
        &mut self,
        settings: &Settings,
        name: Option<&TenantName>,
        prefix: Option<&str>,
        hosts: &[String],
    ) -> (Option<Prefix>, Vec<HostPattern>) {
        let given = hosts.iter().any(|t| !t.trim().is_empty());
        let hosts = self.hosts(hosts);
        let prefix = match prefix {
            Some(text) => self.parse_or_none("prefix", text),
            None if given || settings.mode == Mode::Single => None,
            None => name.map(Prefix::of),
        };
        self.check_addresses(settings, prefix.as_ref(), given);
        (prefix, hosts)
    }

    pub(crate) fn check_addresses(&mut self, settings: &Settings, prefix: Option<&Prefix>, hosts: bool) {
        match (settings.mode, prefix) {
            (Mode::Single, Some(_)) => {
                self.wrong("prefix", "a single site has the base itself; leave the prefix empty");
            }
            (Mode::Multi, None) if !hosts && !self.problems.iter().any(|p| p.field == "prefix") => {
                self.wrong("prefix", "give a prefix, a host, or both: otherwise nothing leads to the site");
            }
            _ => {}
        }
    }
}

const MAX_TITLE: usize = 120;
/// Fewest characters of a password, as for every user of a tenant.
const FEWEST: usize = 8;

impl CreateTenant {
    /// Reads every field.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] with everything that is wrong.
    pub(crate) fn read(&self, settings: &Settings, known: &Themes) -> Result<Plan> {
        let mut reader = Reader::default();
        let name = reader.parse::<TenantName>("name", &self.name);
        let (prefix, hosts) = reader.addresses(settings, name.as_ref(), self.prefix.as_deref(), &self.hosts);
        let title = reader.title(&self.title);
        let recipe = reader.parse_or_none("recipe", &self.recipe).unwrap_or(Recipe::Blank);
        let isolation = reader.parse_or_none("isolation", &self.isolation).unwrap_or(settings.isolation);
        let database_url = reader.parse_or_none("database_url", &self.database_url);
        let themes = reader.themes(&self.themes);
        let theme = self.read_theme(&mut reader, &themes, known);
        let (ring, features) = (reader.ring(&self.ring), reader.features(&self.features));
        let admin = self.read_admin(&mut reader);
        let quotas = self.quotas;
        let plan = name.map(|name| Plan {
            title: if title.is_empty() { name.to_string() } else { title },
            name,
            prefix,
            hosts,
            recipe,
            theme,
            isolation,
            database_url,
            ring,
            themes,
            features,
            quotas,
            admin,
        });
        reader.finish(plan)
    }

    fn read_theme(&self, reader: &mut Reader, allowed: &AllowList<String>, known: &Themes) -> Option<String> {
        let theme = self.theme.trim();
        if theme.is_empty() {
            return None;
        }
        if known.get(theme).is_none() {
            reader.wrong("theme", format!("there is no theme {theme:?}"));
        }
        if !allowed.allows(theme) {
            reader.wrong("theme", format!("{theme} is not among the themes that are allowed to it"));
        }
        Some(theme.to_owned())
    }

    fn read_admin(&self, reader: &mut Reader) -> Option<FirstAdmin> {
        if self.uninitialised {
            if self.admin_password.is_some() || !self.admin_user.trim().is_empty() {
                reader.wrong(
                    "admin_user",
                    "its own administrator chooses a name and password when setting it up",
                );
            }
            return None;
        }
        let user = if self.admin_user.trim().is_empty() { "admin" } else { &self.admin_user };
        let user = reader.parse("admin_user", user);
        let email = reader.parse_or_none("admin_email", &self.admin_email);
        if let Some(password) = &self.admin_password {
            let names = [self.admin_user.as_str(), &self.admin_email, &self.name, &self.title];
            let names: Vec<&str> = names.into_iter().filter(|n| !n.trim().is_empty()).collect();
            if let Err(problem) = NewPassword::parse(&password.0, FEWEST, &names) {
                reader.wrong("admin_password", problem);
            }
        }
        user.map(|user| FirstAdmin { user, email, password: self.admin_password.clone() })
    }
}

/// What is told apart when a request comes again. Passwords are not: who repeats a request may not have them.
#[derive(Serialize)]
struct Fingerprinted<'a> {
    name: &'a TenantName,
    title: &'a str,
    prefix: &'a Option<Prefix>,
    hosts: &'a [HostPattern],
    recipe: Recipe,
    theme: &'a Option<String>,
    isolation: Isolation,
    database_url: Option<String>,
    ring: &'a str,
    themes: &'a AllowList<String>,
    features: &'a AllowList<Feature>,
    quotas: Quotas,
    admin: Option<(&'a UserName, &'a Option<EmailAddress>)>,
}

impl Plan {
    /// Equal for equal requests.
    pub(crate) fn fingerprint(&self) -> String {
        let told = Fingerprinted {
            name: &self.name,
            title: &self.title,
            prefix: &self.prefix,
            hosts: &self.hosts,
            recipe: self.recipe,
            theme: &self.theme,
            isolation: self.isolation,
            // without its password, like everything that is stored in the open
            database_url: self.database_url.as_ref().map(ToString::to_string),
            ring: &self.ring,
            themes: &self.themes,
            features: &self.features,
            quotas: self.quotas,
            admin: self.admin.as_ref().map(|a| (&a.user, &a.email)),
        };
        let text = serde_json::to_vec(&told).unwrap_or_default();
        hex::encode(Sha256::digest(text))
    }
}

/// Changes to a tenant, as typed. What is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct EditTenant {
    /// What people call it.
    pub title: Option<String>,
    /// The address below the base; empty for none.
    pub prefix: Option<String>,
    /// Hosts of its own, all of them.
    pub hosts: Option<Vec<String>>,
    /// The group of nodes that serves it.
    pub ring: Option<String>,
    /// Themes it may wear; empty for all.
    pub themes: Option<Vec<String>>,
    /// Features it may use; empty for all.
    pub features: Option<Vec<String>>,
    /// What it may use at most.
    pub quotas: Option<Quotas>,
    /// The version of the row that the form was made from; a newer one refuses.
    pub seen: Option<i64>,
}

/// An [`EditTenant`], read.
#[derive(Clone, Debug)]
pub(crate) struct Edits {
    pub(crate) title: Option<String>,
    pub(crate) prefix: Option<Option<Prefix>>,
    pub(crate) hosts: Option<Vec<HostPattern>>,
    pub(crate) ring: Option<String>,
    pub(crate) themes: Option<AllowList<String>>,
    pub(crate) features: Option<AllowList<Feature>>,
    pub(crate) quotas: Option<Quotas>,
    pub(crate) seen: Option<i64>,
}

impl EditTenant {
    pub(crate) fn read(&self) -> Result<Edits> {
        let mut reader = Reader::default();
        let title = self.title.as_ref().map(|t| reader.title(t));
        if title.as_ref().is_some_and(String::is_empty) {
            reader.wrong("title", "the title is empty: give the site a name");
        }
        let edits = Edits {
            title,
            prefix: self.prefix.as_ref().map(|t| reader.parse_or_none("prefix", t)),
            hosts: self.hosts.as_ref().map(|t| reader.hosts(t)),
            ring: self.ring.as_ref().map(|t| reader.ring(t)),
            themes: self.themes.as_ref().map(|t| reader.themes(t)),
            features: self.features.as_ref().map(|t| reader.features(t)),
            quotas: self.quotas,
            seen: self.seen,
        };
        reader.finish(Some(edits))
    }
}

/// An account that was made for a tenant, and its password where that was made too.
#[derive(Clone, Debug)]
pub struct MadeAdmin {
    /// Its id in the tenant.
    pub id: UserId,
    /// Its login.
    pub user: UserName,
    /// The password, shown once; absent if it was given.
    pub password: Option<Password>,
}
