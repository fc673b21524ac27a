//! The fields of a tenant: as they are filled in, as they are typed, and as the engine is asked.

use std::collections::BTreeSet;

use rowhouse_domain::tenant::{Feature, Quotas, Recipe};
use rowhouse_engine::{
    EngineError, TenantInfo,
    identity::Password,
    tenants::{CreateTenant, EditTenant},
};
use serde::Deserialize;

use crate::{
    admin::{
        say,
        view::{Choice, Problem, TenantForm},
    },
    error::WebError,
    state::Web,
};

/// What was typed into the form of a new tenant or of one that is there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub name: String,
    pub title: String,
    pub prefix: String,
    pub hosts: String,
    pub ring: String,
    pub recipe: String,
    pub theme: String,
    pub allowed_theme: Vec<String>,
    pub feature: Vec<String>,
    pub quota_media: String,
    pub quota_items: String,
    pub quota_users: String,
    pub isolation: String,
    pub database_url: String,
    pub setup: String,
    pub admin_user: String,
    pub admin_email: String,
    pub admin_password: String,
    pub version: Option<i64>,
}

/// Bytes in what the form calls a megabyte.
const MEGABYTE: u64 = 1 << 20;

impl Typed {
    /// What the form of a tenant begins with.
    pub fn of(tenant: &TenantInfo) -> Self {
        let limit = |n: u64| if n == 0 { String::new() } else { n.to_string() };
        Self {
            name: tenant.name.to_string(),
            title: tenant.title.clone(),
            prefix: tenant.prefix.as_ref().map(ToString::to_string).unwrap_or_default(),
            hosts: tenant.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            ring: tenant.ring.clone(),
            allowed_theme: tenant.themes.0.iter().cloned().collect(),
            feature: tenant.features.0.iter().map(ToString::to_string).collect(),
            quota_media: limit(tenant.quotas.media_bytes.div_ceil(MEGABYTE)),
            quota_items: limit(tenant.quotas.items),
            quota_users: limit(tenant.quotas.users),
            ..Self::default()
        }
    }

    fn hosts(&self) -> Vec<String> {
        self.hosts.split_whitespace().map(str::to_owned).collect()
    }

    /// The limits, or what is wrong with them.
    pub fn quotas(&self) -> Result<Quotas, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut read = |field: &str, text: &str| {
            let text = text.trim();
            let number = if text.is_empty() { Ok(0) } else { text.parse::<u64>() };
            number.unwrap_or_else(|_| {
                problems.push(Problem::new(field, "Give a whole number, or nothing for no limit."));
                0
            })
        };
        let quotas = Quotas {
            media_bytes: read("quota_media", &self.quota_media).saturating_mul(MEGABYTE),
            items: read("quota_items", &self.quota_items),
            users: read("quota_users", &self.quota_users),
        };
        if problems.is_empty() { Ok(quotas) } else { Err(problems) }
    }

    /// The request for a new tenant.
    pub fn create(&self, web: &Web, quotas: Quotas) -> CreateTenant {
        let later = self.setup == "later";
        let password = Some(&self.admin_password).filter(|p| !p.is_empty() && !later);
        let of_admin = |text: &String| if later { String::new() } else { text.clone() };
        CreateTenant {
            name: self.name.clone(),
            title: self.title.clone(),
            prefix: Some(self.prefix.clone()),
            hosts: self.hosts(),
            recipe: self.recipe.clone(),
            theme: self.theme.clone(),
            isolation: self.isolation.clone(),
            database_url: self.database_url.clone(),
            ring: self.ring.clone(),
            themes: some_of(&self.allowed_theme, &theme_names(web)),
            features: some_of(&self.feature, &feature_names()),
            quotas,
            admin_user: of_admin(&self.admin_user),
            admin_email: of_admin(&self.admin_email),
            admin_password: password.map(|p| Password(p.clone())),
            uninitialised: later,
        }
    }

    /// The request to change one.
    pub fn edit(&self, web: &Web, quotas: Quotas) -> EditTenant {
        EditTenant {
            title: Some(self.title.clone()),
            prefix: Some(self.prefix.clone()),
            hosts: Some(self.hosts()),
            ring: Some(self.ring.clone()),
            themes: Some(some_of(&self.allowed_theme, &theme_names(web))),
            features: Some(some_of(&self.feature, &feature_names())),
            quotas: Some(quotas),
            seen: self.version,
        }
    }

    /// The fields, filled in. What stands for everything is shown as everything ticked.
    pub fn view(&self, web: &Web) -> TenantForm {
        let ticked = |names: &[String], name: &str| names.is_empty() || names.iter().any(|n| n == name);
        let core = web.node().core();
        let theme = |t: &std::sync::Arc<rowhouse_render::Theme>| Choice::new(t.name(), &t.manifest.title);
        let themes = std::iter::once(Choice::new("", "The recipe's"))
            .chain(core.themes.iter().map(theme))
            .map(|c| if c.value == self.theme { c.chosen() } else { c });
        let allowed = core.themes.iter().map(theme);
        let allowed = allowed.map(|c| if ticked(&self.allowed_theme, &c.value) { c.chosen() } else { c });
        let features = Feature::ALL.iter().map(|f| feature(*f));
        let features = features.map(|c| if ticked(&self.feature, &c.value) { c.chosen() } else { c });
        TenantForm {
            name: self.name.clone(),
            title: self.title.clone(),
            prefix: self.prefix.clone(),
            hosts: self.hosts.clone(),
            ring: self.ring.clone(),
            themes: themes.collect(),
            allowed_themes: allowed.collect(),
            features: features.collect(),
            quota_media: self.quota_media.clone(),
            quota_items: self.quota_items.clone(),
            quota_users: self.quota_users.clone(),
            database_url: self.database_url.clone(),
            setup: if self.setup.is_empty() { "now".into() } else { self.setup.clone() },
            admin_user: self.admin_user.clone(),
            admin_email: self.admin_email.clone(),
        }
    }
}

/// The chosen names; nothing, which means all, if none or all are chosen.
fn some_of(chosen: &[String], all: &BTreeSet<String>) -> Vec<String> {
    let chosen: BTreeSet<&String> = chosen.iter().filter(|name| !name.is_empty()).collect();
    if chosen.is_empty() || all.iter().all(|name| chosen.contains(name)) {
        return Vec::new();
    }
    chosen.into_iter().cloned().collect()
}

fn theme_names(web: &Web) -> BTreeSet<String> {
    web.node().core().themes.iter().map(|theme| theme.name().to_owned()).collect()
}

fn feature_names() -> BTreeSet<String> {
    Feature::ALL.iter().map(ToString::to_string).collect()
}

fn feature(feature: Feature) -> Choice {
    let (label, hint) = match feature {
        Feature::Posts => ("Posts", "Archives and feeds with them."),
        Feature::Media => ("Media", "Uploads and the picker."),
        Feature::Import => ("Import", "From other systems."),
        Feature::Themes => ("Themes", "Choosing and setting them."),
        Feature::Redirects => ("Redirects", "From old addresses."),
        Feature::Passwords => ("Passwords", "On single pages."),
    };
    Choice::new(feature.as_str(), label).with_hint(hint)
}

/// What a tenant can start with.
pub fn recipes(chosen: &str) -> Vec<Choice> {
    let choice = |recipe: &Recipe| {
        let (label, hint) = match recipe {
            Recipe::Blank => ("Blank", "A home page and nothing else."),
            Recipe::Company => ("Company", "A handful of pages and a menu."),
            Recipe::Blog => ("Blog", "Posts, categories and a feed."),
        };
        let choice = Choice::new(recipe.as_str(), label).with_hint(hint);
        if recipe.as_str() == chosen { choice.chosen() } else { choice }
    };
    Recipe::ALL.iter().map(choice).collect()
}

/// The last part of where a tenant's data is: a file, a database, a schema.
pub fn database_name(tenant: &TenantInfo) -> String {
    let label = tenant.database_label();
    label.rsplit(['/', ' ']).next().unwrap_or_default().to_owned()
}

/// What the form is told about its refusal, beside the fields as the form names them.
///
/// # Errors
/// The error, if another page has to answer it.
pub fn refusal(error: EngineError) -> Result<Vec<Problem>, WebError> {
    let mut problems = say::refusal(error)?;
    for problem in &mut problems {
        match problem.field.as_str() {
            "themes" => problem.field = "allowed_theme".into(),
            "features" => problem.field = "feature".into(),
            _ => {}
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|n| (*n).to_owned()).collect()
    }

    #[test]
    fn all_and_none_stand_for_everything() {
        let all: BTreeSet<String> = names(&["a", "b"]).into_iter().collect();
        assert_eq!(some_of(&names(&["b", "a"]), &all), Vec::<String>::new());
        assert_eq!(some_of(&[], &all), Vec::<String>::new());
        assert_eq!(some_of(&names(&["b"]), &all), ["b"]);
    }

    #[test]
    fn limits_are_numbers_or_nothing() {
        let typed = Typed { quota_media: "2".into(), quota_users: " ".into(), ..Typed::default() };
        assert_eq!(typed.quotas().unwrap(), Quotas { media_bytes: 2 << 20, items: 0, users: 0 });
        let wrong = Typed { quota_items: "many".into(), quota_users: "-1".into(), ..Typed::default() };
        let fields: Vec<String> = wrong.quotas().unwrap_err().into_iter().map(|p| p.field).collect();
        assert_eq!(fields, ["quota_items", "quota_users"]);
    }
}
