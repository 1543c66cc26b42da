//! Queues: jobs go in by `Queue<T>`, wait in a store in the order in which they are to run, and are claimed by workers.

mod accept;
mod bucket;
mod claim;
mod copies;
mod dead;
mod enqueue;
mod entry;
mod error;
mod handle;
mod id;
mod inbox;
mod job;
mod keys;
mod lanes;
mod later;
mod line;
mod memory;
#[cfg(test)]
mod model;
mod options;
#[cfg(feature = "testing")]
mod peek;
mod room;
mod settle;
mod stats;
mod steer;
mod store;
mod verdict;

pub use bucket::Rate;
pub(crate) use claim::Desk;
pub(crate) use copies::{Copies, Copying};
pub use dead::DeadJob;
pub(crate) use dead::dead_job_panicked;
pub(crate) use entry::{Head, How};
pub use error::EnqueueError;
pub(crate) use handle::Door;
pub use handle::{Enqueued, JobBuilder, Queue};
pub use id::JobId;
pub(crate) use job::{AnyJob, Codec};
pub use job::{Job, Sendable};
pub(crate) use memory::Memory;
pub(crate) use options::{Key, Options};
pub use stats::{Latency, QueueStats};
pub use steer::QueueHandle;
pub(crate) use steer::{Drain, Steer};
pub(crate) use store::{New, Store};
pub(crate) use verdict::VerdictKind;
pub use verdict::{Verdict, discard, retry_after, snooze};
