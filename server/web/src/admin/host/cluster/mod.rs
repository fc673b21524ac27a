//! The nodes of the installation.

pub mod forget;
pub mod show;

const HERE: &str = "/admin/cluster";
