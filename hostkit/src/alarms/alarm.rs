//! Something that can be rung.

use crate::at::At;
use crate::now::Now;

/// What is to be rung.
pub(crate) trait Alarm: Send + Sync {
    /// The time that it was set for has come. What can be done in a moment is done here, and takes `now` along. The answer is
    /// when to ring again; one that is busy, or sets itself, has none.
    fn ring(&self, due: At, now: &mut Now) -> Option<At>;

    /// It is about to ring: reads a little of all that it will need, so that the memory is near by then.
    fn touch(&self);
}
