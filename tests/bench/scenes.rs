//! The kinds of requests that cached pages are asked for with.

use std::collections::BTreeMap;

/// Pages by the size that they come to, with the bytes of their texts.
pub const SIZES: [(&str, usize); 2] = [("8 kB", 4_000), ("66 kB", 59_000)];

/// A kind of request.
pub struct Scene {
    /// The size of the page and what is special about it: `8 kB br`.
    pub name: String,
    pub headers: Vec<String>,
    /// What `wrk` runs to draw its requests, if they are not all alike.
    pub script: Option<String>,
    /// How many ask at once; each number is measured by itself.
    pub connections: &'static [usize],
}

const FEW: &[usize] = &[32];
const ALL: &[usize] = &[1, 32, 256];

/// For each size the page as it is, compressed, and known already by its tag.
pub fn scenes(etags: &BTreeMap<String, String>) -> Vec<Scene> {
    let of = |(size, _): (&str, usize)| {
        let known = etags.get(size).map(|tag| format!("If-None-Match: {tag}"));
        [
            Scene { name: size.into(), headers: Vec::new(), script: None, connections: ALL },
            Scene {
                name: format!("{size} br"),
                headers: vec!["Accept-Encoding: br".into()],
                script: None,
                connections: FEW,
            },
            Scene {
                name: format!("{size} 304"),
                headers: known.into_iter().collect(),
                script: None,
                connections: FEW,
            },
        ]
    };
    SIZES.into_iter().flat_map(of).collect()
}

const WORDS: [&str; 11] =
    ["house", "row", "brick", "garden", "window", "door", "street", "lamp", "rain", "north", "wall"];

/// A text of so many bytes that is like texts: of words, so that it is compressed as texts are.
pub fn text(bytes: usize) -> String {
    let (mut text, mut state) = (String::new(), 7_usize);
    while text.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text += WORDS[(state >> 33) % WORDS.len()];
        text += if (state >> 20).is_multiple_of(13) { ".\n\n" } else { " " };
    }
    text
}
