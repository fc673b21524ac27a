//! What a new tenant starts with: pages, posts, menus, colours and pictures, written into its database in one
//! change. Texts lie beside this file as Markdown with a head in TOML.

mod apply;
mod book;
mod canvas;
mod picture;

pub(crate) use apply::apply;
