//! The value of a service with state, from `new` to its drop. What a `fn new` made may block when it is dropped, so that happens on the
//! blocking pool.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::offload::{on_pool, on_pool_unawaited};
use crate::inject::Context;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::state::ServiceRecord;
use crate::sync::catch_panic;
use crate::sync::live_count::LiveCount;

pub(super) struct StateValue<T: Send + 'static> {
    value: Option<Box<T>>,
    /// A `fn new` made it.
    blocks: bool,
    /// No context: on a thread that is left behind it would keep the host's values.
    record: Arc<ServiceRecord>,
    offloaded: LiveCount,
}

impl<T: Send + 'static> StateValue<T> {
    /// The place of a value that is being made.
    pub(super) fn empty(blocks: bool, context: &Context) -> Self {
        let (record, offloaded) = (context.record.clone(), context.shared.offloaded.clone());
        StateValue { value: None, blocks, record, offloaded }
    }

    pub(super) fn with(mut self, value: T) -> Self {
        self.value = Some(Box::new(value));
        self
    }

    /// Drops it; a panic of that is the failure.
    pub(super) async fn dispose(mut self, context: &Context) -> RunResult {
        let value = self.value.take();
        let dropped = if self.blocks {
            on_pool(context, || catch_panic(|| drop(value))).await.flatten()
        } else {
            catch_panic(|| drop(value))
        };
        dropped.map_err(|failure| failure.during("while its value was dropped"))
    }
}

impl<T: Send + 'static> Deref for StateValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_deref().unwrap_or_else(|| unreachable!("it is there until it is dropped"))
    }
}

impl<T: Send + 'static> DerefMut for StateValue<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_deref_mut().unwrap_or_else(|| unreachable!("it is there until it is dropped"))
    }
}

impl<T: Send + 'static> Drop for StateValue<T> {
    /// The run was aborted, or is given up; else it is gone already.
    fn drop(&mut self) {
        let Some(value) = self.value.take() else { return };
        let (record, span, one) = (self.record.clone(), tracing::Span::current(), self.offloaded.one());
        let dropping = move || {
            let (_one, _span) = (one, span.enter());
            if let Err(failure) = catch_panic(|| drop(value)) {
                let failure: Failure = failure.during("while its value was dropped");
                tracing::error!(target: "hostkit", "{failure}");
                record.failed(failure);
                record.blame(); // a panic is a failure whenever it happens
            }
        };
        if self.blocks { on_pool_unawaited(dropping) } else { dropping() }
    }
}
