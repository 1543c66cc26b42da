//! Everything of the user's that runs on an executor goes through here: a panic is caught, its span is entered, its
//! thread is watched. The call that makes a future, each poll, and the drop.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tracing::Span;
use tracing::span::Entered;

use super::{PollTracker, ServiceRecord, poll_tracker};
use crate::outcome::result::RunResult;
use crate::sync::{BoxFuture, CatchUnwind, catch_panic};

/// Where user code runs: under which record, in which span, for which host.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    record: Arc<ServiceRecord>,
    slots: Arc<PollTracker>,
    span: Span,
}

impl Guard {
    pub(crate) fn new(record: Arc<ServiceRecord>, slots: Arc<PollTracker>) -> Self {
        Guard { span: record.span(), record, slots }
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    fn enter(&self) -> (Entered<'_>, poll_tracker::PollMark<'_>) {
        (self.span.enter(), self.slots.poll(&self.record))
    }

    /// Something short of the user's, that catches its own panics.
    pub(crate) fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        let _entered = self.enter();
        work()
    }

    /// The call that makes a future, made here and now, and the future; a call that panics makes one that has failed.
    pub(crate) fn run(self, call: impl FnOnce() -> BoxFuture<'static, RunResult>) -> Guarded {
        let made = {
            let _entered = self.enter();
            catch_panic(call)
        };
        let future = made.unwrap_or_else(|failure| Box::pin(std::future::ready(Err(failure))));
        Guarded { guard: self, future: CatchUnwind::new(future) }
    }
}

/// A user's future, guarded.
pub(crate) struct Guarded {
    guard: Guard,
    future: CatchUnwind<'static, RunResult>,
}

impl Future for Guarded {
    type Output = RunResult;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<RunResult> {
        let Guarded { guard, future } = self.get_mut();
        let _entered = guard.enter();
        Pin::new(future).poll(cx).map(Result::flatten)
    }
}

impl Drop for Guarded {
    /// By an abort, else the future is gone already.
    fn drop(&mut self) {
        let Guarded { guard, future } = self;
        let _entered = guard.enter();
        if let Err(failure) = future.dispose() {
            tracing::error!(target: "hostkit", error = %failure, "panicked while being aborted");
            guard.record.failed(failure.during("while being aborted"));
            guard.record.blame(); // a panic is a failure whenever it happens
        }
    }
}
