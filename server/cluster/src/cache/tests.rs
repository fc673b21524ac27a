//! Bounds and shares of the memory, and whose pages go first.

use bytes::Bytes;
use http::header::HeaderValue;
use jiff::Timestamp;
use rowhouse_domain::coherence::{Change, KeySpace, RenderKey, Tag, TagSet, Token, VOCABULARY, Version};

use super::*;
use crate::{
    protocol::{Answer, AsDesigned, Patience, TenantState, Window},
    render::{Body, Origin, Render},
};

const SECOND: u64 = 1_000_000_000;

fn page(version: Version, tags: TagSet, size: usize) -> Arc<Render> {
    Arc::new(Render {
        version,
        tags,
        status: 200,
        content_type: HeaderValue::from_static("text/html"),
        identity: Body { bytes: Bytes::from(vec![b'x'; size]), etag: HeaderValue::from_static("\"e\"") },
        brotli: None,
        gzip: None,
        headers: Vec::new(),
        made_at: Timestamp::UNIX_EPOCH,
    })
}

fn first() -> Version {
    Version { n: 1, token: Token::fresh() }
}

fn keys(tenant: TenantId, count: usize) -> Vec<RenderKey> {
    let space = KeySpace::new(tenant, "/acme", "t", "b", 1);
    (0..count).map(|n| space.key(&format!("/{n}"), "", "html", "en")).collect()
}

fn fill(site: &SiteCache, keys: &[RenderKey], size: usize, start: u64) {
    let head = first();
    let window = Window::starting_at(head, 0);
    for (at, key) in keys.iter().enumerate() {
        let now = Moment(start + at as u64 * SECOND);
        site.insert(key, page(head, TagSet::new(), size), Origin::Made, &window, now);
    }
}

#[test]
fn a_tenant_stays_within_its_share_and_keeps_what_was_used_last() {
    let cache = RenderCache::new(CacheLimits { bytes: 1 << 20, tenant_share: 0.25 });
    let site = cache.open(TenantId::fresh());
    let keys = keys(site.tenant(), 100);
    fill(&site, &keys, 8_000, 1);
    assert!(site.bytes() <= 1 << 18, "{} bytes", site.bytes());
    assert!(site.entries() >= 20, "{} pages", site.entries());
    assert!(site.peek(&keys[99]).is_some());
    assert!(site.peek(&keys[0]).is_none());
    assert_eq!(cache.stats(), CacheStats { bytes: site.bytes(), entries: site.entries(), sites: 1 });
}

#[test]
fn a_page_in_use_outlives_newer_ones_that_are_not() {
    let cache = RenderCache::new(CacheLimits { bytes: 400_000, tenant_share: 1.0 });
    let site = cache.open(TenantId::fresh());
    let keys = keys(site.tenant(), 30);
    fill(&site, &keys[..20], 10_000, 1);
    assert!(site.get(&keys[0], Moment(100 * SECOND)).is_some());
    site.shrink_to(30_000);
    let left: Vec<_> = (0..20).filter(|at| site.peek(&keys[*at]).is_some()).collect();
    assert_eq!(left, [0, 19]);
}

#[test]
fn all_tenants_together_stay_within_the_whole_and_the_idle_big_one_gives() {
    let cache = RenderCache::new(CacheLimits { bytes: 1_000_000, tenant_share: 0.6 });
    let (big, small) = (cache.open(TenantId::fresh()), cache.open(TenantId::fresh()));
    fill(&small, &keys(small.tenant(), 3), 10_000, 100 * SECOND);
    fill(&big, &keys(big.tenant(), 45), 10_000, 1);
    let third = cache.open(TenantId::fresh());
    for key in keys(third.tenant(), 55) {
        let head = first();
        let now = Moment(200 * SECOND);
        third.insert(
            &key,
            page(head, TagSet::new(), 10_000),
            Origin::Made,
            &Window::starting_at(head, 0),
            now,
        );
        cache.make_room(now);
    }
    assert!(cache.stats().bytes <= 1_000_000, "{:?}", cache.stats());
    assert_eq!((small.entries(), third.entries()), (3, 55));
    assert!(big.entries() < 45 && big.entries() > 10, "{} pages", big.entries());
}

#[test]
fn what_is_too_big_for_the_share_is_refused_and_closing_frees_all() {
    let cache = RenderCache::new(CacheLimits { bytes: 100_000, tenant_share: 0.5 });
    let site = cache.open(TenantId::fresh());
    let keys = keys(site.tenant(), 2);
    fill(&site, &keys[..1], 60_000, 1);
    assert_eq!(site.entries(), 0);
    fill(&site, &keys, 10_000, 1);
    assert!(site.remove(&keys[0]) && !site.remove(&keys[0]));
    cache.close(site.tenant());
    fill(&site, &keys, 10_000, 1); // a fill that was under way when the tenant was closed
    drop(site);
    assert_eq!(cache.stats(), CacheStats::default());
}

#[test]
fn a_page_is_valid_until_one_of_its_tags_is_touched_also_when_judged_before() {
    let cache = RenderCache::new(CacheLimits::default());
    let site = cache.open(TenantId::fresh());
    let patience = Patience { aside: std::time::Duration::ZERO, repair: std::time::Duration::ZERO };
    let mut state: TenantState<(), AsDesigned> = TenantState::new(AsDesigned, patience, None);
    let head = first();
    state.answer(Moment(1), Moment(1), &Answer { version: head, log: Vec::new(), fenced: false });
    let (key, tags) = (keys(site.tenant(), 1).remove(0), [Tag::Theme].into_iter().collect());
    site.insert(&key, page(head, tags, 10), Origin::Made, state.window().unwrap(), Moment(1));
    let held = site.peek(&key).unwrap();
    assert!(held.valid(state.window().unwrap()) && held.valid(state.window().unwrap()));
    let mut prev = head;
    for (touched, valid) in [(Tag::Settings, true), (Tag::Theme, false)] {
        let token = Token::fresh();
        let tags = [touched].into_iter().collect();
        let change = Change { n: prev.n + 1, token, prev: prev.token, tags, vocabulary: VOCABULARY };
        state.hint(&change, Moment(2));
        prev = change.version();
        assert_eq!(held.valid(state.window().unwrap()), valid);
    }
    let newer = page(prev, TagSet::new(), 20);
    assert!(site.insert(&key, newer, Origin::Made, state.window().unwrap(), Moment(3)));
    assert!(!site.insert(
        &key,
        page(head, TagSet::new(), 10),
        Origin::Made,
        state.window().unwrap(),
        Moment(4)
    ));
}
