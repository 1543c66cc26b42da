//! The thread that hears signals, enforces deadlines and watches the executor threads.

pub(crate) mod clock_steps;
pub(crate) mod executors;
pub(crate) mod exit;
pub(crate) mod link;
pub(crate) mod reporter;
pub(crate) mod signal;
pub(crate) mod signal_response;
pub(crate) mod stuck;
pub(crate) mod watch;
