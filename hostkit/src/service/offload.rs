//! Blocking work off the executor: on a thread of its own when it lasts, on the blocking pool when it is short.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::Span;

use crate::failure::Failure;
use crate::inject::Context;
use crate::life::caught;
#[cfg(feature = "queue")]
use crate::{life::Guarded, outcome::RunResult};

/// Runs it on a thread of its own, named after the service. Dropping the future leaves the thread behind.
pub(super) async fn on_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let (done, outcome) = oneshot::channel();
    let (span, runtime) = (Span::current(), Handle::current());
    // Boxed, so that the standard library's spawning is compiled once and not for each kind of work.
    let thread: Box<dyn FnOnce() + Send> = Box::new(move || {
        let _runtime = runtime.enter();
        let _span = span.enter();
        let _ = done.send(caught(work));
    });
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(thread)
        .map_err(|error| Failure::said(format!("no thread to run on: {error}")))?;
    outcome.await.unwrap_or_else(|_| Err(Failure::said("its thread vanished")))
}

/// Runs it on the blocking pool.
pub(super) async fn on_pool<T: Send + 'static>(
    context: &Context,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let (span, counted) = (Span::current(), Counted::new(&context.shared.offloaded));
    let work = move || {
        let (_span, _counted) = (span.enter(), counted);
        caught(work)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::said("the runtime shut down before it could run")),
    }
}

/// Workers of one service, a task each; dropping it aborts them.
#[cfg(feature = "queue")]
pub(super) struct Crew(tokio::task::JoinSet<(usize, RunResult)>);

#[cfg(feature = "queue")]
impl Crew {
    pub(super) fn new() -> Self {
        Crew(tokio::task::JoinSet::new())
    }

    pub(super) fn spawn(&mut self, number: usize, worker: Guarded) {
        self.0.spawn(async move { (number, worker.await) });
    }

    /// The next worker to end, and how; nothing where none is left.
    pub(super) async fn next(&mut self) -> Option<(usize, RunResult)> {
        match self.0.join_next().await? {
            Ok(ended) => Some(ended),
            Err(_) => Some((usize::MAX, Err(Failure::said("a worker was aborted: the runtime shuts down")))),
        }
    }
}

struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Counted(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Gives the pool's threads a moment of real time. While it lasts, a paused clock stands still.
#[cfg(feature = "testing")]
pub(crate) async fn breathe() {
    let _ = tokio::task::spawn_blocking(std::thread::yield_now).await;
}
