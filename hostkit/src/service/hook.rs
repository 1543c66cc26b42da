//! A hook: a function that runs once at a point of the host's life.

use std::fmt;

use super::offload::on_pool;
use super::pool_wait::PoolWait;
use super::{Call, StartedCall, Work};
use crate::inject::{Context, LifecycleHook, NeedSet};
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::sync::{BoxFuture, PanicSafeDrop};

/// A point of the host's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Moment {
    /// Before the first service starts.
    Starting,
    /// When all have started, just before the host is ready.
    Started,
    /// When a stop was requested, before any service stops.
    Stopping,
    /// When all have ended.
    Stopped,
}

impl Moment {
    /// The word in `#[on(…)]`.
    pub fn as_str(self) -> &'static str {
        match self {
            Moment::Starting => "starting",
            Moment::Started => "started",
            Moment::Stopping => "stopping",
            Moment::Stopped => "stopped",
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A hook; the builder's form of `#[on(…)]`. It has 10 s.
pub struct Hook {
    pub(crate) wants: NeedSet,
    call: PanicSafeDrop<Box<dyn Call>>,
}

impl Hook {
    /// The hook that an `async` closure (or function) with parameters is.
    pub fn new<M>(hook: impl super::IntoHook<M>) -> Self {
        hook.into_hook()
    }

    /// The hook that a blocking closure (or `fn`) with parameters is: it runs on the blocking pool.
    pub fn blocking<A>(hook: impl super::handler::BlockingHandler<LifecycleHook, A>) -> Self {
        Hook::from_work(hook.into_work())
    }

    #[doc(hidden)]
    pub fn from_work(work: Work<LifecycleHook, impl Call>) -> Self {
        Hook { wants: work.wants, call: PanicSafeDrop::new(Box::new(work.call)) }
    }

    /// Drops what it holds; a panic of that is the failure.
    pub(crate) fn dispose(self) -> Result<(), Failure> {
        self.call.dispose()
    }

    pub(crate) fn run(&self, context: &Context) -> BoxFuture<'static, RunResult> {
        match self.call.call(context, None) {
            StartedCall::Task(future) => future,
            StartedCall::Firm(begin) => begin(PoolWait::default()),
            StartedCall::Blocking(job) => {
                let context = context.clone();
                Box::pin(async move { on_pool(&context, job).await.flatten() })
            }
        }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}
