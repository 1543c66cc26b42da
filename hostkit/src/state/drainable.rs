//! Work that is accepted before it is done, as the host sees it: a queue, whatever its jobs are.

use std::sync::Arc;

use tokio::sync::Notify;

use super::RoomWait;
use crate::outcome::failure::Failure;
use crate::outcome::stopped_mark::HostId;
use crate::time::clock::Instant;
use crate::time::clock_step::ClockStep;

/// A queue, as the code that waits for room in it sees it.
#[cfg_attr(not(feature = "queue"), allow(dead_code, reason = "only a queue has room"))]
pub(crate) struct Room {
    /// How many jobs run; and how many may at a time.
    pub(crate) running: usize,
    pub(crate) workers: usize,
    /// A worker is free, and a job waits that it can begin now or later: it makes room then.
    pub(crate) may_begin: bool,
    pub(crate) waits: Vec<RoomWait>,
}

/// Work that is accepted before it is done, and worked off when the host stops.
pub(crate) trait Drainable: Send + Sync {
    /// The type of what is accepted.
    fn of(&self) -> &'static str;

    /// From now on tells this one whenever nothing runs and nothing could.
    fn watch(&self, quiet: Arc<Notify>);

    /// Nothing runs, and nothing will by then.
    fn is_idle(&self, deadline: Instant) -> bool;

    /// Accepts nothing any more, since this host stops.
    fn close(&self, host: HostId);

    /// What may keep it from making room, and which code waits for room in it.
    fn room(&self) -> Room;

    /// How many jobs were accepted, and neither done nor given up.
    fn left(&self) -> usize;

    /// How many jobs it keeps that no attempt is left for.
    fn dead_count(&self) -> usize;

    /// Drops every job that it still holds, dead ones too; what it counted stays. A panic of a drop is the failure.
    fn clear(&self) -> Result<(), Failure>;

    /// Pauses it for this reason, or resumes it.
    fn pause(&self, reason: Option<String>);

    /// Why it is paused, if it is.
    fn paused(&self) -> Option<String>;

    /// The wall clock was set: a job may have become due.
    fn wall_stepped(&self, step: ClockStep);
}
