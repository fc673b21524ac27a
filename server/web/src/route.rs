//! What a line of the route table says, and the macro that turns lines into both: the table that tests read,
//! and the registration that requests run through. They cannot differ.

/// Who a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Everybody, and of use to those who are not signed in: doors, and links that carry their own proof.
    Door,
    /// Users of the tenant; each handler says by its arguments what they must be allowed.
    Member,
    /// Super users.
    Super,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `get` or `post`.
    pub method: &'static str,
    /// The pattern, below the tenant's base.
    pub path: &'static str,
    /// Who it is for.
    pub access: Access,
    /// The handler's path in this crate.
    pub handler: &'static str,
}

/// `routes! { pub NAME, configure_fn; get "/admin" Member => admin::dashboard::show, … }`
macro_rules! routes {
    ($(#[$doc:meta])* $table:ident, $(#[$cdoc:meta])* $configure:ident;
     $($method:ident $path:literal $access:ident => $handler:path,)*) => {
        $(#[$doc])*
        pub const $table: &[$crate::route::Route] = &[
            $($crate::route::Route {
                method: stringify!($method),
                path: $path,
                access: $crate::route::Access::$access,
                handler: stringify!($handler),
            },)*
        ];

        $(#[$cdoc])*
        pub fn $configure(config: &mut actix_web::web::ServiceConfig) {
            let _ = &config;
            $(config.route($path, actix_web::web::$method().to($handler));)*
        }
    };
}
pub(crate) use routes;
