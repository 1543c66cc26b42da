//! Something that can be rung.

use crate::at::At;
use crate::now::Now;

/// What is to be rung.
pub(crate) trait Alarm: Send + Sync {
    /// The time that it was set for has come. What can be done in a moment is done here, and takes `now` along. The answer is
    /// when to ring again; one that is busy, or sets itself, has none.
    fn ring(&self, due: At, now: &mut Now) -> Option<At>;

    /// It is about to ring: reads a little of what it will need, so that the memory is near by then. First of what lies in it,
    /// then of what that points to, and so on.
    fn touch(&self, pointers: u8);
}
