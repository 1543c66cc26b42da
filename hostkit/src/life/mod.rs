//! What is known of one service while it lives: its record, its stop signal, its level, and the thread that polls it.

mod actor;
mod caught;
mod guard;
mod kept;
mod level;
mod place;
mod record;
mod room_waits;
mod signal;
mod slot;
mod state;

pub(crate) use actor::Actor;
pub(crate) use caught::{BoxFuture, Caught, caught};
pub(crate) use guard::{Guard, Guarded};
pub(crate) use kept::Kept;
pub(crate) use level::Level;
pub(crate) use place::{note_place, note_places};
pub(crate) use record::{Name, Record, Role};
pub(crate) use room_waits::{RoomWait, RoomWaits};
pub(crate) use signal::Signal;
pub(crate) use slot::{Held, Slots, address};
pub use state::State;
