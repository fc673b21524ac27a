//! The rules of the protocol that are easily got wrong, each as a switch that stays off. A simulation turns
//! them on one by one to show that its judge would notice; nothing else does.

/// Ways to break the protocol. As designed, every answer is `false`.
pub trait Rules: Send + Sync + 'static {
    /// Let a hint count as a confirmation, though an older message may be the newest that arrived.
    fn hint_confirms(&self) -> bool {
        false
    }

    /// Compare numbers alone, though after a restore they repeat with other content.
    fn number_without_token(&self) -> bool {
        false
    }

    /// Count a confirmation from the arrival of the answer instead of the sending of the question.
    fn confirm_at_answer(&self) -> bool {
        false
    }

    /// Go on over a gap in the changes, though what was touched in the gap is unknown.
    fn trust_after_gap(&self) -> bool {
        false
    }

    /// Serve what the shared store holds without judging it.
    fn trust_shared(&self) -> bool {
        false
    }

    /// Let an answer to an old question undo what was learned since.
    fn late_answer(&self) -> bool {
        false
    }
}

/// The protocol as designed.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsDesigned;

impl Rules for AsDesigned {}

impl<R: Rules + ?Sized> Rules for std::sync::Arc<R> {
    fn hint_confirms(&self) -> bool {
        (**self).hint_confirms()
    }
    fn number_without_token(&self) -> bool {
        (**self).number_without_token()
    }
    fn confirm_at_answer(&self) -> bool {
        (**self).confirm_at_answer()
    }
    fn trust_after_gap(&self) -> bool {
        (**self).trust_after_gap()
    }
    fn trust_shared(&self) -> bool {
        (**self).trust_shared()
    }
    fn late_answer(&self) -> bool {
        (**self).late_answer()
    }
}
