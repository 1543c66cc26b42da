//! One attempt at a job that waits in no queue, in the way that every job goes: by a worker, with the handler's values of the run.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::handler_config::HandlerConfig;
use super::worker::Worker;
use crate::inject::Context;
use crate::outcome::failure::Failure;
use crate::queue::{Disposition, JobSource, MemorySource, NewJob, QueueCore, QueueOptions, VerdictKind};
use crate::sync::BoxFuture;

/// What becomes of a job after one attempt at it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an attempt may have failed"]
#[non_exhaustive]
#[cfg_attr(not(feature = "testing"), allow(unreachable_pub, dead_code))] // `TestHost::run_job` gives it out
pub enum JobOutcome {
    /// It is done.
    Done,
    /// The attempt failed, and another one is to follow.
    Retry {
        /// Why it failed.
        failure: Failure,
        /// The wait before the next one.
        after: Duration,
    },
    /// It was put off, by [`snooze`](crate::snooze).
    Snoozed {
        /// For so long.
        after: Duration,
    },
    /// It failed, and there is no attempt left: it is dead.
    Failed(Failure),
    /// It is dead, by [`discard`](crate::discard).
    Discarded(Failure),
    /// It failed for good, by [`fatal`](crate::fatal()): it is dead, and in a queue the host would stop.
    Fatal(Failure),
    /// It asked for the stop signal, which was raised, and ended with an error: it is left over.
    Interrupted,
}

#[cfg_attr(not(feature = "testing"), allow(unreachable_pub, dead_code))]
impl JobOutcome {
    /// Whether it is done.
    pub fn is_done(&self) -> bool {
        *self == JobOutcome::Done
    }

    /// Why the attempt failed, if it did.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            JobOutcome::Retry { failure, .. }
            | JobOutcome::Failed(failure)
            | JobOutcome::Discarded(failure)
            | JobOutcome::Fatal(failure) => Some(failure),
            JobOutcome::Done | JobOutcome::Snoozed { .. } | JobOutcome::Interrupted => None,
        }
    }
}

/// The attempt. It is the service's own: it is counted, watched and logged like those of its workers.
pub(super) fn run_once<T: Send + 'static>(
    config: Arc<HandlerConfig<T>>,
    context: &Context,
    job: T,
) -> BoxFuture<'static, JobOutcome> {
    let became = Arc::new(OnceLock::new());
    let (note, service) = (became.clone(), context.clone());
    let attempt = context.guard().run(move || {
        Box::pin(async move {
            let _ = note.set(attempt(config, service, job).await);
            Ok(())
        })
    });
    Box::pin(async move {
        match (attempt.await, became.get()) {
            (Ok(()), Some(became)) => became.clone(),
            (Err(failure), _) => JobOutcome::Failed(failure),
            (Ok(()), None) => unreachable!("an attempt that ends is noted"),
        }
    })
}

async fn attempt<T: Send + 'static>(config: Arc<HandlerConfig<T>>, context: Context, job: T) -> JobOutcome {
    // A queue of its own, in which there is nothing else.
    let core = Arc::new(QueueCore::new(
        MemorySource::new(QueueOptions::default()),
        None,
        config.copying,
        Vec::new(),
    ));
    if core.source.push(NewJob::new(job), false).await.is_err() {
        unreachable!("an empty queue takes a job")
    }
    let (disposition, verdict, outcome) = Worker::new(core, config, context, 0).once().await;
    match disposition {
        Disposition::Done => JobOutcome::Done,
        Disposition::Retry { after, failure, .. } => JobOutcome::Retry { failure, after },
        Disposition::Snooze { after, .. } => JobOutcome::Snoozed { after },
        Disposition::Dead { failure, .. } if outcome.is_err() => JobOutcome::Fatal(failure),
        Disposition::Dead { failure, .. } if verdict == Some(VerdictKind::Discard) => {
            JobOutcome::Discarded(failure)
        }
        Disposition::Dead { failure, .. } => JobOutcome::Failed(failure),
        Disposition::Interrupted | Disposition::Released { .. } => JobOutcome::Interrupted,
    }
}
