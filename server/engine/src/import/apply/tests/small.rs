//! Rules of the import, each on a small export.

use rowhouse_domain::content::{MenuPlace, Status};

use super::{super::Tally, world::*};
use crate::{Actor, EngineError, content, import::Report};

/// An export of these elements.
fn export(inner: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>Harbour Walks</title><link>https://walks.example</link>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://walks.example</wp:base_site_url>
<wp:base_blog_url>https://walks.example</wp:base_blog_url>
{inner}
</channel></rss>"#
    )
}

/// A post or page; `more` are further elements.
fn item(id: u64, kind: &str, status: &str, title: &str, link: &str, more: &str) -> String {
    let slug = title.to_lowercase().replace(' ', "-");
    format!(
        "<item><title>{title}</title><link>https://walks.example{link}</link><dc:creator>anna</dc:creator>\
         <wp:post_id>{id}</wp:post_id><wp:post_type>{kind}</wp:post_type><wp:status>{status}</wp:status>\
         <wp:post_name>{slug}</wp:post_name><wp:post_date>2020-05-06 09:08:09</wp:post_date>\
         <wp:post_date_gmt>2020-05-06 07:08:09</wp:post_date_gmt>{more}</item>\n"
    )
}

fn body(text: &str) -> String {
    format!("<content:encoded><![CDATA[{text}]]></content:encoded>")
}

fn meta(key: &str, value: &str) -> String {
    format!(
        "<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value>{value}</wp:meta_value></wp:postmeta>"
    )
}

fn menu_entry(id: u64, menu: &str, title: &str, fields: &[(&str, &str)]) -> String {
    let mut more: String = fields.iter().map(|(key, value)| meta(key, value)).collect();
    more += &format!("<category domain=\"nav_menu\" nicename=\"{menu}\">{menu}</category>");
    more += &format!("<wp:menu_order>{id}</wp:menu_order>");
    item(id, "nav_menu_item", "publish", title, "/x", &more)
}

fn created(tallies: [Tally; 4]) -> [u64; 4] {
    tallies.map(|tally| tally.created)
}

fn totals(r: &Report) -> [u64; 9] {
    [r.authors, r.categories, r.tags, r.posts, r.pages, r.menus, r.menu_entries, r.attachments, r.redirects]
        .map(|tally| tally.total())
}

/// Everything at once: people, a tree of categories, a child before its parent, all states, menus.
fn whole() -> String {
    let author = |login: &str, mail: &str, name: &str| {
        format!(
            "<wp:author><wp:author_login>{login}</wp:author_login><wp:author_email>{mail}</wp:author_email>\
             <wp:author_display_name>{name}</wp:author_display_name></wp:author>"
        )
    };
    let category = |slug: &str, parent: &str, name: &str| {
        format!(
            "<wp:category><wp:term_id>{}</wp:term_id><wp:category_nicename>{slug}</wp:category_nicename>\
             <wp:category_parent>{parent}</wp:category_parent><wp:cat_name>{name}</wp:cat_name></wp:category>",
            slug.len()
        )
    };
    let filed = "<category domain=\"category\" nicename=\"piers\">Piers</category>\
                 <category domain=\"post_tag\" nicename=\"gulls\">Gulls</category>";
    let links = body(
        "Read <a href=\"https://walks.example/about/tides/\">about tides</a> and \
         <a href=\"https://walks.example/?p=11\">more</a>.\n\nThen [weather town=\"x\"] <script>alert(1)</script>",
    );
    let below = "<wp:post_parent>20</wp:post_parent>";
    let locked = format!("<wp:post_password>oyster</wp:post_password>{}", body("the hidden pearl"));
    let parts = [
        author("anna", "anna@walks.example", "Anna Berg"),
        author("Ben Kahn", "not an address", "Ben"),
        // the child stands before its parent
        category("piers", "coast", "Piers"),
        category("coast", "", "Coast"),
        "<wp:tag><wp:tag_slug>gulls</wp:tag_slug><wp:tag_name>Gulls</wp:tag_name></wp:tag>".into(),
        item(21, "page", "publish", "Tides", "/about/tides/", below),
        item(20, "page", "publish", "About", "/about/", ""),
        item(10, "post", "publish", "First light", "/2020/05/06/first-light/", &format!("{filed}{links}")),
        item(
            11,
            "post",
            "publish",
            "Second wind",
            "/2020/05/06/second-wind/",
            "<wp:is_sticky>1</wp:is_sticky>",
        ),
        item(12, "post", "draft", "Half done", "/?p=12", ""),
        item(13, "post", "pending", "Please read", "/?p=13", ""),
        item(14, "post", "private", "For us", "/2020/05/06/for-us/", ""),
        item(15, "post", "future", "Long gone plan", "/?p=15", ""),
        item(16, "post", "trash", "Thrown away", "/?p=16", ""),
        item(17, "post", "publish", "Locked", "/2020/05/06/locked/", &locked),
        item(
            18,
            "post",
            "publish",
            "",
            "/2020/05/06/18/",
            &body("Words that begin a text without a title of its own"),
        ),
        item(19, "post", "future", "To come", "/?p=19", "").replace("2020-05-06", "2031-01-02"),
    ];
    export(&(parts.concat() + &menus()))
}

/// A tree of entries, one that no menu may have, and a menu that no place is for.
fn menus() -> String {
    let parts = [
        menu_entry(30, "main-menu", "", &[("_menu_item_type", "post_type"), ("_menu_item_object_id", "20")]),
        menu_entry(
            31,
            "main-menu",
            "",
            &[
                ("_menu_item_type", "post_type"),
                ("_menu_item_object_id", "21"),
                ("_menu_item_menu_item_parent", "30"),
            ],
        ),
        menu_entry(
            32,
            "main-menu",
            "Piers",
            &[
                ("_menu_item_type", "taxonomy"),
                ("_menu_item_object", "category"),
                ("_menu_item_object_id", "5"),
            ],
        ),
        menu_entry(
            33,
            "main-menu",
            "Bad",
            &[("_menu_item_type", "custom"), ("_menu_item_url", "javascript:alert(1)")],
        ),
        menu_entry(34, "extra", "Spare", &[("_menu_item_type", "custom"), ("_menu_item_url", "/about/")]),
    ];
    parts.concat()
}

#[test]
fn everything_comes_over_in_its_state_and_place() {
    on_each(|world| async move {
        let file = world.file("walks.xml", whole());
        let report = world.import(&file).await.unwrap();
        assert!(report.complete && report.ending.is_none());
        let [posts, pages, entries, authors] =
            created([report.posts, report.pages, report.menu_entries, report.authors]);
        assert_eq!((posts, pages, entries, authors), (9, 2, 3, 2), "{:#?}", report.warnings);
        assert_eq!((report.posts.skipped, report.menu_entries.failed), (1, 1));
        assert_eq!(report.unknown_shortcodes.get("weather"), Some(&1));

        let first = world.at("/2020/05/first-light").await.unwrap();
        assert_eq!(first.author.as_ref().unwrap().name, "Anna Berg");
        assert_eq!(first.published_at, "2020-05-06T07:08:09Z".parse().unwrap());
        assert_eq!(first.terms.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["Piers", "Gulls"]);
        assert!(first.body.contains("href=\"/about/tides\""), "{}", first.body);
        assert!(first.body.contains("href=\"/2020/05/second-wind\""), "{}", first.body);
        assert!(!first.body.contains("script"), "{}", first.body);

        let tides = world.at("/about/tides").await.unwrap();
        assert_eq!(tides.parent, Some(world.at("/about").await.unwrap().id));
        assert!(world.at("/2020/05/second-wind").await.unwrap().sticky);
        assert!(world.at("/2020/05/words-that-begin-a-text-without-a-title").await.is_none());
        assert_eq!(world.row("Words that begin a text without a title").await.status, Status::Published);
        for (title, status) in [
            ("Half done", Status::Draft),
            ("Please read", Status::Review),
            ("For us", Status::Draft),
            ("Long gone plan", Status::Draft),
            ("To come", Status::Scheduled),
        ] {
            let row = world.row(title).await;
            assert_eq!((row.status, row.route), (status, None), "{title}");
        }
        assert_eq!(world.row("To come").await.publish_at, Some("2031-01-02T07:08:09Z".parse().unwrap()));
        assert!(!world.rows().await.iter().any(|row| row.title == "Thrown away"));
    });
}

#[test]
fn what_visitors_get() {
    on_each(|world| async move {
        let early = world.visit("/2020/05/first-light").await;
        assert_eq!(early.status, 404);
        world.import(&world.file("walks.xml", whole())).await.unwrap();
        assert!(world.visit("/2020/05/first-light").await.text().contains("First light"));
        let locked = world.visit("/2020/05/locked").await;
        assert_eq!((locked.status, locked.html.contains("hidden pearl")), (200, false));
        let piers = world.visit("/category/piers").await;
        assert!(piers.text().contains("First light"));
        for (old, now) in [
            ("/2020/05/06/first-light", "/acme/2020/05/first-light"),
            ("/?p=10", "/acme/2020/05/first-light"),
            ("/?page_id=21", "/acme/about/tides"),
            ("/category/coast/piers", "/acme/category/piers"),
            ("/feed", "/acme/feed.xml"),
        ] {
            let seen = world.visit(old).await;
            assert_eq!((seen.status, seen.location.as_deref()), (301, Some(now)), "{old}");
        }
        // a draft's number, a number of nobody's
        for old in ["/?p=12", "/?p=999"] {
            let seen = world.visit(old).await;
            assert_ne!(seen.status, 301, "{old}");
            assert!(seen.location.is_some_and(|to| to.trim_end_matches('/') == "/acme"), "{old}");
        }
    });
}

#[test]
fn menus_stand_as_trees_where_their_names_say() {
    on_each(|world| async move {
        let report = world.import(&world.file("walks.xml", whole())).await.unwrap();
        assert_eq!((report.menus.created, report.menus.skipped, report.menu_entries.skipped), (1, 1, 1));
        let menus = world.site.read(|s| Box::pin(async move { s.menus().await })).await.unwrap().0;
        let (_, menu) = menus.into_iter().find(|(place, _)| *place == MenuPlace::Main).unwrap();
        let titles: Vec<_> = menu.iter().map(|e| (e.title.as_str(), e.target.as_str())).collect();
        assert_eq!(titles, [("About", "/about"), ("Piers", "/category/piers")]);
        let below: Vec<_> = menu[0].children.iter().map(|e| e.target.as_str()).collect();
        assert_eq!(below, ["/about/tides"]);
    });
}

#[test]
fn a_second_run_changes_nothing() {
    on_each(|world| async move {
        let file = world.file("walks.xml", whole());
        let first = world.import(&file).await.unwrap();
        let (rows, revision) = (world.rows().await, world.revision().await);
        let second = world.import(&file).await.unwrap();
        assert_eq!(totals(&first), totals(&second));
        let again = [second.posts, second.pages, second.menu_entries, second.redirects].map(|t| t.created);
        assert_eq!(again, [0; 4]);
        assert_eq!(second.posts.unchanged, first.posts.created);
        assert_eq!(second.redirects.unchanged, first.redirects.created);
        assert_eq!(world.revision().await, revision);
        assert_eq!(world.rows().await, rows);
    });
}

#[test]
fn what_an_editor_changed_is_left_alone() {
    on_each(|world| async move {
        let file = world.file("walks.xml", whole());
        world.import(&file).await.unwrap();
        let (site, system) = (&world.site, Actor::system());
        let row = world.row("First light").await;
        let mut document = content::open(site, &system, row.id).await.unwrap().latest.document;
        document.title = "Dawn".into();
        content::publish(site, &system, row.id, row.latest_version, Some(document)).await.unwrap();
        let report = world.import(&file).await.unwrap();
        assert_eq!(report.posts.created, 0);
        assert_eq!(world.at("/2020/05/first-light").await.unwrap().title, "Dawn");
    });
}

#[test]
fn a_file_that_is_cut_off_gives_what_it_has_and_the_rest_comes_later() {
    on_each(|world| async move {
        let text = whole();
        let cut = text.find("Second wind").unwrap();
        let report = world.import(&world.file("cut.xml", text.split_at(cut).0)).await.unwrap();
        assert!(!report.complete);
        let ending = report.ending.as_ref().unwrap();
        assert!(ending.line > 5 && ending.reason.contains("cut off"), "{ending:?}");
        assert_eq!((report.pages.created, report.posts.created), (2, 1));
        assert!(world.at("/2020/05/first-light").await.is_some());
        let report = world.import(&world.file("walks.xml", text)).await.unwrap();
        assert_eq!((report.complete, report.pages.unchanged, report.posts.created), (true, 2, 8));
    });
}

#[test]
fn a_child_whose_parent_comes_in_a_later_run_stands_below_it() {
    on_each(|world| async move {
        let below = "<wp:post_parent>20</wp:post_parent>";
        let child = item(21, "page", "publish", "Tides", "/about/tides/", below);
        world.import(&world.file("one.xml", export(&child))).await.unwrap();
        assert_eq!(world.at("/tides").await.unwrap().parent, None);
        let both = child + &item(20, "page", "publish", "About", "/about/", "");
        world.import(&world.file("both.xml", export(&both))).await.unwrap();
        assert_eq!(world.at("/tides").await.unwrap().parent, Some(world.at("/about").await.unwrap().id));
    });
}

#[test]
fn what_is_no_export_is_refused() {
    on_each(|world| async move {
        for text in ["<html><body>hello</body></html>", "just words", ""] {
            let refused = world.import(&world.file("x.xml", text)).await;
            assert!(matches!(refused, Err(EngineError::Input(_))), "{text:?}: {refused:?}");
        }
        let missing = world.import(&world.folder.path().join("none.xml")).await;
        assert!(matches!(missing, Err(EngineError::Input(_))), "{missing:?}");
        assert!(world.rows().await.iter().all(|row| row.source.is_none()));
        assert!(world.visit("/").await.text().contains("This is the first page of"));
    });
}

fn picture() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(40, 30, image::Rgb([20, 90, 140]))
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    png.into_inner()
}

fn with_files() -> String {
    let at = "https://walks.example/wp-content/uploads/2020/05/pier.png";
    let url = format!("<wp:attachment_url>{at}</wp:attachment_url>");
    let gone = url.replace("pier.png", "gone.png");
    let alt = meta("_wp_attachment_image_alt", "A pier at low tide");
    let text = body(&format!("<p>See <img src=\"{at}\" alt=\"x\"></p>"));
    let parts = [
        item(10, "post", "publish", "Seen", "/2020/05/06/seen/", &(text + &meta("_thumbnail_id", "40"))),
        item(40, "attachment", "inherit", "Pier", "/2020/05/06/seen/pier/", &(url + &alt)),
        item(41, "attachment", "inherit", "Gone", "/2020/05/06/seen/gone/", &gone),
    ];
    export(&parts.concat())
}

#[test]
fn files_in_the_folder_are_stored_and_shown() {
    on_each(|world| async move {
        world.file("uploads/2020/05/pier.png", picture());
        let (file, dir) = (world.file("files.xml", with_files()), world.folder.path().join("uploads"));
        let report = world.import_with(&file, Some(dir.clone())).await.unwrap();
        assert_eq!((report.attachments.created, report.attachments.failed), (1, 1), "{:?}", report.files);
        let id = report.files[0].stored.unwrap();
        assert!(report.files[1].reason.as_ref().unwrap().contains("not in the folder"));
        let seen = world.at("/2020/05/seen").await.unwrap();
        assert!(seen.body.contains(&format!("src=\"/media/{id}/original\"")), "{}", seen.body);
        assert_eq!(seen.featured.unwrap().alt, "A pier at low tide");
        let old = world.visit("/wp-content/uploads/2020/05/pier.png").await;
        assert_eq!(old.location, Some(format!("/acme/media/{id}/original")));
        let again = world.import_with(&file, Some(dir)).await.unwrap();
        assert_eq!((again.attachments.created, again.attachments.unchanged), (0, 1));
    });
}

#[test]
fn without_a_folder_files_are_listed_and_stay_where_they_were() {
    on_each(|world| async move {
        let report = world.import(&world.file("files.xml", with_files())).await.unwrap();
        assert_eq!((report.attachments.skipped, report.files.len()), (2, 2));
        let seen = world.at("/2020/05/seen").await.unwrap();
        assert!(seen.body.contains("https://walks.example/wp-content/uploads/2020/05/pier.png"));
        assert!(seen.featured.is_none());
    });
}

#[test]
fn the_page_at_the_old_root_becomes_the_home_page() {
    on_each(|world| async move {
        let page = item(5, "page", "publish", "Welcome", "/", &body("Come in."));
        world.import(&world.file("home.xml", export(&page))).await.unwrap();
        assert!(world.visit("/").await.text().contains("Come in."));
    });
}

#[test]
fn an_actor_without_the_right_to_import_is_refused() {
    on_each(|world| async move {
        let actor = Actor { grants: Default::default(), is_super: false, ..Actor::system() };
        let options = crate::import::ImportOptions { media_dir: None, actor };
        let file = world.file("walks.xml", whole());
        let refused = crate::import::import_wordpress(&world.site, &file, options, |_| {}).await;
        assert!(matches!(refused, Err(EngineError::Denied { .. })), "{refused:?}");
    });
}
