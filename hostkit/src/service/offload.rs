//! Blocking work off the executor: on a thread of its own when it lasts, on the blocking pool when it is short.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::Span;

use crate::failure::Failure;
use crate::inject::Context;
use crate::life::caught;

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
