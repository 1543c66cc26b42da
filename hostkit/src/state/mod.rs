//! What is known of each service, and the guard that user code runs under.

mod actor;
mod drainable;
mod guard;
mod level;
mod poll_tracker;
mod record;
mod room_waits;
mod service_state;

pub(crate) use actor::Actor;
pub(crate) use drainable::{Drainable, Room};
pub(crate) use guard::{Guard, Guarded};
pub(crate) use level::StartLevel;
pub(crate) use poll_tracker::{LongPoll, PollTracker, address};
pub(crate) use record::{Role, ServiceName, ServiceRecord};
pub(crate) use room_waits::{RoomWait, RoomWaits};
pub use service_state::State;
