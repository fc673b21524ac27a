//! What the sites of a run consist of, and what each page must show at each revision.
//!
//! A site has a few registers: the name of a category, posts, pages, an entry of the menu. The value of a register stands as a mark,
//! `mark-REGISTER-VALUE-`, in the title and in the text of the item, so that half a change would be seen. What
//! a page shows is the set of marks on it. The order of revisions and what stood there at each comes from the
//! database, see `truth`; here is only which registers a page shows.

use std::collections::BTreeSet;

/// A register of one site.
pub type Register = u16;
/// What was written into it: every write of a run has a value of its own.
pub type Value = u64;
/// Which registers had which values; a register that is not there is not published.
pub type Marks = BTreeSet<(Register, Value)>;

/// The category of all posts.
pub const TERM: Register = 0;
/// The posts, oldest first.
pub const POSTS: std::ops::RangeInclusive<Register> = 1..=6;
/// The post that comes and goes.
pub const FLEETING_POST: Register = 4;
/// A page.
pub const PARENT: Register = 7;
/// The page below it.
pub const CHILD: Register = 8;
/// The page that comes and goes.
pub const FLEETING_PAGE: Register = 9;
/// An entry of the menu, which stands on every page, also where nothing is found.
pub const MENU: Register = 10;

/// How many posts the home page shows.
const HOME_POSTS: usize = 3;

/// What a reader saw.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct View {
    pub status: u16,
    pub marks: Vec<(Register, Value)>,
}

/// Which registers a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    Home,
    /// All posts, with their category.
    List,
    /// All posts under the name of their category, also when there are none.
    Category,
    Post(Register),
    Parent,
    Child,
    Fleeting,
    /// The item alone, whatever else stands there.
    Preview(Register),
    Nothing,
}

/// A page of a run.
#[derive(Clone, Debug)]
pub struct Page {
    pub tenant: usize,
    /// With the prefix of the site.
    pub path: String,
    pub shows: Shows,
    /// Whether the menu stands on it.
    pub menu: bool,
}

impl Page {
    /// What it shows where the registers are as told.
    pub fn view(&self, state: &Marks) -> View {
        let mut view = self.own(state);
        if self.menu {
            view.marks.extend(of(state, MENU));
        }
        view
    }

    fn own(&self, state: &Marks) -> View {
        match self.shows {
            Shows::Home => shown(posts(state).into_iter().rev().take(HOME_POSTS).collect(), state),
            Shows::List => shown(posts(state), state),
            Shows::Category => {
                let mut marks = posts(state);
                marks.extend(of(state, TERM));
                found(marks)
            }
            Shows::Post(register) => self.post(register, state),
            Shows::Parent | Shows::Child => found([PARENT, CHILD].into_iter().flat_map(|r| of(state, r))),
            Shows::Fleeting => one(FLEETING_PAGE, state),
            Shows::Preview(register) => one(register, state),
            Shows::Nothing => missing(),
        }
    }

    /// A post between its neighbours.
    fn post(&self, register: Register, state: &Marks) -> View {
        if of(state, register).next().is_none() {
            return missing();
        }
        let posts = posts(state);
        let before = posts.iter().rfind(|(post, _)| *post < register);
        let after = posts.iter().find(|(post, _)| *post > register);
        let around = before.into_iter().chain(after).copied();
        found(around.chain(of(state, register)).chain(of(state, TERM)))
    }

    /// Whether it shows an item to who holds the link, which is never answered from memory.
    pub const fn is_preview(&self) -> bool {
        matches!(self.shows, Shows::Preview(_))
    }

    /// Whether a mark on it counts.
    fn counts(&self, register: Register) -> bool {
        !matches!(self.shows, Shows::Preview(own) if own != register)
    }

    /// What an answer shows. A page that is not there shows nothing.
    pub fn seen(&self, status: u16, body: &[u8]) -> View {
        let marks: Marks = marks(body).filter(|(register, _)| self.counts(*register)).collect();
        View { status, marks: marks.into_iter().collect() }
    }
}

fn of(state: &Marks, register: Register) -> impl Iterator<Item = (Register, Value)> + '_ {
    state.range((register, 0)..=(register, Value::MAX)).copied()
}

fn posts(state: &Marks) -> Vec<(Register, Value)> {
    POSTS.flat_map(|register| of(state, register)).collect()
}

/// Posts, and their category if there are any.
fn shown(posts: Vec<(Register, Value)>, state: &Marks) -> View {
    let term = if posts.is_empty() { None } else { of(state, TERM).next() };
    found(posts.into_iter().chain(term))
}

fn one(register: Register, state: &Marks) -> View {
    let marks: Vec<_> = of(state, register).collect();
    if marks.is_empty() { missing() } else { found(marks) }
}

fn found(marks: impl IntoIterator<Item = (Register, Value)>) -> View {
    let marks: Marks = marks.into_iter().collect();
    View { status: 200, marks: marks.into_iter().collect() }
}

fn missing() -> View {
    View { status: 404, marks: Vec::new() }
}

/// The text that stands for a value.
pub fn mark(register: Register, value: Value) -> String {
    format!("mark-{register}-{value}-")
}

/// The marks in a text, in their order.
pub fn marks(text: &[u8]) -> impl Iterator<Item = (Register, Value)> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            // a search for one byte is fast also where nothing is optimised
            let at = rest.iter().position(|byte| *byte == b'm')?;
            rest = &rest[at + 1..];
            if let Some(tail) = rest.strip_prefix(b"ark-")
                && let Some((register, tail)) = number(tail)
                && let Some((value, tail)) = number(tail)
            {
                rest = tail;
                return Some((Register::try_from(register).ok()?, value));
            }
        }
    })
}

/// A number and the dash after it.
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().take(21).position(|byte| *byte == b'-')?;
    let digits = std::str::from_utf8(&text[..end]).ok()?;
    Some((digits.parse().ok()?, &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(shows: Shows) -> Page {
        Page { tenant: 0, path: "/a".into(), shows, menu: false }
    }

    fn state(registers: &[Register]) -> Marks {
        registers.iter().map(|register| (*register, 10 + u64::from(*register))).collect()
    }

    fn registers(view: &View) -> Vec<Register> {
        view.marks.iter().map(|(register, _)| *register).collect()
    }

    #[test]
    fn marks_are_found_between_anything() {
        let text = "<h1>mark-3-17-</h1> market mark-x-1- mark-3-18- mmark-12-9- mark-4-";
        assert_eq!(marks(text.as_bytes()).collect::<Vec<_>>(), [(3, 17), (3, 18), (12, 9)]);
        assert_eq!(marks(mark(5, 6).as_bytes()).collect::<Vec<_>>(), [(5, 6)]);
    }

    #[test]
    fn lists_and_neighbours_follow_what_is_published() {
        let all = state(&[0, 1, 2, 3, 4, 5, 6]);
        let fewer = state(&[0, 1, 2, 3, 5, 6]);
        assert_eq!(registers(&page(Shows::Home).view(&all)), [0, 4, 5, 6]);
        assert_eq!(registers(&page(Shows::Home).view(&fewer)), [0, 3, 5, 6]);
        assert_eq!(registers(&page(Shows::Post(3)).view(&all)), [0, 2, 3, 4]);
        assert_eq!(registers(&page(Shows::Post(3)).view(&fewer)), [0, 2, 3, 5]);
        assert_eq!(page(Shows::Post(4)).view(&fewer).status, 404);
        assert_eq!(registers(&page(Shows::Category).view(&state(&[0]))), [0]);
        assert_eq!(registers(&page(Shows::List).view(&state(&[0]))), [0; 0]);
        let with_menu = Page { menu: true, ..page(Shows::Nothing) };
        assert_eq!(with_menu.view(&state(&[0, MENU])), View { status: 404, marks: vec![(MENU, 20)] });
    }

    #[test]
    fn half_a_change_is_no_state() {
        let torn = page(Shows::Fleeting).seen(200, b"mark-9-4- mark-9-5-");
        assert_eq!(torn.marks, [(9, 4), (9, 5)]);
        assert_eq!(page(Shows::Preview(2)).seen(200, b"mark-1-4- mark-2-5-").marks, [(2, 5)]);
    }
}
