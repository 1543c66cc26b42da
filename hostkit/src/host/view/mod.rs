//! What is known of a host while it runs, and after its end.

pub(super) mod handle;
#[cfg(feature = "queue")]
pub(super) mod queue;
pub(super) mod report;
pub(super) mod request;
pub(super) mod service_handle;
pub(super) mod service_report;
pub(super) mod start_failure;
pub(super) mod state;
pub(super) mod stuck_queues;
pub(super) mod timer_handle;
