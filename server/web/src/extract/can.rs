//! A signed-in user who is allowed something, as a handler's argument: `Can<Menus>` cannot be had without
//! the permission.

use std::{marker::PhantomData, ops::Deref};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use rowhouse_domain::permission::{Area, Permission};

use super::Member;
use crate::error::WebError;

/// A permission as a type.
pub trait Need: 'static {
    /// The permission.
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($(#[$doc:meta])* $name:ident = $area:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Need for $name {
            const PERMISSION: Permission = Permission::Site(Area::$area);
        }
    )*};
}

/// The permissions that handlers ask for by type.
pub mod need {
    use super::{Area, Need, Permission};

    needs! {
        /// Entering the admin.
        Admin = Admin,
        /// Uploading.
        MediaUpload = MediaUpload,
        /// Categories and tags.
        Terms = Terms,
        /// Menus.
        Menus = Menus,
        /// Redirects.
        Redirects = Redirects,
        /// Site settings.
        Settings = Settings,
        /// The theme.
        Themes = Themes,
        /// Users.
        Users = Users,
        /// Roles.
        Roles = Roles,
        /// Tools.
        Tools = Tools,
    }
}

/// A signed-in user with the permission `N`.
pub struct Can<N> {
    member: Member,
    need: PhantomData<N>,
}

impl<N> Deref for Can<N> {
    type Target = Member;

    fn deref(&self) -> &Member {
        &self.member
    }
}

impl<N: Need> FromRequest for Can<N> {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let member = Member::from_request(request, payload);
        Box::pin(async move {
            let member = member.await?;
            member.actor().require(N::PERMISSION)?;
            Ok(Self { member, need: PhantomData })
        })
    }
}
