//! The table of design decisions on addresses, and properties that hold for any host and path.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::name::{HostPattern, Prefix, is_reserved_at_base};

/// A tenant from `name prefix host,host old,old`, where `-` stands for nothing.
fn entry(number: u128, text: &str) -> Entry {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let list = |field: &str| -> Vec<String> {
        field.split(',').filter(|part| *part != "-").map(str::to_owned).collect()
    };
    Entry {
        tenant: TenantId(Uuid::from_u128(number)),
        name: fields[0].parse().unwrap(),
        prefix: list(fields[1]).first().map(|p| p.parse().unwrap()),
        hosts: list(fields[2]).iter().map(|h| h.parse().unwrap()).collect(),
        old_prefixes: list(fields[3]).iter().map(|p| p.parse().unwrap()).collect(),
        state: TenantState::Running,
    }
}

const STREET: [&str; 11] = [
    "acme      /acme    -                              /firm,/old/firm",
    "acme2     /acme2   -                              -",
    "journal   /journal -                              -",
    "eu        /eu      -                              -",
    "eu-acme   /eu/acme -                              -",
    "own       -        www.own.org,own.org            /own",
    "shop      /shop    www.own.org                    /store",
    "wild      -        *.wild.org                     /wild",
    "deep      -        *.deep.wild.org                -",
    "twin      /twin    twin.org,[::1]                 /zwilling",
    "buecher   -        bücher.example                 -",
];

fn street() -> Directory {
    let mut directory = Directory::new(["base.org".parse().unwrap(), "sites.wild.org".parse().unwrap()]);
    let entries = STREET.iter().zip(1..).map(|(text, number)| entry(number, text)).collect();
    assert_eq!(directory.fill(entries), []);
    directory
}

/// One word for an answer: `acme|/acme|/rest`, `301 /x`, `default /x`, `strange /x`, `unknown x`, `bad`.
fn said(directory: &Directory, host: &str, path: &str) -> String {
    match directory.resolve(host, path) {
        Resolution::Tenant { tenant, base, rest, .. } => {
            format!("{}|{base}|{}", directory.get(tenant).unwrap().name, rest.as_str())
        }
        Resolution::Redirect { host: None, path } => format!("301 {path}"),
        Resolution::Redirect { host: Some(host), path } => format!("301 //{host}{path}"),
        Resolution::Default { rest, strange_host: false } => format!("default {}", rest.as_str()),
        Resolution::Default { rest, strange_host: true } => format!("strange {}", rest.as_str()),
        Resolution::UnknownPrefix { segment } => format!("unknown {segment}"),
        Resolution::BadPath => "bad".to_owned(),
    }
}

const TABLE: [(&str, &str, &str); 118] = [
    // prefixes match on whole segments only
    ("base.org", "/acme/", "acme|/acme|/"),
    ("base.org", "/acme/about", "acme|/acme|/about"),
    ("base.org", "/acme/About", "acme|/acme|/About"),
    ("base.org", "/acme2/", "acme2|/acme2|/"),
    ("base.org", "/acme2/x", "acme2|/acme2|/x"),
    ("base.org", "/ac", "unknown ac"),
    ("base.org", "/ac/me", "unknown ac"),
    ("base.org", "/acme22", "unknown acme22"),
    ("base.org", "/acmeabout", "unknown acmeabout"),
    ("base.org", "/x/acme/", "unknown x"),
    // the longest match wins
    ("base.org", "/eu/", "eu|/eu|/"),
    ("base.org", "/eu/x", "eu|/eu|/x"),
    ("base.org", "/eu/acme/", "eu-acme|/eu/acme|/"),
    ("base.org", "/eu/acme/x/y", "eu-acme|/eu/acme|/x/y"),
    ("base.org", "/eu/acmes", "eu|/eu|/acmes"),
    ("base.org", "/eu/journal/x", "eu|/eu|/journal/x"),
    // canonical forms
    ("base.org", "/acme", "301 /acme/"),
    ("base.org", "/ACME", "301 /acme/"),
    ("base.org", "/ACME/", "301 /acme/"),
    ("base.org", "/ACME/x", "301 /acme/x"),
    ("base.org", "/Acme/X%20y/", "301 /acme/X%20y"),
    ("base.org", "/%61cme/x", "301 /acme/x"),
    ("base.org", "/EU/acme/x", "301 /eu/acme/x"),
    ("base.org", "/eu/ACME", "301 /eu/acme/"),
    ("base.org", "/acme/about/", "301 /acme/about"),
    ("base.org", "//acme", "301 /acme/"),
    ("base.org", "//acme/", "301 /acme/"),
    ("base.org", "/acme//", "301 /acme/"),
    ("base.org", "/acme//about", "301 /acme/about"),
    ("base.org", "/acme///about//us", "301 /acme/about/us"),
    ("base.org", "/eu//acme/x", "301 /eu/acme/x"),
    ("base.org", "//evil.org/acme", "bad"),
    ("base.org", "//evil/", "unknown evil"),
    ("base.org", "/acme//evil.org", "301 /acme/evil.org"),
    // paths in disguise
    ("base.org", "/acme/../journal", "bad"),
    ("base.org", "/acme/./about", "bad"),
    ("base.org", "/acme/%2e%2e/journal", "bad"),
    ("base.org", "/acme/.%2E/journal", "bad"),
    ("base.org", "/acme/%2e", "bad"),
    ("base.org", "/../acme/", "bad"),
    ("base.org", "/acme%2fadmin", "bad"),
    ("base.org", "/acme%2Fadmin", "bad"),
    ("base.org", "/acme/a%2fb", "bad"),
    ("base.org", "/acme/a%5cb", "bad"),
    ("base.org", "/acme/a\\b", "bad"),
    ("base.org", "/acme\\admin", "bad"),
    ("base.org", "/acme/%00", "bad"),
    ("base.org", "/acme/a\0", "bad"),
    ("base.org", "/acme/a%0d%0aSet-Cookie:x", "bad"),
    ("base.org", "/acme/%7f", "bad"),
    ("base.org", "/acme/%c2%85", "bad"),
    ("base.org", "/acme/%ff", "bad"),
    ("base.org", "/acme/%c3", "bad"),
    ("base.org", "/acme/%", "bad"),
    ("base.org", "/acme/%g0", "bad"),
    ("base.org", "/acme/%2", "bad"),
    ("base.org", "/acme/%%32%65", "bad"),
    ("base.org", "/acme?x", "bad"),
    ("base.org", "", "bad"),
    ("base.org", "*", "bad"),
    ("base.org", "acme/", "bad"),
    // what looks odd and is literal
    ("base.org", "/acme/%252e%252e/x", "acme|/acme|/%2e%2e/x"),
    ("base.org", "/acme/...", "acme|/acme|/..."),
    ("base.org", "/acme/a;x=1", "acme|/acme|/a;x=1"),
    ("base.org", "/acme/..;/x", "acme|/acme|/..;/x"),
    ("base.org", "/acme;x=1", "bad"),
    ("base.org", "/acme;x=1/about", "bad"),
    ("base.org", "/acme/a%3fb%23c", "acme|/acme|/a?b#c"),
    ("base.org", "/ACME/a%3fb%23c%25d", "301 /acme/a%3Fb%23c%25d"),
    ("base.org", "/acme/%C3%BCber", "acme|/acme|/über"),
    ("base.org", "/acme/über/", "301 /acme/%C3%BCber"),
    ("base.org", "/acme/a+b%20c", "acme|/acme|/a+b c"),
    ("base.org", "/ac%20me", "bad"),
    ("base.org", "/%C3%A4cme/", "bad"),
    // the Default tenant's own
    ("base.org", "/", "default /"),
    ("base.org", "//", "301 /"),
    ("base.org", "/admin", "default /admin"),
    ("base.org", "/admin/tenants/1", "default /admin/tenants/1"),
    ("base.org", "/admin/", "301 /admin"),
    ("base.org", "/Admin/X", "301 /admin/X"),
    ("base.org", "/admin//X%20", "301 /admin/X%20"),
    ("base.org", "/%61dmin", "default /admin"),
    ("base.org", "/setup", "default /setup"),
    ("base.org", "/assets/a.css", "default /assets/a.css"),
    ("base.org", "/robots.txt", "default /robots.txt"),
    ("base.org", "/sitemap.xml", "default /sitemap.xml"),
    ("base.org", "/favicon.ico", "default /favicon.ico"),
    ("base.org", "/.well-known/x", "default /.well-known/x"),
    ("base.org", "/_x", "default /_x"),
    ("base.org", "/_é/", "301 /_%C3%A9"),
    ("base.org", "/_%C3%A9", "default /_é"),
    ("base.org", "/wp-login.php", "bad"),
    // hosts: case, port, trailing dot, nonsense
    ("Base.Org:8080", "/acme/", "acme|/acme|/"),
    ("base.org.", "/", "default /"),
    ("elsewhere.org", "/", "strange /"),
    ("elsewhere.org", "/acme/x", "acme|/acme|/x"),
    ("", "/", "strange /"),
    ("a b", "/nobody", "unknown nobody"),
    ("127.0.0.1:8080", "/acme", "301 /acme/"),
    // a host of one's own shows that tenant alone
    ("www.own.org", "/", "own|//www.own.org|/"),
    ("WWW.OWN.ORG.:443", "/acme/x", "own|//www.own.org|/acme/x"),
    ("own.org", "/admin", "own|//own.org|/admin"),
    ("own.org", "/a//b/", "301 /a/b"),
    ("own.org", "/own/x", "own|//own.org|/own/x"),
    // host and prefix before the host alone
    ("www.own.org", "/shop/x", "shop|//www.own.org/shop|/x"),
    ("www.own.org", "/store/x", "301 /shop/x"),
    ("own.org", "/shop/x", "own|//own.org|/shop/x"),
    ("twin.org", "/", "bad"),
    ("twin.org", "/acme/", "unknown acme"),
    ("[::1]:8080", "/twin/x", "twin|//[::1]/twin|/x"),
    ("twin.org", "/zwilling", "301 /twin/"),
    // wildcards: not the apex, not the installation's own host, the nearest one wins
    ("a.wild.org", "/x", "wild|//a.wild.org|/x"),
    ("wild.org", "/", "strange /"),
    ("sites.wild.org", "/acme/", "acme|/acme|/"),
    ("a.b.deep.wild.org", "/", "deep|//a.b.deep.wild.org|/"),
    ("deep.wild.org", "/", "wild|//deep.wild.org|/"),
    ("xn--bcher-kva.example", "/x", "buecher|//xn--bcher-kva.example|/x"),
    ("bücher.example", "/", "buecher|//xn--bcher-kva.example|/"),
];

const OLD: [(&str, &str, &str); 7] = [
    ("base.org", "/firm", "301 /acme/"),
    ("base.org", "/Firm/a//b/", "301 /acme/a/b"),
    ("base.org", "/old/firm/x", "301 /acme/x"),
    ("base.org", "/old/x", "unknown old"),
    // from the base host to the tenant's own, but not to a host that is only a pattern
    ("base.org", "/own/x", "301 //www.own.org/x"),
    ("base.org", "/zwilling/x", "301 //twin.org/twin/x"),
    ("base.org", "/wild/x", "unknown wild"),
];

#[test]
fn every_row_of_the_table_holds() {
    let street = street();
    for (host, path, answer) in TABLE.iter().chain(&OLD) {
        assert_eq!(said(&street, host, path), *answer, "{host} {path}");
    }
}

#[test]
fn a_redirect_leads_to_an_answer_in_one_step() {
    let street = street();
    for (host, path, _) in TABLE.iter().chain(&OLD) {
        if let Resolution::Redirect { host: to, path } = street.resolve(host, path) {
            let to = to.map_or((*host).to_owned(), String::from);
            let next = street.resolve(&to, &path);
            assert!(
                !matches!(next, Resolution::Redirect { .. } | Resolution::BadPath),
                "{to} {path}: {next:?}"
            );
        }
    }
}

#[test]
fn a_tenant_out_of_service_keeps_its_address_and_a_deleted_one_frees_it() {
    let mut street = street();
    let mut acme = entry(1, STREET[0]);
    acme.state = TenantState::Suspended;
    street.insert(acme.clone()).unwrap();
    let answer = street.resolve("base.org", "/acme/");
    assert!(matches!(answer, Resolution::Tenant { state: TenantState::Suspended, .. }), "{answer:?}");
    acme.state = TenantState::Deleted;
    street.insert(acme.clone()).unwrap();
    assert_eq!(said(&street, "base.org", "/acme/"), "unknown acme");
    assert_eq!(said(&street, "base.org", "/firm/"), "unknown firm");
    assert!(street.by_name("acme").is_none() && street.get(acme.tenant).is_some());
    street.insert(entry(99, "acme /acme - -")).unwrap();
    acme.state = TenantState::Running;
    assert_eq!(street.insert(acme.clone()), Err(Conflict::Name(acme.name)));
}

#[test]
fn an_address_has_one_tenant() {
    let street = street();
    let rows = [
        ("acme /x - -", "there is already a tenant called \"acme\": choose another name"),
        ("n /acme - -", "the prefix /acme belongs to the tenant \"acme\": choose another prefix"),
        ("n - own.org -", "own.org belongs to the tenant \"own\": choose another host or prefix"),
        ("n /x x.org,www.own.org -", ""),
        (
            "n /shop x.org,www.own.org -",
            "www.own.org/shop belongs to the tenant \"shop\": choose another host or prefix",
        ),
        ("n /shop own.org -", ""),
        ("n - *.wild.org -", "*.wild.org belongs to the tenant \"wild\": choose another host or prefix"),
        ("n - a.wild.org -", ""),
        (
            "n - base.org -",
            "base.org is the host of this installation itself: give a prefix on it, or another host",
        ),
        ("n - - -", "the tenant has no address: give it a prefix or a host"),
        ("n /acme/sub - -", ""),
        ("n /firm - -", ""),
    ];
    for (text, message) in rows {
        let said =
            street.check(&entry(50, text)).map_or_else(|conflict| conflict.to_string(), |()| String::new());
        assert_eq!(said, message, "{text}");
    }
}

#[test]
fn conflicting_tenants_are_left_out_and_named() {
    let mut directory = Directory::new([]);
    let left = directory.fill(vec![entry(2, "b /x - -"), entry(1, "a /x - -"), entry(3, "c /y - -")]);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].0.name.as_str(), "b");
    assert_eq!(said(&directory, "h", "/x/"), "a|/x|/");
    assert_eq!(directory.entries().count(), 2);
}

#[test]
fn moving_a_tenant_frees_its_old_place_and_redirects_from_it() {
    let mut street = street();
    street.insert(entry(1, "acme /neu neu.org /acme")).unwrap();
    assert_eq!(said(&street, "base.org", "/acme/x"), "301 //neu.org/neu/x");
    assert_eq!(said(&street, "neu.org", "/neu/x"), "acme|//neu.org/neu|/x");
    // A living tenant goes before a memory, and the memory comes back when it leaves.
    street.insert(entry(60, "next /acme - -")).unwrap();
    assert_eq!(said(&street, "base.org", "/acme/x"), "next|/acme|/x");
    street.remove(TenantId(Uuid::from_u128(60)));
    assert_eq!(said(&street, "base.org", "/acme/x"), "301 //neu.org/neu/x");
    street.remove(TenantId(Uuid::from_u128(1)));
    assert_eq!(said(&street, "base.org", "/acme/x"), "unknown acme");
    assert_eq!(said(&street, "neu.org", "/neu/x"), "unknown neu");
    assert_eq!(said(&street, "neu.org", "/"), "strange /");
}

#[test]
fn of_two_tenants_with_the_same_old_prefix_the_younger_is_meant() {
    let mut directory = Directory::new([]);
    assert_eq!(directory.fill(vec![entry(2, "b /b - /x"), entry(1, "a /a - /x")]), []);
    assert_eq!(said(&directory, "h", "/x/p"), "301 /b/p");
    directory.remove(TenantId(Uuid::from_u128(2)));
    assert_eq!(said(&directory, "h", "/x/p"), "301 /a/p");
}

#[test]
fn in_single_mode_the_tenant_has_the_whole_base() {
    let mut directory = Directory::single([]);
    directory.insert(entry(1, "site - - -")).unwrap();
    for path in ["/", "/about", "/admin", "/robots.txt", "/wp-login.php"] {
        assert_eq!(said(&directory, "any.org", path), format!("site||{path}"));
    }
    assert_eq!(said(&directory, "any.org", "/about/"), "301 /about");
    assert_eq!(directory.insert(entry(2, "other - - -")), Err(Conflict::Single("site".parse().unwrap())));
}

#[test]
fn ten_thousand_tenants_are_each_found() {
    let mut directory = Directory::new(["base.org".parse().unwrap()]);
    let entries = (0..10_000u128).map(|n| match n % 4 {
        0 => entry(n + 1, &format!("t{n} /t{n} - -")),
        1 => entry(n + 1, &format!("t{n} /r{}/t{n} - -", n % 7)),
        2 => entry(n + 1, &format!("t{n} - t{n}.example.org -")),
        _ => entry(n + 1, &format!("t{n} - *.t{n}.example.net -")),
    });
    assert_eq!(directory.fill(entries.collect()), []);
    for n in 0..10_000u128 {
        let (host, path) = match n % 4 {
            0 => ("base.org".to_owned(), format!("/t{n}/x")),
            1 => ("base.org".to_owned(), format!("/r{}/t{n}/x", n % 7)),
            2 => (format!("t{n}.example.org"), "/x".to_owned()),
            _ => (format!("a.t{n}.example.net"), "/x".to_owned()),
        };
        let answer = directory.resolve(&host, &path);
        let meant = TenantId(Uuid::from_u128(n + 1));
        assert!(
            matches!(&answer, Resolution::Tenant { tenant, rest, .. } if *tenant == meant && rest.as_str() == "/x"),
            "{host}{path}: {answer:?}"
        );
    }
}

/// Hosts and paths that come near to the street's, and any others.
fn near_host() -> impl Strategy<Value = String> {
    let known = prop::sample::select(TABLE.iter().map(|row| row.0.to_owned()).collect::<Vec<_>>());
    prop_oneof![3 => known, 1 => "[a-cA-C.:0-9-]{0,12}", 1 => "\\PC{0,12}"]
}

fn near_path() -> impl Strategy<Value = String> {
    let parts = [
        "acme", "ACME", "eu", "Eu", "shop", "firm", "twin", "admin", "x", "..", ".", "%2e", "%2f", "%61",
        ";", "/", "//", "é", "%c3%bc", "%", "a.b", "_", "\\", "%25",
    ];
    let part = prop::sample::select(parts.to_vec());
    let built = prop::collection::vec((part, prop::bool::ANY), 0..8).prop_map(|parts| {
        let text = |(part, slash): (&str, bool)| format!("{part}{}", if slash { "/" } else { "" });
        format!("/{}", parts.into_iter().map(text).collect::<String>())
    });
    let known = prop::sample::select(TABLE.iter().map(|row| row.1.to_owned()).collect::<Vec<_>>());
    prop_oneof![5 => built, 1 => known, 2 => "\\PC{0,24}"]
}

fn claims(entry: &Entry, base: &Base, host: &str) -> bool {
    match (&base.host, HostName::of_request(host)) {
        (None, _) => entry.hosts.is_empty(),
        (Some(own), Some(asked)) => {
            *own == asked && entry.hosts.iter().any(|pattern: &HostPattern| pattern.matches(&asked))
        }
        (Some(_), None) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_gets_a_request_for_another(host in near_host(), path in near_path()) {
        let street = street();
        match street.resolve(&host, &path) {
            Resolution::Tenant { tenant, base, rest, .. } => {
                let entry = street.get(tenant).unwrap();
                prop_assert!(claims(entry, &base, &host));
                prop_assert_eq!(&base.prefix, &entry.prefix);
                let behind = path.strip_prefix(base.path());
                prop_assert!(behind.is_some_and(|rest| rest.starts_with('/')), "{} is not under {}", path, base);
                prop_assert!(rest.segments().all(|s| s != "." && s != ".." && !s.contains(['/', '\\', '\0'])));
                let longer = street.at_base().filter(|_| base.host.is_none()).filter_map(|e| e.prefix.as_ref());
                let inside = |p: &Prefix| path.starts_with(&format!("{p}/"));
                prop_assert!(longer.filter(|p| inside(p)).all(|p| p.as_str().len() <= base.path().len()));
            }
            Resolution::Redirect { host: to, path } => {
                prop_assert!(path.starts_with('/') && !path.starts_with("//") && path.is_ascii());
                let next = street.resolve(to.as_ref().map_or(host.as_str(), HostName::as_str), &path);
                prop_assert!(!matches!(next, Resolution::Redirect { .. } | Resolution::BadPath), "{:?}", next);
            }
            Resolution::Default { rest, .. } => {
                prop_assert!(rest.segments().next().is_none_or(is_reserved_at_base));
            }
            Resolution::UnknownPrefix { segment } => {
                let prefix = format!("/{segment}");
                prop_assert!(prefix.parse::<Prefix>().is_ok());
            }
            Resolution::BadPath => {}
        }
    }
}
