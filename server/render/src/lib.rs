//! Themes, templates, Markdown, sanitising and feeds: from typed contexts to bytes.
