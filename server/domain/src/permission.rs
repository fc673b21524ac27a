//! Permissions: grants only, united over a user's roles. Nothing can be denied, so that adding a role never
//! takes something away.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{UnknownWord, UserId, content::Kind, words};

words! {
    /// What may be done with items of a kind.
    pub enum Act {
        /// Begin a new one.
        Create = "create",
        /// Change one's own.
        EditOwn = "edit-own",
        /// Change anybody's.
        EditAny = "edit-any",
        /// Make one's own visible or take it back.
        PublishOwn = "publish-own",
        /// Make anybody's visible or take it back.
        PublishAny = "publish-any",
        /// Delete one's own.
        DeleteOwn = "delete-own",
        /// Delete anybody's.
        DeleteAny = "delete-any",
        /// Read it on the site.
        View = "view",
    }
}

words! {
    /// What may be done apart from items.
    pub enum Area {
        /// Enter the admin.
        Admin = "admin",
        /// Upload and describe media.
        MediaUpload = "media-upload",
        /// Change and delete anybody's media.
        MediaManage = "media-manage",
        /// Categories and tags.
        Terms = "terms",
        /// Menus.
        Menus = "menus",
        /// Redirects.
        Redirects = "redirects",
        /// Site settings.
        Settings = "settings",
        /// Choice and settings of the theme.
        Themes = "themes",
        /// User accounts and who has which role.
        Users = "users",
        /// Roles and what they grant.
        Roles = "roles",
        /// Import, export and cache tools.
        Tools = "tools",
    }
}

/// One thing that a role can grant. Written `page.publish-any`, `site.menus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// An act on items of a kind.
    Item(Kind, Act),
    /// An area of the admin.
    Site(Area),
}

impl Permission {
    /// Every permission there is.
    pub fn all() -> impl Iterator<Item = Permission> {
        let items = Kind::ALL.iter().flat_map(|k| Act::ALL.iter().map(|a| Permission::Item(*k, *a)));
        items.chain(Area::ALL.iter().map(|a| Permission::Site(*a)))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Permission::Item(kind, act) => write!(f, "{kind}.{act}"),
            Permission::Site(area) => write!(f, "site.{area}"),
        }
    }
}

impl FromStr for Permission {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('.') {
            Some(("site", area)) => Ok(Permission::Site(area.parse()?)),
            Some((kind, act)) => Ok(Permission::Item(kind.parse()?, act.parse()?)),
            None => {
                Err(UnknownWord { given: text.to_owned(), known: "page.edit-any, site.menus, …".into() })
            }
        }
    }
}

/// A set of granted permissions. Kept as a list of words; words that this build does not know are kept out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants(BTreeSet<Permission>);

impl Grants {
    /// Everything.
    #[must_use]
    pub fn everything() -> Self {
        Self(Permission::all().collect())
    }

    /// Exactly these.
    pub fn of(permissions: impl IntoIterator<Item = Permission>) -> Self {
        Self(permissions.into_iter().collect())
    }

    /// Whether `permission` is granted.
    #[must_use]
    pub fn has(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    /// All that is granted here or there.
    #[must_use]
    pub fn united(mut self, other: &Grants) -> Self {
        self.0.extend(other.0.iter().copied());
        self
    }

    /// The granted permissions in order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.0.iter().copied()
    }

    /// Whether `who` may do `own` to what belongs to `owner`, or `any` to everybody's.
    #[must_use]
    pub fn allows_item(&self, kind: Kind, own: Act, any: Act, who: UserId, owner: Option<UserId>) -> bool {
        self.has(Permission::Item(kind, any)) || (owner == Some(who) && self.has(Permission::Item(kind, own)))
    }
}

impl Serialize for Grants {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ToString::to_string))
    }
}

impl<'de> Deserialize<'de> for Grants {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        Ok(Self(words.iter().filter_map(|w| w.parse().ok()).collect()))
    }
}

words! {
    /// The roles that every tenant begins with.
    pub enum BuiltinRole {
        /// Everything in this tenant.
        Administrator = "administrator",
        /// All content, anybody's.
        Editor = "editor",
        /// Own posts, published too.
        Author = "author",
        /// Own drafts.
        Contributor = "contributor",
        /// Everybody who signed in; nobody assigns it.
        Authenticated = "authenticated",
        /// Everybody; nobody assigns it.
        Anonymous = "anonymous",
    }
}

impl BuiltinRole {
    /// Whether it can be given to a user.
    #[must_use]
    pub const fn assignable(self) -> bool {
        !matches!(self, BuiltinRole::Authenticated | BuiltinRole::Anonymous)
    }

    /// What a new tenant's role of this name grants.
    #[must_use]
    pub fn default_grants(self) -> Grants {
        use Act::{Create, DeleteOwn, EditOwn, PublishOwn, View};
        let site = |areas: &[Area]| areas.iter().map(|a| Permission::Site(*a)).collect::<Vec<_>>();
        let items =
            |kind: Kind, acts: &[Act]| acts.iter().map(|a| Permission::Item(kind, *a)).collect::<Vec<_>>();
        let all_acts = |kind: Kind| items(kind, Act::ALL);
        match self {
            BuiltinRole::Administrator => Grants::everything(),
            BuiltinRole::Editor => {
                Grants::of([all_acts(Kind::Page), all_acts(Kind::Post)].concat().into_iter().chain(site(&[
                    Area::Admin,
                    Area::MediaUpload,
                    Area::MediaManage,
                    Area::Terms,
                    Area::Menus,
                    Area::Redirects,
                ])))
            }
            BuiltinRole::Author => Grants::of(
                items(Kind::Post, &[Create, EditOwn, PublishOwn, DeleteOwn, View])
                    .into_iter()
                    .chain(site(&[Area::Admin, Area::MediaUpload])),
            ),
            BuiltinRole::Contributor => Grants::of(
                items(Kind::Post, &[Create, EditOwn, DeleteOwn, View])
                    .into_iter()
                    .chain(site(&[Area::Admin])),
            ),
            BuiltinRole::Authenticated | BuiltinRole::Anonymous => {
                Grants::of([Permission::Item(Kind::Page, View), Permission::Item(Kind::Post, View)])
            }
        }
    }
}
