//! Screens one sees before being signed in: sign-in, forgotten password, first set-up.

use serde::Serialize;

use super::{OneTime, Problem, Shell, View};

/// Sign-in, of a tenant or of the Default tenant (`POST {admin_base}/sign-in`: `user`, `password`, `next`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignIn {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent; never says which of the two fields.
    pub problems: Vec<Problem>,
    /// User name or e-mail address as typed.
    pub user: String,
    /// Where to go afterwards, a path inside the admin.
    pub next: String,
    /// How long to wait after too many tries, such as `2 minutes`; absent when one may try.
    pub wait: Option<String>,
}

impl View for SignIn {
    const TEMPLATE: &'static str = "admin/sign-in.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let usual =
            Self { shell: Shell::sample("Sign in").signed_out(), next: "/content".into(), ..Self::default() };
        let wrong = Self {
            problems: vec![Problem::new("", "That user name and password do not belong together.")],
            user: "mara".into(),
            ..usual.clone()
        };
        let waiting = Self { wait: Some("2 minutes".into()), user: "mara".into(), ..usual.clone() };
        let host = Self { shell: Shell::host_sample("Sign in").signed_out(), ..Self::default() };
        vec![("usual", usual), ("wrong", wrong), ("waiting", waiting), ("host", host)]
    }
}

/// Asking for a link to choose a new password (`POST {admin_base}/forgot`: `user`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Forgot {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// User name or e-mail address as typed.
    pub user: String,
    /// Whether the request was taken. Says the same whether or not such a user exists.
    pub sent: bool,
}

impl View for Forgot {
    const TEMPLATE: &'static str = "admin/forgot.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let usual = Self { shell: Shell::sample("Forgotten password").signed_out(), ..Self::default() };
        let sent = Self { sent: true, ..usual.clone() };
        vec![("usual", usual), ("sent", sent)]
    }
}

/// Choosing a new password by a one-time link (`POST` to the link itself: `password`, `again`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChooseNew {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Whose password it is.
    pub user: String,
    /// Fewest characters of a password.
    pub minimum: u32,
    /// Whether the link was used or is too old; then there is no form.
    pub expired: bool,
}

impl View for ChooseNew {
    const TEMPLATE: &'static str = "admin/choose-new.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let usual = Self {
            shell: Shell::sample("Choose a new password").signed_out(),
            user: "mara".into(),
            minimum: 10,
            ..Self::default()
        };
        let wrong = Self {
            problems: vec![Problem::new("again", "The two passwords are not the same.")],
            ..usual.clone()
        };
        let expired = Self { expired: true, ..usual.clone() };
        vec![("usual", usual), ("wrong", wrong), ("expired", expired)]
    }
}

/// First run of the Default tenant (`POST`: `token`, `user`, `name`, `email`, `password`, `again`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct FirstRun {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// The one-time token, when it came with the address.
    pub token: String,
    /// User name as typed.
    pub user: String,
    /// Name as shown, as typed.
    pub name: String,
    /// E-mail address as typed.
    pub email: String,
    /// Fewest characters of a password.
    pub minimum: u32,
}

impl View for FirstRun {
    const TEMPLATE: &'static str = "admin/first-run.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let usual = Self {
            shell: Shell::host_sample("Set up Rowhouse").signed_out(),
            minimum: 12,
            ..Self::default()
        };
        let wrong = Self {
            problems: vec![
                Problem::new(
                    "token",
                    "This token is not the one in the log. Start the program again for a new one.",
                ),
                Problem::new("password", "This password is among the most common ones. Choose another."),
            ],
            token: "abcd".into(),
            user: "ode".into(),
            name: "Ode Ferreira".into(),
            email: "ode@sites.example".into(),
            ..usual.clone()
        };
        vec![("usual", usual), ("wrong", wrong)]
    }
}

/// Set-up of a tenant by its own administrator (`POST` to the one-time link: `title`, `user`, `name`, `email`,
/// `password`, `again`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct TenantSetup {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Title of the site as typed.
    pub title: String,
    /// User name as typed.
    pub user: String,
    /// Name as shown, as typed.
    pub name: String,
    /// E-mail address as typed.
    pub email: String,
    /// Fewest characters of a password.
    pub minimum: u32,
    /// Whether the link was used or is too old; then there is no form.
    pub expired: bool,
    /// The link itself, when the page should say until when it works.
    pub link: Option<OneTime>,
}

impl View for TenantSetup {
    const TEMPLATE: &'static str = "admin/tenant-setup.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let usual = Self {
            shell: Shell::sample("Set up your site").signed_out(),
            title: "Acme Joinery".into(),
            minimum: 10,
            ..Self::default()
        };
        let expired = Self { expired: true, ..usual.clone() };
        vec![("usual", usual), ("expired", expired)]
    }
}
