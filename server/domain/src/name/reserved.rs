//! First segments that belong to the system: inside every tenant, and at the base beside them what only
//! the Default tenant and the operations listener answer.

const IN_TENANT: [&str; 5] = ["admin", "api", "assets", "media", "setup"];
const AT_BASE: [&str; 8] =
    ["default", "favicon.ico", "healthz", "livez", "metrics", "readyz", "robots.txt", "sitemap.xml"];

/// Whether content of a tenant may not live under this first segment (given in lower case).
#[must_use]
pub fn is_reserved_in_tenant(segment: &str) -> bool {
    segment.starts_with(['_', '.']) || IN_TENANT.contains(&segment)
}

/// Whether no tenant may have this first segment (given in lower case) at the base.
#[must_use]
pub fn is_reserved_at_base(segment: &str) -> bool {
    is_reserved_in_tenant(segment) || AT_BASE.contains(&segment)
}
