//! Runs to be: what each is for, and who asked for it.

use crate::due::Cause;
use crate::now::Now;
use crate::schedule::Taken;
use crate::service::control::Answer;

/// A run to be.
pub(super) struct Ask {
    pub(super) due: Now,
    pub(super) missed: u64,
    pub(super) cause: Cause,
    /// Who asked for it, if anybody did.
    pub(super) answer: Option<Answer>,
}

/// What waits for the run before to end.
pub(super) enum Waiting {
    One(Ask),
    /// Due times to catch up with, and the cause of the last of them. However many they are, they take no room.
    Each(Taken, Cause),
}

impl Ask {
    pub(super) fn scheduled(due: Now, missed: u64, cause: Cause) -> Self {
        Ask { due, missed, cause, answer: None }
    }
}
