//! Every template with every sample: that it renders, escapes, keeps to the content security policy and
//! protects its forms.

use std::{collections::BTreeSet, fs, path::Path};

use rowhouse_render::{TemplateHelpers, Templates};
use serde_json::Value;

use super::{Sample, samples};

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    ["admin", "admin/part"]
        .iter()
        .flat_map(|folder| {
            fs::read_dir(root.join(folder)).unwrap().map(move |entry| (folder, entry.unwrap().path()))
        })
        .filter(|(_, path)| path.extension().is_some_and(|ending| ending == "html"))
        .map(|(folder, path)| {
            (
                format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap()),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect()
}

fn templates() -> Templates {
    Templates::compile(sources(), &TemplateHelpers::default()).unwrap()
}

fn render(templates: &Templates, sample: &Sample) -> String {
    templates
        .render(sample.template, &sample.context)
        .unwrap_or_else(|error| panic!("{} with {}: {error}", sample.template, sample.name))
}

/// Opening tags of one element, `<form …>`, with what follows up to the closing tag.
fn elements<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag} "), format!("</{tag}>"));
    html.split(&open).skip(1).map(|rest| rest.split(&close).next().unwrap()).collect()
}

#[test]
fn every_template_renders_with_every_sample() {
    let templates = templates();
    for sample in samples().unwrap() {
        let html = render(&templates, &sample);
        assert!(html.trim_end().ends_with("</html>"), "{} with {}", sample.template, sample.name);
    }
}

#[test]
fn every_screen_has_a_sample() {
    let shown: BTreeSet<_> = samples().unwrap().iter().map(|sample| sample.template).collect();
    let frames = ["admin/frame.html", "admin/base.html", "admin/door.html"];
    let screens: BTreeSet<String> = sources()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !name.starts_with("admin/part/") && !frames.contains(&name.as_str()))
        .collect();
    assert_eq!(screens, shown.into_iter().map(str::to_owned).collect());
}

#[test]
fn no_text_becomes_markup() {
    fn poison(value: &mut Value, key: &str) {
        // Names of fields choose what is shown; all else is text someone may have written.
        let chooses = ["tone", "kind", "layout", "format", "icon", "key", "status", "direction", "scheme"];
        match value {
            Value::String(text) if !chooses.contains(&key) => text.push_str("<zap a=\"1\" b='2'>"),
            Value::Array(items) => items.iter_mut().for_each(|item| poison(item, key)),
            Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| poison(value, key)),
            _ => {}
        }
    }
    let templates = templates();
    for mut sample in samples().unwrap() {
        poison(&mut sample.context, "");
        let html = render(&templates, &sample);
        assert!(html.contains("&lt;zap"), "{} shows nothing of its sample", sample.template);
        assert!(!html.contains("<zap"), "{} with {}", sample.template, sample.name);
        assert!(!html.contains("a=\"1\""), "{} lets a quote through with {}", sample.template, sample.name);
    }
}

#[test]
fn nothing_is_inline() {
    let templates = templates();
    for sample in samples().unwrap() {
        let html = render(&templates, &sample);
        for forbidden in [" style=", "<style", " onclick=", " onsubmit=", " onload=", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden} in {} with {}", sample.template, sample.name);
        }
        for script in elements(&html, "script") {
            assert!(script.ends_with("\">"), "a script with text in {}", sample.template);
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    let templates = templates();
    let mut forms = 0;
    for sample in samples().unwrap() {
        let html = render(&templates, &sample);
        for form in elements(&html, "form").into_iter().filter(|form| form.contains("method=\"post\"")) {
            forms += 1;
            assert!(form.contains("name=\"csrf\" value=\"c2FtcGxlLXRva2Vu\""), "{}: {form}", sample.template);
        }
    }
    assert!(forms > 100, "only {forms} forms were seen");
}

#[test]
fn what_describes_and_labels_is_there() {
    let templates = templates();
    for sample in samples().unwrap() {
        let html = render(&templates, &sample);
        let ids: Vec<&str> =
            html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(
            ids.len(),
            unique.len(),
            "an id twice in {} with {}: {ids:?}",
            sample.template,
            sample.name
        );
        for attribute in [" for=\"", " aria-labelledby=\"", " aria-describedby=\""] {
            for named in html.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                for id in named.split_whitespace() {
                    assert!(
                        unique.contains(id),
                        "{attribute}{id} in {} with {}",
                        sample.template,
                        sample.name
                    );
                }
            }
        }
    }
}
