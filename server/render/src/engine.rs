//! The template engine: a set of templates compiled once and rendered many times, always escaping, never
//! writing more than a bound. Themes use it, and so do the administration's own templates.

use std::{
    io::{self, Write},
    sync::Arc,
};

use serde::Serialize;
use tera::{Context, Tera};

use crate::{error::RenderError, functions};

/// The largest page in bytes. Templates cannot be interrupted, but a loop that only produces output stops here.
pub const OUTPUT_LIMIT: usize = 2 * 1024 * 1024;

/// Finds the address of an asset, without base: `style.css` → `/assets/default/0a1b…/style.css`.
pub type AssetAddress = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Finds the words for a key in a language: `("older", "de")` → `Ältere Beiträge`.
pub type WordLookup = Arc<dyn Fn(&str, &str) -> Option<String> + Send + Sync>;

/// What templates may ask for beyond their values.
#[derive(Clone, Default)]
pub struct TemplateHelpers {
    /// Behind `asset(path=…)`; without it every asset is an error.
    pub asset: Option<AssetAddress>,
    /// Behind `word(key=…)`; without it a key stands for itself.
    pub word: Option<WordLookup>,
}

/// A compiled set of templates. Cheap to clone, safe to share.
#[derive(Clone)]
pub struct Templates {
    tera: Arc<Tera>,
    limit: usize,
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Templates").field("names", &self.names()).finish_non_exhaustive()
    }
}

impl Templates {
    /// Compiles templates from their names and sources. An unknown filter, function, component, parent or
    /// include is an error here, not at the first visit.
    ///
    /// # Errors
    /// The first fault, with its file and line.
    pub fn compile<N, S>(
        sources: impl IntoIterator<Item = (N, S)>,
        helpers: &TemplateHelpers,
    ) -> Result<Self, RenderError>
    where
        N: AsRef<str>,
        S: AsRef<str>,
    {
        Self::compile_with_fallbacks(sources, &[], helpers)
    }

    /// As [`Templates::compile`], where a name that is not found is looked for behind each of `prefixes` in
    /// turn: with `["acme/", "default/"]`, `page.html` may be `acme/page.html` or `default/page.html`.
    ///
    /// # Errors
    /// The first fault, with its file and line.
    pub fn compile_with_fallbacks<N, S>(
        sources: impl IntoIterator<Item = (N, S)>,
        prefixes: &[String],
        helpers: &TemplateHelpers,
    ) -> Result<Self, RenderError>
    where
        N: AsRef<str>,
        S: AsRef<str>,
    {
        let mut tera = Tera::new();
        functions::register(&mut tera, helpers);
        let whole = |e: &tera::Error| RenderError::from_tera(e, "");
        // The engine escapes by file ending; the empty ending is the ending of every name.
        tera.autoescape_on(vec![""]);
        tera.set_fallback_prefixes(prefixes.iter().cloned()).map_err(|e| whole(&e))?;
        let sources: Vec<(N, S)> = sources.into_iter().collect();
        let pairs = sources.iter().map(|(name, source)| (name.as_ref(), source.as_ref()));
        tera.add_raw_templates(pairs).map_err(|e| whole(&e))?;
        Ok(Self { tera: Arc::new(tera), limit: OUTPUT_LIMIT })
    }

    /// The same templates with another bound on the output, in bytes.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// The names of all templates, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.tera.get_template_names().collect();
        names.sort_unstable();
        names
    }

    /// Whether a template of that name can be rendered.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.tera.contains_template(name)
    }

    /// Renders one template with the values of a struct or map.
    ///
    /// # Errors
    /// [`RenderError::Missing`], [`RenderError::TooLarge`], or a fault in the template with file and line.
    pub fn render<T: Serialize + ?Sized>(&self, name: &str, values: &T) -> Result<String, RenderError> {
        let context = Context::from_serialize(values).map_err(|e| RenderError::from_tera(&e, name))?;
        self.run(name, None, &context)
    }

    /// Renders one block of a template: what a script swaps into a page that is already shown.
    ///
    /// # Errors
    /// As [`Templates::render`].
    pub fn render_block<T: Serialize + ?Sized>(
        &self,
        name: &str,
        block: &str,
        values: &T,
    ) -> Result<String, RenderError> {
        let context = Context::from_serialize(values).map_err(|e| RenderError::from_tera(&e, name))?;
        self.run(name, Some(block), &context)
    }

    /// Without the type of the values: the interpreter is compiled once, in this room.
    fn run(&self, name: &str, block: Option<&str>, context: &Context) -> Result<String, RenderError> {
        let mut out = Limited { bytes: Vec::with_capacity(16 * 1024), limit: self.limit, exceeded: false };
        let result = match block {
            None => self.tera.render_to(name, context, &mut out),
            Some(block) => self.tera.render_block_to(name, block, context, &mut out),
        };
        if out.exceeded {
            return Err(RenderError::TooLarge { template: name.to_owned(), limit: self.limit });
        }
        result.map_err(|e| RenderError::from_tera(&e, name))?;
        String::from_utf8(out.bytes).map_err(|e| RenderError::Template {
            template: name.to_owned(),
            line: None,
            message: format!("template {name}: {e}"),
        })
    }
}

/// A buffer that refuses to grow beyond a bound.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
    exceeded: bool,
}

impl Write for Limited {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + chunk.len() > self.limit {
            self.exceeded = true;
            return Err(io::Error::other("the page is too large"));
        }
        self.bytes.extend_from_slice(chunk);
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn one(source: &str) -> Result<Templates, RenderError> {
        Templates::compile([("a/x.html", source)], &TemplateHelpers::default())
    }

    #[test]
    fn every_template_escapes_whatever_its_name() {
        let set = Templates::compile([("plain", "{{ v }}")], &TemplateHelpers::default()).unwrap();
        let out = set.render("plain", &BTreeMap::from([("v", "<script>")])).unwrap();
        assert_eq!(out, "&lt;script&gt;");
    }

    #[test]
    fn output_stops_at_the_limit() {
        let set = one("{% for i in range(end=1000) %}0123456789{% endfor %}").unwrap().with_limit(5000);
        let got = set.render("a/x.html", &BTreeMap::<String, String>::new());
        assert!(matches!(got, Err(RenderError::TooLarge { limit: 5000, .. })), "{got:?}");
        let got = set.with_limit(10_000).render("a/x.html", &BTreeMap::<String, String>::new()).unwrap();
        assert_eq!(got.len(), 10_000);
    }

    #[test]
    fn a_fault_in_the_text_names_file_and_line() {
        let got = one("fine\n{{ unclosed").unwrap_err();
        let RenderError::Template { template, line, message } = got else { panic!("{got:?}") };
        assert_eq!((template.as_str(), line), ("a/x.html", Some(2)), "{message}");
        assert!(message.contains("a/x.html:2"), "{message}");
    }

    #[test]
    fn a_missing_value_names_file_and_line() {
        let set = one("{{ page.title }}\n\n{{ page.titel }}").unwrap();
        let values = BTreeMap::from([("page", BTreeMap::from([("title", "T")]))]);
        let RenderError::Template { template, line, .. } = set.render("a/x.html", &values).unwrap_err()
        else {
            panic!("another error")
        };
        assert_eq!((template.as_str(), line), ("a/x.html", Some(3)));
    }

    #[test]
    fn an_unknown_filter_is_found_when_compiling() {
        assert!(one("{{ 1 | sparkle }}").is_err());
    }

    #[test]
    fn a_name_is_looked_for_behind_the_prefixes() {
        let set = Templates::compile_with_fallbacks(
            [("child/a.html", "child"), ("base/a.html", "base"), ("base/b.html", "base b")],
            &["child/".into(), "base/".into()],
            &TemplateHelpers::default(),
        )
        .unwrap();
        let nothing = BTreeMap::<String, String>::new();
        assert_eq!(set.render("a.html", &nothing).unwrap(), "child");
        assert_eq!(set.render("b.html", &nothing).unwrap(), "base b");
        assert!(matches!(set.render("c.html", &nothing), Err(RenderError::Missing(_))));
    }
}
