//! Markdown as people know it from code hosts (tables, footnotes, task lists, strikethrough, bare links),
//! with anchors at headings. What comes out went through the sanitiser.

use std::{fmt, sync::Mutex};

use comrak::{
    Anchorizer, Options,
    adapters::{HeadingAdapter, HeadingMeta},
    markdown_to_html_with_plugins,
    nodes::Sourcepos,
    options::Plugins,
};

use crate::{html::SafeHtml, sanitise};

/// Renders Markdown and puts `base` (empty, or `/acme`) before tenant-relative links. HTML within the text is
/// allowed as far as the sanitiser allows it. A heading of the first level becomes one of the second: the
/// first belongs to the page's title.
#[must_use]
pub fn render(markdown: &str, base: &str) -> SafeHtml {
    sanitise::rebase_links(&to_html(markdown), base)
}

fn to_html(markdown: &str) -> String {
    let headings = Headings(Mutex::new(Anchorizer::new()));
    let mut plugins = Plugins::default();
    plugins.render.heading_adapter = Some(&headings);
    markdown_to_html_with_plugins(markdown, &options(), &plugins)
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.description_lists = true;
    options.parse.smart = true;
    options.render.r#unsafe = true; // the sanitiser is the wall, and writers may use its HTML
    options.render.tasklist_classes = true;
    options
}

/// Headings with an anchor of their own and no link inside that keyboards would have to pass.
struct Headings(Mutex<Anchorizer>);

impl HeadingAdapter for Headings {
    fn enter(&self, out: &mut dyn fmt::Write, heading: &HeadingMeta, _: Option<Sourcepos>) -> fmt::Result {
        let mut anchors = self.0.lock().map_err(|_| fmt::Error)?;
        let id = anchors.anchorize(&heading.content);
        if id.is_empty() {
            return write!(out, "<h{}>", level(heading));
        }
        write!(out, "<h{} id=\"{id}\">", level(heading))
    }

    fn exit(&self, out: &mut dyn fmt::Write, heading: &HeadingMeta) -> fmt::Result {
        write!(out, "</h{}>", level(heading))
    }
}

fn level(heading: &HeadingMeta) -> u8 {
    heading.level.max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        render(markdown, "/acme").into_string()
    }

    #[test]
    fn what_code_hosts_know_works() {
        let cases = [
            ("| a | b |\n|---|--:|\n| 1 | 2 |", "<td class=\"has-text-align-right\">2</td>"),
            ("~~old~~", "<del>old</del>"),
            ("see https://example.org/x.", "<a href=\"https://example.org/x\" rel=\"noopener\">"),
            ("- [x] done\n- [ ] open", "<li class=\"task-list-item\"><span class=\"check\">☑</span> done"),
            ("a[^1]\n\n[^1]: note", "<section class=\"footnotes\">"),
            ("a[^1]\n\n[^1]: note", "<a href=\"#fn-1\" id=\"fnref-1\""),
            ("```rust\nfn\n```", "<code class=\"language-rust\">"),
            ("[x](/about)", "href=\"/acme/about\""),
            ("![alt](/media/a.jpg)", "src=\"/acme/media/a.jpg\""),
            ("# Über uns", "<h2 id=\"über-uns\">Über uns</h2>"),
            ("## A\n\n## A", "<h2 id=\"a-1\">"),
            ("<details><summary>More</summary>\n\ntext\n\n</details>", "<details>"),
            ("\"quoted\" -- it's", "“quoted” – it’s"),
        ];
        for (markdown, want) in cases {
            let got = html(markdown);
            assert!(got.contains(want), "{markdown}\n→ {got}");
        }
    }

    #[test]
    fn a_heading_of_markup_only_has_no_empty_anchor() {
        assert!(!html("## ![](x.png)").contains("id=\"\""));
    }
}
