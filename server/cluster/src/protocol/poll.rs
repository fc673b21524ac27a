//! Where the poll of the catalogue stands. Pulses and tenants' rows share one numbering that follows commit
//! order, so everything up to the last number read is known, and silence about a tenant means no change.

/// What the next poll must read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Every row.
    Everything,
    /// The rows with a greater number.
    After(i64),
}

/// What an answer was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollProgress {
    /// Its rows are the news, and what it does not name is unchanged.
    Advanced,
    /// The catalogue went back behind what was read: the answer says nothing, everything must be read.
    WentBack,
}

/// The last number read. Starts by reading everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct PollCursor {
    last: Option<i64>,
}

impl PollCursor {
    /// What to read next.
    #[must_use]
    pub fn since(&self) -> Since {
        self.last.map_or(Since::Everything, Since::After)
    }

    /// Takes the catalogue's number from an answer to what [`PollCursor::since`] asked. The number must be
    /// of the same snapshot as the answer's rows.
    pub fn answered(&mut self, catalogue: i64) -> PollProgress {
        if self.last.is_some_and(|last| catalogue < last) {
            self.last = None;
            return PollProgress::WentBack;
        }
        self.last = Some(catalogue);
        PollProgress::Advanced
    }

    /// The connection was lost: behind a new one may be another, older server.
    pub fn lost(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lower_number_and_a_lost_connection_read_everything_again() {
        let mut cursor = PollCursor::default();
        assert_eq!(cursor.since(), Since::Everything);
        assert_eq!(cursor.answered(7), PollProgress::Advanced);
        assert_eq!(cursor.since(), Since::After(7));
        assert_eq!(cursor.answered(7), PollProgress::Advanced);
        assert_eq!(cursor.answered(6), PollProgress::WentBack);
        assert_eq!(cursor.since(), Since::Everything);
        assert_eq!(cursor.answered(6), PollProgress::Advanced);
        cursor.lost();
        assert_eq!(cursor.since(), Since::Everything);
    }
}
