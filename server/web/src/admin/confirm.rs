//! Asking once more before something that cannot be undone. With the script the question was asked in a
//! dialogue and the form carries the answer; without it a page asks.

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, web::Data};
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;

use super::{
    frame,
    view::{Confirm, Hidden, Shell},
};
use crate::{
    error::{Result, WebError},
    extract::{Can, Member, Need, Posted, SuperUser},
    state::Web,
};

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

/// Somebody who can be asked, in the frame that they know.
pub trait Asker:
    FromRequest<Error = WebError, Future = LocalBoxFuture<'static, Result<Self, WebError>>>
{
    /// Takes a form's fields if its token is of their session.
    ///
    /// # Errors
    /// [`WebError::Forged`].
    fn accept<T>(&self, posted: Posted<T>) -> Result<T, WebError>;

    /// The base of the site they are at.
    fn base(&self) -> &str;

    /// The frame of a screen below the entry `here` of the navigation.
    fn shell(&self, web: &Web, request: &HttpRequest, title: &str, here: &str) -> Shell;
}

impl Asker for Member {
    fn accept<T>(&self, posted: Posted<T>) -> Result<T, WebError> {
        Member::accept(self, posted)
    }

    fn base(&self) -> &str {
        self.at.path()
    }

    fn shell(&self, web: &Web, request: &HttpRequest, title: &str, here: &str) -> Shell {
        frame::member(web, request, self, title, here)
    }
}

impl<N: Need> Asker for Can<N> {
    fn accept<T>(&self, posted: Posted<T>) -> Result<T, WebError> {
        Member::accept(self, posted)
    }

    fn base(&self) -> &str {
        self.at.path()
    }

    fn shell(&self, web: &Web, request: &HttpRequest, title: &str, here: &str) -> Shell {
        frame::member(web, request, self, title, here)
    }
}

impl Asker for SuperUser {
    fn accept<T>(&self, posted: Posted<T>) -> Result<T, WebError> {
        SuperUser::accept(self, posted)
    }

    fn base(&self) -> &str {
        ""
    }

    fn shell(&self, web: &Web, request: &HttpRequest, title: &str, here: &str) -> Shell {
        frame::host(web, request, self, title, here)
    }
}

/// A form that is nothing but a wish and an answer: who sent it, and whether they were asked already.
pub struct Asked<W> {
    /// The node.
    pub web: Data<Web>,
    /// Who wants it.
    pub who: W,
    request: HttpRequest,
    answer: Answer,
}

impl<W: Asker> Asked<W> {
    /// Does it if the answer agrees; else asks, on a screen below the entry `here` of the navigation.
    ///
    /// # Errors
    /// What the deed says, or a fault in the template.
    pub async fn first(&self, here: &str, question: Question, deed: impl AsyncFnOnce() -> Result) -> Result {
        if question.agrees(&self.answer) {
            return deed().await;
        }
        let shell = self.who.shell(&self.web, &self.request, &question.button, here);
        question.ask(&self.web, &self.request, self.who.base(), shell, &self.answer)
    }
}

impl<W: Asker + 'static> FromRequest for Asked<W> {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let web = request.app_data::<Data<Web>>().cloned();
        let who = W::from_request(request, payload);
        let posted = Posted::<Answer>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let who = who.await?;
            let answer = who.accept(posted.await?)?;
            Ok(Self { web: web.ok_or(WebError::NotFound)?, who, request, answer })
        })
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
