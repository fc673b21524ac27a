//! What happens to tenants.
