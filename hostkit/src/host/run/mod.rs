//! The run of a plan: start, supervision, stop.

mod bounded_join;
pub(super) mod close;
pub(super) mod core;
pub(super) mod decide;
pub(super) mod drain;
pub(super) mod hooks;
pub(super) mod host;
pub(super) mod progress;
pub(super) mod provide;
pub(super) mod release;
pub(super) mod start;
pub(super) mod stealable;
pub(super) mod stop;
pub(super) mod supervise;
pub(super) mod watchdog;
