//! The filters and functions of templates.
//!
//! They read two values of the page if they are there: `site` (base, origin, language, time_zone) and `head`
//! (path). A template set without a site may give `base`, `origin`, `language`, `time_zone` and `path` at
//! the top instead. A component that uses one of them declares `@site` (and `@head`) among its arguments.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::{
    engine::{TemplateHelpers, WordLookup},
    text,
};

/// Adds everything to an engine; before its templates, so that their use is checked.
pub(crate) fn register(tera: &mut Tera, helpers: &TemplateHelpers) {
    tera.register_filter("link", |url: &str, _: Kwargs, state: &State| link(state, url));
    tera.register_filter("absolute", |url: &str, _: Kwargs, state: &State| absolute(state, url));
    tera.register_function("link", |args: Kwargs, state: &State| -> TeraResult<String> {
        link(state, args.must_get::<&str>("to")?)
    });
    tera.register_filter("current", |url: &str, _: Kwargs, state: &State| current(state, url));
    tera.register_filter("excerpt", |text: &str, args: Kwargs, _: &State| -> TeraResult<String> {
        Ok(text::shorten(text, args.get::<usize>("words")?.unwrap_or(40)))
    });
    tera.register_filter("srcset", |picture: &Value, _: Kwargs, state: &State| srcset(state, picture));
    tera.register_filter("minutes", |words: usize, _: Kwargs, _: &State| words.div_ceil(220).max(1) as u64);

    let words = helpers.word.clone();
    tera.register_filter("date", move |when: &str, args: Kwargs, state: &State| {
        date(words.as_ref(), state, when, args.get::<&str>("style")?.unwrap_or("long"))
    });
    let words = helpers.word.clone();
    tera.register_function("word", move |args: Kwargs, state: &State| -> TeraResult<String> {
        let mut text = say(words.as_ref(), state, args.must_get::<&str>("key")?)?;
        for (name, value) in args.iter() {
            text = text.replace(&format!("{{{name}}}"), &value.to_string());
        }
        Ok(text)
    });
    let asset = helpers.asset.clone();
    tera.register_function("asset", move |args: Kwargs, state: &State| -> TeraResult<String> {
        let path = args.must_get::<&str>("path")?;
        let address = asset.as_ref().and_then(|find| find(path));
        let address = address.ok_or_else(|| Error::message(format!("there is no asset `{path}`")))?;
        Ok(format!("{}{address}", around(state, "base")?))
    });
}

/// A value of `site`, or of the top level, or an empty string.
fn around(state: &State, name: &str) -> TeraResult<String> {
    let of_site = state.get::<Value>("site")?.and_then(|site| own(&site, name));
    match of_site {
        Some(value) => Ok(value),
        None => Ok(state.get::<Value>(name)?.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()),
    }
}

fn own(map: &Value, name: &str) -> Option<String> {
    map.get_from_path(name).and_then(Value::as_str).map(str::to_owned)
}

/// Whether a URL names a place within the site: one slash at the start, not followed by another one or by a
/// backslash, which browsers take for one.
pub(crate) fn is_relative(url: &str) -> bool {
    let mut chars = url.chars();
    chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'))
}

fn link(state: &State, url: &str) -> TeraResult<String> {
    if !is_relative(url) {
        return Ok(url.to_owned());
    }
    Ok(format!("{}{url}", around(state, "base")?))
}

fn absolute(state: &State, url: &str) -> TeraResult<String> {
    if !is_relative(url) {
        return Ok(url.to_owned());
    }
    Ok(format!("{}{}{url}", around(state, "origin")?, around(state, "base")?))
}

/// What `aria-current` says of a link: `page` for this page itself, `true` for one above it, else nothing.
fn current(state: &State, url: &str) -> TeraResult<String> {
    let path = match state.get::<Value>("head")?.and_then(|head| own(&head, "path")) {
        Some(path) => path,
        None => around(state, "path")?,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let below = url.len() > 1 && path.strip_prefix(url).is_some_and(|rest| rest.starts_with('/'));
    Ok(if url == path && !path.is_empty() {
        "page".into()
    } else if below {
        "true".into()
    } else {
        String::new()
    })
}

/// The `srcset` of a picture, or an empty string if there is nothing to choose.
fn srcset(state: &State, picture: &Value) -> TeraResult<String> {
    let variants = picture.get_from_path("variants").and_then(Value::as_array).unwrap_or_default();
    let mut forms = Vec::with_capacity(variants.len() + 1);
    for form in variants.iter().chain([picture]) {
        let width = form.get_from_path("width").and_then(Value::as_u64).unwrap_or(0);
        if let Some(url) = own(form, "url")
            && width > 0
        {
            // a space or a comma would end the address early
            let url = link(state, &url)?.replace(' ', "%20").replace(',', "%2C");
            forms.push((width, format!("{url} {width}w")));
        }
    }
    forms.sort_unstable();
    forms.dedup_by_key(|(width, _)| *width);
    if forms.len() < 2 {
        return Ok(String::new());
    }
    Ok(forms.into_iter().map(|(_, form)| form).collect::<Vec<_>>().join(", "))
}

fn say(words: Option<&WordLookup>, state: &State, key: &str) -> TeraResult<String> {
    let Some(find) = words else { return Ok(key.to_owned()) };
    find(key, &around(state, "language")?).ok_or_else(|| Error::message(format!("there is no word `{key}`")))
}

/// Formats a time (RFC 3339) or a month (`2026-11`) in the site's time zone. Styles: `long`, `short` (ISO
/// date), `time` (ISO date and time), `machine` (for `datetime` attributes), `month`, `year`, `day`.
fn date(words: Option<&WordLookup>, state: &State, when: &str, style: &str) -> TeraResult<String> {
    if style == "machine" {
        return Ok(when.to_owned());
    }
    let zone = TimeZone::get(&around(state, "time_zone")?).unwrap_or(TimeZone::UTC);
    let (day, clock) = if let Ok(moment) = when.parse::<Timestamp>() {
        let local = moment.to_zoned(zone);
        (local.date(), Some(local.strftime("%H:%M").to_string()))
    } else {
        let first = format!("{when}-01");
        let day = when.parse::<Date>().or_else(|_| first.parse::<Date>());
        (day.map_err(|_| Error::message(format!("`{when}` is not a date")))?, None)
    };
    match style {
        "short" => Ok(day.to_string()),
        "time" => Ok(clock.map_or_else(|| day.to_string(), |clock| format!("{day} {clock}"))),
        "year" => Ok(day.year().to_string()),
        "day" => Ok(day.day().to_string()),
        "long" | "month" if words.is_none() => {
            Ok(if style == "long" { day.to_string() } else { day.strftime("%Y-%m").to_string() })
        }
        "long" | "month" => {
            let pattern = say(words, state, if style == "long" { "date" } else { "date_month" })?;
            let month = say(words, state, &format!("month_{}", day.month()))?;
            Ok(pattern
                .replace("{day}", &day.day().to_string())
                .replace("{month}", &month)
                .replace("{year}", &day.year().to_string()))
        }
        other => Err(Error::message(format!("there is no date style `{other}`"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::Templates;

    fn show(source: &str, values: &Json) -> String {
        let helpers = TemplateHelpers {
            asset: Some(std::sync::Arc::new(|p: &str| {
                (p == "a.css").then(|| "/assets/t/1/a.css".to_owned())
            })),
            word: None,
        };
        Templates::compile([("x", source)], &helpers).unwrap().render("x", values).unwrap()
    }

    fn acme() -> Json {
        json!({ "site": { "base": "/acme", "origin": "https://e.org", "time_zone": "Europe/Berlin" },
                "head": { "path": "/about/team?page=2" } })
    }

    #[test]
    fn links_get_the_base_and_foreign_ones_stay() {
        let cases = [
            ("/about", "/acme/about"),
            ("/", "/acme/"),
            ("https://x.org/a", "https://x.org/a"),
            ("//x.org/a", "//x.org/a"),
            ("/\\x.org", "/\\x.org"),
            ("#top", "#top"),
            ("mailto:a@b.c", "mailto:a@b.c"),
        ];
        for (url, want) in cases {
            let mut values = acme();
            values["url"] = json!(url);
            assert_eq!(show("{{ url | link | safe }}", &values), want);
        }
        assert_eq!(show("{{ '/a' | absolute | safe }}", &acme()), "https://e.org/acme/a");
        assert_eq!(show("{{ asset(path='a.css') | safe }}", &acme()), "/acme/assets/t/1/a.css");
    }

    #[test]
    fn a_link_knows_where_the_visitor_is() {
        let here = |url: &str| show(&format!("{{{{ '{url}' | current }}}}"), &acme());
        assert_eq!(
            [here("/about/team"), here("/about"), here("/abo"), here("/")],
            ["page", "true", "", ""].map(String::from)
        );
    }

    #[test]
    fn dates_are_shown_in_the_sites_time_zone() {
        let values = acme();
        assert_eq!(show("{{ '2026-11-20T23:30:00Z' | date(style='time') }}", &values), "2026-11-21 00:30");
        assert_eq!(show("{{ '2026-11' | date(style='month') }}", &values), "2026-11");
        assert_eq!(show("{{ '2026-11-20T23:30:00Z' | date }}", &json!({ "time_zone": "UTC" })), "2026-11-20");
    }

    #[test]
    fn srcset_offers_every_width_once() {
        let mut values = acme();
        values["p"] = json!({ "url": "/media/a b.jpg", "width": 1600, "height": 900, "variants": [
            { "url": "/media/a-400.jpg", "width": 400, "height": 225 } ] });
        let got = show("{{ p | srcset | safe }}", &values);
        assert_eq!(got, "/acme/media/a-400.jpg 400w, /acme/media/a%20b.jpg 1600w");
    }

    #[test]
    fn a_component_reaches_the_site_by_asking_for_it() {
        let source = "{% component go(to, @site) %}{{ to | link | safe }}{% endcomponent go %}\
                      {{ <go to=\"/x\" /> }}";
        assert_eq!(show(source, &acme()), "/acme/x");
    }
}
