//! Where a door leads afterwards. The address came with the request, so it is only followed to a page of
//! this very admin.

/// `next`, if it is a path of the admin at `admin` (such as `/acme/admin`), else `admin` itself.
#[must_use]
pub fn next(admin: &str, next: &str) -> String {
    if is_inside(admin, next) { next.to_owned() } else { admin.to_owned() }
}

fn is_inside(admin: &str, next: &str) -> bool {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let Some(rest) = path.strip_prefix(admin) else { return false };
    // browsers read `\` as `/`, and take `..` and `%2e%2e` as steps upwards
    let plain = next.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
    let steps = rest
        .split('/')
        .any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."));
    let door = ["/sign-in", "/sign-out", "/forgot", "/reset"].iter().any(|door| rest.starts_with(door));
    plain && !steps && !door && (rest.is_empty() || rest.starts_with('/')) && !rest.contains("//")
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn pages_of_the_admin_are_followed() {
        for good in ["/acme/admin", "/acme/admin/content?q=a%20b&page=2", "/acme/admin/content/0190#body"] {
            assert_eq!(next("/acme/admin", good), good);
        }
        assert_eq!(next("/admin", "/admin/users"), "/admin/users");
    }

    #[test]
    fn nothing_else_is() {
        for bad in [
            "",
            "/",
            "/acme",
            "/acme/administrator",
            "/other/admin",
            "//evil.example/acme/admin",
            "https://evil.example/acme/admin",
            "/acme/admin/../../other/admin",
            "/acme/admin/%2E%2e/%2e%2e/other",
            "/acme/admin/\\evil.example",
            "\\\\evil.example",
            "/acme/admin//evil",
            "/acme/admin/a\r\nSet-Cookie: x=y",
            "/acme/admin/a b",
            "javascript:alert(1)",
            "/acme/admin/sign-in?next=/acme/admin/sign-in",
            "/acme/admin/sign-out",
        ] {
            assert_eq!(next("/acme/admin", bad), "/acme/admin", "{bad}");
        }
    }
}
