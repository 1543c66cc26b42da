//! The thread that hears signals, enforces deadlines and watches the executor threads.

pub(crate) mod exit;
pub(crate) mod monitor;
pub(crate) mod reporter;
pub(crate) mod signal;
pub(crate) mod signal_response;
pub(crate) mod watch;
