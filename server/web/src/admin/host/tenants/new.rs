//! A new tenant.

use actix_web::{HttpRequest, web::Data};
use rowhouse_domain::tenant::{Isolation, Quotas};
use rowhouse_engine::{Mode, identity::PASSWORD_MINIMUM, tenants::Created};

use super::{
    form::{self, Typed},
    once, place,
};
use crate::{
    admin::{
        frame,
        host::{base_host, home, see},
        view::{Choice, Problem, TenantCreate, TenantCreated, Tone},
    },
    error::Result,
    extract::{Posted, SuperUser},
    state::Web,
};

/// The form.
///
/// # Errors
/// A fault in the template.
pub async fn show(request: HttpRequest, web: Data<Web>, who: SuperUser) -> Result {
    let typed = Typed { recipe: "blank".into(), ..Typed::default() };
    frame::show(&web, &request, "", &view(&request, &web, &who, &typed, Vec::new()))
}

/// Makes it, and shows once what is shown once.
///
/// # Errors
/// What a database says.
pub async fn create(request: HttpRequest, web: Data<Web>, who: SuperUser, posted: Posted<Typed>) -> Result {
    let typed = who.accept(posted)?;
    let problems = match typed.quotas() {
        Err(mut problems) => {
            // everything that is wrong is said at once
            if let Err(error) = web.node().lifecycle().check(&typed.create(&web, Quotas::default())) {
                problems.extend(form::refusal(error)?);
            }
            problems
        }
        Ok(quotas) => match web.node().lifecycle().create(typed.create(&web, quotas), &who.actor()).await {
            Ok(created) => {
                web.node().refresh().await?;
                return done(&request, &web, &who, &created);
            }
            Err(error) => form::refusal(error)?,
        },
    };
    frame::show_problems(&web, &request, "", &view(&request, &web, &who, &typed, problems))
}

fn view(
    request: &HttpRequest,
    web: &Web,
    who: &SuperUser,
    typed: &Typed,
    problems: Vec<Problem>,
) -> TenantCreate {
    let settings = web.node().settings();
    let chosen = typed.isolation.parse().unwrap_or(settings.isolation);
    let isolation = |value: Isolation, label: &str, hint: &str| {
        let choice = Choice::new(value.as_str(), label).with_hint(hint);
        if value == chosen { choice.chosen() } else { choice }
    };
    let mut shell = frame::host(web, request, who, "New tenant", "/tenants");
    shell.crumbs.push(crate::admin::view::Link::new("Tenants", "/admin/tenants"));
    TenantCreate {
        shell,
        problems,
        form: typed.view(web),
        recipes: form::recipes(&typed.recipe),
        isolations: vec![
            isolation(Isolation::Database, "A database of its own", ""),
            isolation(Isolation::Schema, "A schema in a shared database", "PostgreSQL only."),
        ],
        database_pattern: without_password(&settings.tenant_database_url),
        minimum: PASSWORD_MINIMUM,
        base_host: base_host(web),
        single: settings.mode == Mode::Single,
    }
}

/// The pattern of the settings may carry the password of a database server.
fn without_password(pattern: &str) -> String {
    let Some((scheme, rest)) = pattern.split_once("://") else { return pattern.to_owned() };
    match rest.rsplit_once('@') {
        Some((user, place)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => pattern.to_owned(),
    }
}

fn done(request: &HttpRequest, web: &Web, who: &SuperUser, created: &Created) -> Result {
    let tenant = &created.tenant;
    if created.existed {
        let text = "This tenant was there already, made by the same request.";
        return Ok(see(web, &place(tenant.name.as_str()), Tone::Neutral, text));
    }
    let url = home(web, tenant).unwrap_or_default();
    let mut shell = frame::host(web, request, who, &format!("{} is ready", tenant.title), "/tenants");
    shell.crumbs.push(crate::admin::view::Link::new("Tenants", "/admin/tenants"));
    let password = created.admin.as_ref().and_then(|a| a.password.as_ref());
    let view = TenantCreated {
        shell,
        name: tenant.name.to_string(),
        title: tenant.title.clone(),
        admin_url: format!("{url}admin"),
        user: created.admin.as_ref().map(|a| a.user.to_string()),
        password: password.map(|p| p.0.clone()),
        link: created.setup.as_ref().map(|link| once(&url, link)),
        public_url: url,
    };
    frame::show(web, request, "", &view)
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_pattern_is_shown_without_its_password() {
        let shown = without_password("postgres://rowhouse:s3cr@t@db.example/{name}");
        assert_eq!(shown, "postgres://rowhouse@db.example/{name}");
        assert_eq!(without_password("sqlite://data/{name}.db"), "sqlite://data/{name}.db");
    }
}
