//! Pages for what went wrong. A tenant's own are dressed in its theme where the theme can be read; what
//! cannot reach the database is dressed in the default theme and says nothing about the tenant's content.

use std::sync::Arc;

use rowhouse_domain::{addressing::Base, tenant::TenantState};
use rowhouse_render::context::{
    self, ForbiddenView, Head, NotFoundView, ServerErrorView, UnavailableReason, UnavailableView, View,
};

use super::{address::origin_of, chrome};
use crate::{node::Node, site::Site};

/// What went wrong, for visitors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing at this address.
    NotFound,
    /// Not for this visitor.
    Forbidden,
    /// A fault of ours.
    Internal {
        /// What the log calls the request.
        request_id: String,
    },
    /// Too much is going on, or a database is away.
    Busy {
        /// What the log calls the request.
        request_id: String,
    },
    /// The tenant is not in service.
    OutOfService {
        /// Why.
        state: TenantState,
        /// The tenant's title.
        title: String,
    },
    /// A request that cannot be taken.
    Refused {
        /// Its status.
        status: u16,
        /// Why, for the visitor.
        words: String,
    },
}

/// A page in the tenant's own dress.
#[crate::boxed]
pub async fn trouble(site: &Site, base: &Base, trouble: &Trouble) -> String {
    // a fault may come from the very database that the dress is in
    let reachable = matches!(trouble, Trouble::NotFound | Trouble::Forbidden | Trouble::Refused { .. });
    if reachable
        && let Ok((chrome, _)) = site.read(|s| Box::pin(async move { chrome::read(s).await })).await
        && let Ok((theme, dressed)) = chrome.dress(site, base)
        && let Some(html) = rendered(&theme, dressed, trouble)
    {
        return html;
    }
    let info = site.info();
    let origin = origin_of(&site.core().settings.public_url, base);
    let bare = context::Site::bare(info.title.clone(), origin, base.path());
    plain(&site.core().themes, bare, trouble)
}

/// A page that belongs to no tenant.
#[must_use]
pub fn neutral_trouble(node: &Node, trouble: &Trouble) -> String {
    let title = match trouble {
        Trouble::OutOfService { title, .. } if !title.is_empty() => title.clone(),
        _ => "Rowhouse".to_owned(),
    };
    let origin = origin_of(&node.settings().public_url, &Base::default());
    plain(&node.core().themes, context::Site::bare(title, origin, ""), trouble)
}

fn plain(themes: &rowhouse_render::Themes, site: context::Site, trouble: &Trouble) -> String {
    let theme = themes.get_or_default(rowhouse_render::theme::DEFAULT_THEME);
    theme
        .and_then(|theme| rendered(theme, Arc::new(site), trouble))
        .unwrap_or_else(|| "<!doctype html><title>Sorry</title><p>Something went wrong.".to_owned())
}

fn rendered(theme: &rowhouse_render::Theme, site: Arc<context::Site>, trouble: &Trouble) -> Option<String> {
    let head = |title: &str| {
        let mut head = Head::new(title, "/");
        head.robots = Some("noindex".into());
        head
    };
    let show = |html: Result<String, rowhouse_render::RenderError>| match html {
        Ok(html) => Some(html),
        Err(error) => {
            tracing::error!(theme = theme.name(), %error, "an error page cannot be rendered");
            None
        }
    };
    match trouble {
        Trouble::NotFound => show(render(theme, &NotFoundView { site, head: head("Not found") })),
        Trouble::Forbidden | Trouble::Refused { .. } => {
            show(render(theme, &ForbiddenView { site, head: head("Not allowed"), sign_in_url: None }))
        }
        Trouble::Internal { request_id } => show(render(
            theme,
            &ServerErrorView { site, head: head("Something went wrong"), request_id: request_id.clone() },
        )),
        Trouble::Busy { request_id } => {
            let (reason, request_id) = (UnavailableReason::Busy, Some(request_id.clone()));
            show(render(theme, &UnavailableView { site, head: head("Back in a moment"), reason, request_id }))
        }
        Trouble::OutOfService { state, .. } => {
            let view = UnavailableView {
                site,
                head: head("Not available"),
                reason: reason(*state),
                request_id: None,
            };
            show(render(theme, &view))
        }
    }
}

fn render<V: View>(theme: &rowhouse_render::Theme, view: &V) -> Result<String, rowhouse_render::RenderError> {
    theme.render(view)
}

const fn reason(state: TenantState) -> UnavailableReason {
    match state {
        TenantState::Suspended => UnavailableReason::Suspended,
        TenantState::Uninitialised => UnavailableReason::Uninitialised,
        TenantState::Failed => UnavailableReason::Failed,
        TenantState::Running | TenantState::Deleted => UnavailableReason::Busy,
    }
}
