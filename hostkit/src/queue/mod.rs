//! Queues: jobs go in by [`Queue<T>`](Queue), wait in the order in which they are to run, and are taken by workers.
//!
//! A queue's handler is declared by [`#[queued]`](macro@crate::queued) or [`HostBuilder::queued`](crate::HostBuilder::queued).

mod batch;
mod bucket;
mod by_key;
mod control;
mod dead_letters;
mod delayed;
mod error;
mod handle;
mod id;
pub(crate) mod job;
mod job_meta;
mod job_source;
mod memory_source;
#[cfg(test)]
mod model;
#[cfg(feature = "testing")]
pub(crate) mod peek;
mod push_all;
mod queue_state;
mod retry_copies;
mod stats;
pub(crate) mod verdict;
mod waiting;

pub(crate) use batch::Batch;
pub use bucket::Rate;
pub(crate) use control::QueueControl;
pub use control::QueueHandle;
pub use dead_letters::DeadJob;
pub(crate) use dead_letters::dead_job_panicked;
pub use error::{EnqueueError, EnqueueErrorKind};
pub(crate) use handle::QueueCore;
pub use handle::{Enqueued, JobBuilder, Queue};
pub use id::JobId;
pub use job::Job;
pub(crate) use job::Sendable;
pub(crate) use job::{AnyJob, Codec};
pub(crate) use job_meta::{Disposition, JobMeta};
pub(crate) use job_source::{JobSource, NewJob};
pub(crate) use memory_source::{Key, MemorySource, QueueOptions};
#[cfg(feature = "testing")]
pub(crate) use peek::EnqueuedJob;
#[cfg(feature = "testing")]
pub(crate) use peek::unhandled;
pub(crate) use retry_copies::{Copying, RetryCopies};
pub use stats::{Latency, QueueStats};
pub use verdict::Verdict;
pub(crate) use verdict::VerdictKind;
