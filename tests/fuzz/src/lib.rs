//! Bytes in, no panic out: whatever is written in configuration, it is read or told as a problem.

mod drive;
mod section;
mod targets;

pub use drive::drive;
pub use targets::{bytes, duration, file, set};
