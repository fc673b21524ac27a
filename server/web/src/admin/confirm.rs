//! Asking once more before something that cannot be undone. With the script the question was asked in a
//! dialogue and the form carries the answer; without it a page asks.

use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::{
    frame,
    view::{Confirm, Hidden, Shell},
};
use crate::{error::Result, state::Web};

/// The answer that a form carries.
#[derive(Debug, Default, Deserialize)]
pub struct Answer {
    /// `yes`, or the word that had to be typed; absent if nobody was asked.
    #[serde(default)]
    pub confirm: Option<String>,
}

/// What is asked.
#[derive(Debug, Default)]
pub struct Question {
    /// What is about to happen, as a question.
    pub heading: String,
    /// What follows from it, a sentence each.
    pub consequences: Vec<String>,
    /// What must be typed; a click is enough where absent.
    pub word: Option<String>,
    /// Where the form is sent.
    pub action: String,
    /// Words of the button.
    pub button: String,
    /// What else the form sends.
    pub hidden: Vec<(&'static str, String)>,
    /// Where to go instead.
    pub cancel: String,
}

impl Question {
    /// Whether this answer agrees.
    #[must_use]
    pub fn agrees(&self, answer: &Answer) -> bool {
        match (&self.word, &answer.confirm) {
            (_, None) => false,
            (None, Some(given)) => !given.is_empty(),
            (Some(word), Some(given)) => given.trim() == word.trim(),
        }
    }

    /// The page that asks.
    ///
    /// # Errors
    /// A fault in the template.
    pub fn ask(
        self,
        web: &Web,
        request: &HttpRequest,
        base: &str,
        shell: Shell,
        answer: &Answer,
    ) -> Result<HttpResponse> {
        let mistyped = answer.confirm.is_some();
        let hidden = self.hidden.into_iter().map(|(name, value)| Hidden { name: name.to_owned(), value });
        let view = Confirm {
            shell,
            heading: self.heading,
            consequences: self.consequences,
            word: self.word,
            mistyped,
            action: self.action,
            button: self.button,
            hidden: hidden.collect(),
            cancel: self.cancel,
        };
        if mistyped {
            frame::show_problems(web, request, base, &view)
        } else {
            frame::show(web, request, base, &view)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(word: Option<&str>, given: Option<&str>) -> bool {
        let question = Question { word: word.map(Into::into), ..Question::default() };
        question.agrees(&Answer { confirm: given.map(Into::into) })
    }

    #[test]
    fn a_word_has_to_be_typed_and_a_click_to_be_made() {
        assert!(agrees(Some("empty"), Some("empty ")) && agrees(None, Some("yes")));
        assert!(!agrees(Some("empty"), Some("yes")) && !agrees(Some("empty"), None) && !agrees(None, None));
    }
}
