//! A user's function with its parameters filled in: made by an attribute or from a closure, called by a runner.

use std::future::Future;
use std::marker::PhantomData;

use super::pool_wait::PoolWait;
use crate::inject::{Context, Kind, NeedSet, Needs, Scope};
use crate::outcome::failure::Failure;
use crate::outcome::result::{ConvertedOutcome, Result, RunResult};
use crate::sync::BoxFuture;
use crate::time::tick_info::TickInfo;

/// A function and what it needs.
pub struct Work<K: Kind, C = ()> {
    pub(super) wants: NeedSet,
    pub(super) call: C,
    kind: PhantomData<fn() -> K>,
}

/// A function whose parameters are filled in from a context.
pub trait Call: Send + Sync + 'static {
    /// For the run of a timer, which due time it is for.
    #[doc(hidden)]
    fn call(&self, context: &Context, due: Option<&TickInfo>) -> StartedCall;

    /// Whether it is a `fn`, which can't be cancelled once it runs.
    #[doc(hidden)]
    fn blocks(&self) -> bool {
        false
    }
}

/// What became of a call.
#[doc(hidden)]
pub enum StartedCall {
    /// An `async fn` was called.
    Task(BoxFuture<'static, RunResult>),
    /// The parameters of a `fn` were filled in; the rest runs on another thread.
    Blocking(BlockingCall),
    /// A `fn` for which something is made first: it waits for a thread, and is not to be cancelled.
    Firm(TimedCall),
}

type TimedCall = Box<dyn FnOnce(PoolWait) -> BoxFuture<'static, RunResult> + Send>;
type BlockingCall = Box<dyn FnOnce() -> RunResult + Send>;

struct BoundFn<K, C, const BLOCKS: bool>(C, PhantomData<fn() -> K>);

impl<K, C, const BLOCKS: bool> Call for BoundFn<K, C, BLOCKS>
where
    K: Kind,
    C: Fn(&Scope<'_, K>) -> StartedCall + Send + Sync + 'static,
{
    fn call(&self, context: &Context, due: Option<&TickInfo>) -> StartedCall {
        self.0(&Scope::of_due(context, due))
    }

    fn blocks(&self) -> bool {
        BLOCKS
    }
}

impl<K: Kind> Work<K, ()> {
    /// An `async fn`: what its parameters need, and the call, made by [`future`].
    pub fn of<N, C>(needs: N, call: C) -> Work<K, impl Call>
    where
        N: FnOnce(&mut Needs<K>),
        C: Fn(&Scope<'_, K>) -> StartedCall + Send + Sync + 'static,
    {
        let call = BoundFn::<K, C, false>(call, PhantomData);
        Work { wants: Needs::of(needs), call, kind: PhantomData }
    }

    /// A `fn`: what its parameters need, and the call, made by [`job`].
    pub fn blocking<N, C>(needs: N, call: C) -> Work<K, impl Call>
    where
        N: FnOnce(&mut Needs<K>),
        C: Fn(&Scope<'_, K>) -> StartedCall + Send + Sync + 'static,
    {
        let call = BoundFn::<K, C, true>(call, PhantomData);
        Work { wants: Needs::of(needs), call, kind: PhantomData }
    }
}

#[doc(hidden)]
pub fn future<F, T, R>(returns: R, future: F) -> StartedCall
where
    F: Future<Output = T> + Send + 'static,
    R: Fn(T) -> Result + Copy + Send + Sync + 'static,
{
    StartedCall::Task(Box::pin(ConvertedOutcome::new(future, returns)))
}

#[doc(hidden)]
pub fn job<F, T, R>(returns: R, job: F) -> StartedCall
where
    F: FnOnce() -> T + Send + 'static,
    R: Fn(T) -> Result + Copy + Send + Sync + 'static,
{
    StartedCall::Blocking(Box::new(move || returns(job()).map_err(Failure::of)))
}
