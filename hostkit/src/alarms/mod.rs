//! Who is to be rung at what time: many alarms in, and for all of them one sleep at a time.
//!
//! A timer of the runtime and a task to wake for each would cost more than most alarms' work. Here they lie in slots of a
//! millisecond, which is the resolution of the runtime's timer, and *ringers* take those that are due one by one: whoever of
//! them is held up holds up one alarm, and another goes on with the rest.

mod alarm;
mod book;
mod ringing;

pub(crate) use alarm::Alarm;
pub(crate) use book::{AT_A_TIME, Step};
pub(crate) use ringing::Alarms;
