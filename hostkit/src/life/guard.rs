//! Everything of the user's that runs on an executor goes through here: a panic is caught, its span is entered, its
//! thread is watched. The call that makes a future, each poll, and the drop.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tracing::Span;

use super::caught::{BoxFuture, Caught, caught};
use super::{Record, Slots};
use crate::outcome::Failure;

/// Where user code runs: under which record, in which span, for which host.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    record: Arc<Record>,
    slots: Arc<Slots>,
    span: Span,
}

impl Guard {
    pub(crate) fn new(record: Arc<Record>, slots: Arc<Slots>) -> Self {
        let span = tracing::info_span!(target: "hostkit", parent: None, "service", name = record.name());
        Guard { record, slots, span }
    }

    /// Runs it here and now.
    pub(crate) fn call<T>(&self, code: impl FnOnce() -> T) -> Result<T, Failure> {
        let _span = self.span.enter();
        let _poll = self.slots.poll(&self.record);
        caught(code)
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    pub(crate) fn future<T>(self, future: BoxFuture<'static, T>) -> Guarded<T> {
        Guarded { guard: self, future: Caught::new(future) }
    }
}

/// A user's future, guarded.
pub(crate) struct Guarded<T> {
    guard: Guard,
    future: Caught<'static, T>,
}

impl<T> Future for Guarded<T> {
    type Output = Result<T, Failure>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Guarded { guard, future } = self.get_mut();
        let _span = guard.span.enter();
        let _poll = guard.slots.poll(&guard.record);
        Pin::new(future).poll(cx)
    }
}

impl<T> Drop for Guarded<T> {
    /// By an abort, else the future is gone already.
    fn drop(&mut self) {
        let Guarded { guard, future } = self;
        let _span = guard.span.enter();
        let _poll = guard.slots.poll(&guard.record);
        if let Err(failure) = future.dispose() {
            tracing::error!(target: "hostkit", error = %failure, "panicked while being aborted");
            guard.record.failed(failure.during("while being aborted"));
        }
    }
}
