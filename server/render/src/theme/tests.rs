//! Themes: every template with every sample, inheritance, settings, colours, addresses of assets.

use std::{fs, path::Path};

use super::*;
use crate::{
    colour::{Oklch, READABLE},
    context::{SettingValue, samples},
};

fn shipped() -> Themes {
    Themes::load(None).unwrap()
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn every_template_of_every_theme_renders_every_sample() {
    for theme in shipped().iter() {
        let problems = check::check_loaded(theme);
        assert!(problems.is_empty(), "{}: {}", theme.name(), problems[0]);
        let mut shown: Vec<&str> = samples::all(theme).iter().map(|sample| sample.template).collect();
        shown.sort_unstable();
        shown.dedup();
        let mut pages = check::PAGES.to_vec();
        pages.sort_unstable();
        assert_eq!(shown, pages);
    }
}

#[test]
fn titles_and_links_reach_the_page() {
    for theme in shipped().iter() {
        for sample in samples::all(theme) {
            let html = render_sample(theme, sample.template, &sample.values).unwrap();
            let at = format!("{} {} {}", theme.name(), sample.template, sample.name);
            assert!(html.starts_with("<!doctype html>"), "{at}");
            assert_eq!(html.matches("<h1").count(), 1, "one main heading: {at}");
            assert_eq!(html.matches("<main").count(), 1, "{at}");
            assert!(html.contains("href=\"#rh-main\""), "{at}");
            let site = &sample.values["site"];
            let base = site["base"].as_str().unwrap();
            if base.is_empty() {
                continue;
            }
            for address in html.split("href=\"/").skip(1).chain(html.split("src=\"/").skip(1)) {
                let address = address.split('"').next().unwrap();
                assert!(
                    format!("/{address}").starts_with(base)
                        || address.starts_with("admin")
                        || address.starts_with("acme/admin"),
                    "{at}: /{address}"
                );
            }
            for kind in ["page", "post"] {
                if let Some(title) = sample.values[kind]["title"].as_str()
                    && sample.template != "home.html"
                {
                    assert!(html.contains(title), "{at}");
                }
            }
        }
    }
}

#[test]
fn values_are_escaped_everywhere() {
    let evil = "\"><script>alert(1)</script>";
    fn poison(value: &mut serde_json::Value, evil: &str) {
        match value {
            serde_json::Value::String(text) if !text.contains('<') && text.contains(' ') => {
                *text = evil.to_owned()
            }
            serde_json::Value::Array(all) => all.iter_mut().for_each(|v| poison(v, evil)),
            serde_json::Value::Object(all) => all.values_mut().for_each(|v| poison(v, evil)),
            _ => {}
        }
    }
    for theme in shipped().iter() {
        for mut sample in samples::all(theme) {
            poison(&mut sample.values, evil);
            let html = render_sample(theme, sample.template, &sample.values).unwrap();
            assert!(!html.contains("<script>alert"), "{} {}", theme.name(), sample.template);
        }
    }
}

#[test]
fn a_folder_may_build_on_a_shipped_theme_and_replace_parts() {
    let root = tempfile::tempdir().unwrap();
    write(
        &root.path().join("mine"),
        &[
            (
                "theme.toml",
                "title = \"Mine\"\nextends = \"default\"\n[[settings]]\nkey = \"accent\"\nkind = \"colour\"\nlabel = \"A\"\ndefault = \"#123456\"\n",
            ),
            (
                "templates/404.html",
                "mine {{ asset(path='own.css') }} {{ asset(path='style.css') }} {{ word(key='older') }}",
            ),
            ("assets/own.css", "a{}"),
            ("words/en.toml", "older = \"Further down\""),
        ],
    );
    let themes = Themes::load(Some(root.path())).unwrap();
    let mine = themes.get("mine").unwrap();
    let html = mine.templates().render("404.html", &serde_json::json!({ "site": { "base": "/x" } })).unwrap();
    assert!(html.starts_with("mine /x/assets/mine/"), "{html}");
    assert!(html.contains("/x/assets/default/"), "{html}");
    assert!(html.ends_with("Further down"), "{html}");
    assert_eq!(mine.settings(&Settings::new())["accent"], SettingValue::Text("#123456".into()));
    assert!(mine.manifest.setting("footer_text").is_some());

    let address = mine.asset_address("own.css").unwrap();
    let parts: Vec<&str> = address.split('/').collect();
    let asset = themes.asset(parts[2], parts[3], parts[4]).unwrap();
    assert_eq!(
        (asset.bytes.as_ref(), asset.content_type, asset.current),
        (&b"a{}"[..], "text/css; charset=utf-8", true)
    );
    assert!(!themes.asset("mine", "0123456789abcdef", "own.css").unwrap().current);
    assert!(themes.asset("mine", parts[3], "../theme.toml").is_none());

    let before = mine.build_id().to_owned();
    write(&root.path().join("mine"), &[("assets/own.css", "b{}")]);
    let again = Themes::load(Some(root.path())).unwrap();
    assert_ne!(again.get("mine").unwrap().build_id(), before);
    assert_eq!(shipped().get("default").unwrap().build_id(), again.get("default").unwrap().build_id());
}

#[test]
fn faults_of_a_theme_name_file_and_line() {
    let root = tempfile::tempdir().unwrap();
    let faults = [
        (
            "templates/page.html",
            "{% extends \"layout.html\" %}\n{% block main %}\n{{ page.titel }}{% endblock main %}",
            "page.html:3",
        ),
        ("templates/page.html", "one\n{% if %}", "page.html:2"),
        (
            "templates/404.html",
            "<p style=\"color:red\">x</p>",
            "404.html: sample `full-plain`: a style attribute",
        ),
        ("templates/404.html", "<script>x()</script>", "an inline script"),
        ("templates/404.html", "{{ asset(path='no.css') }}", "there is no asset `no.css`"),
        ("templates/404.html", "{{ word(key='no') }}", "there is no word `no`"),
        ("theme.toml", "titel = \"x\"", "theme.toml: "),
        ("theme.toml", "title = \"x\"\nextends = \"nobody\"", "extends `nobody`"),
        ("theme.toml", "title = \"x\"\nextends = \"broken\"", "extends `broken`"),
        ("theme.toml", "title = \"x\"", "is missing; add it or extend"),
        ("words/de.toml", "oldre = \"x\"", "`de: oldre` is no English key"),
    ];
    for (file, text, want) in faults {
        let folder = root.path().join("broken");
        let _ = fs::remove_dir_all(&folder);
        write(&folder, &[("theme.toml", "title = \"B\"\nextends = \"default\"\n"), (file, text)]);
        let problems = check_theme(&folder);
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(all.iter().any(|problem| problem.contains(want)), "{want}: {all:?}");
    }
    let folder = root.path().join("broken");
    let _ = fs::remove_dir_all(&folder);
    write(&folder, &[("theme.toml", "title = \"B\"\nextends = \"default\"\n")]);
    assert_eq!(check_theme(&folder), Vec::new());
}

#[test]
fn an_accent_that_cannot_be_read_is_shifted_in_the_stylesheet() {
    for theme in shipped().iter() {
        let paper = theme.manifest.paper.as_ref().unwrap();
        for accent in ["#ffff00", "#fff", "#000", "#0b5fff", "#00ff88"] {
            let settings = Settings::from([("accent".into(), SettingValue::Text(accent.into()))]);
            let sheet = theme.stylesheet(&settings);
            let found: Vec<Oklch> = sheet
                .css
                .lines()
                .filter_map(|line| line.trim().strip_prefix("--accent: "))
                .map(|value| Oklch::parse(value.trim_end_matches(';')).unwrap())
                .collect();
            assert_eq!(found.len(), 3, "{}", sheet.css);
            for (colour, paper) in
                [(found[0], &paper.light), (found[1], &paper.dark), (found[2], &paper.dark)]
            {
                assert!(
                    colour.contrast(Oklch::parse(paper).unwrap()) >= READABLE,
                    "{accent}: {colour} on {paper}"
                );
            }
        }
    }
}

#[test]
fn a_stylesheet_is_named_by_its_content_and_takes_no_text() {
    let themes = shipped();
    let theme = themes.get("default").unwrap();
    let usual = theme.stylesheet(&theme.settings(&Settings::new()));
    assert_eq!(usual, theme.stylesheet(&Settings::new()));
    let evil = SettingValue::Text("#fff;} body{display:none".into());
    let same =
        theme.stylesheet(&Settings::from([("accent".into(), evil.clone()), ("headings".into(), evil)]));
    assert_eq!(usual, same);
    let serif = Settings::from([("headings".into(), SettingValue::Text("serif".into()))]);
    assert!(theme.stylesheet(&serif).css.contains("--font-heading: var(--font-serif);"));
    assert_ne!(theme.stylesheet(&serif).address(), usual.address());
}

#[test]
fn settings_of_forms_are_parsed() {
    let themes = shipped();
    let manifest = &themes.get("default").unwrap().manifest;
    let flag = manifest.parse_setting("scheme_switch", "on").unwrap();
    assert_eq!(flag, SettingValue::Flag(true));
    for (key, text) in
        [("accent", "red"), ("headings", "comic"), ("scheme_switch", "maybe"), ("nothing", "x")]
    {
        assert!(manifest.parse_setting(key, text).is_err(), "{key} {text}");
    }
}

#[test]
fn shipped_words_are_complete_in_every_language() {
    for theme in shipped().iter() {
        for language in theme.languages() {
            for month in 1..=12 {
                assert!(theme.words.get(&format!("month_{month}"), language).is_some());
            }
        }
        assert_eq!(theme.words.get("older", "xx-YY"), theme.words.get("older", "en"));
    }
}
