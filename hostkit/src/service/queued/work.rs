//! A user's function as workers use it: a slot for each worker, where one job after the other runs.
//!
//! The memory that a job's future takes belongs to the slot and is used again, so that a job costs no allocation.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::inject::{NeedSet, Needs, QueuedService, Scope};
use crate::outcome::failure::Failure;
use crate::outcome::result::{BoxError, Result};
use crate::queue::VerdictKind;
use crate::service::pool_wait::PoolWait;
use crate::sync::{BoxFuture, catch_panic};

/// A function that handles jobs, and what it needs beside them.
#[doc(hidden)]
pub struct JobWork<T> {
    pub(super) wants: NeedSet,
    pub(super) factory: Arc<dyn HandlerFactory<T>>,
}

/// How an attempt went.
pub(super) type Attempted = std::result::Result<(), AttemptFailure>;

pub(super) struct AttemptFailure {
    pub(super) failure: Failure,
    pub(super) verdict: Option<VerdictKind>,
}

/// The rest of a `fn` whose parameters are filled in: it runs on another thread.
pub(super) type Offload = Box<dyn FnOnce() -> Attempted + Send>;

pub(super) trait HandlerFactory<T>: Send + Sync {
    fn slot(self: Arc<Self>) -> Box<dyn HandlerSlot<T>>;

    /// Whether its jobs run on other threads.
    fn is_blocking(&self) -> bool;
}

/// Where one worker runs one job at a time.
pub(super) trait HandlerSlot<T>: Send {
    /// Fills in the parameters, and begins. The caller catches panics, and [`clear`](HandlerSlot::clear)s then.
    fn begin(&mut self, scope: &Scope<'_, QueuedService>, job: T, cx: &mut Context<'_>) -> Begun;

    /// A panic of the job is its failure.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Attempted>;

    /// Drops the job early.
    fn clear(&mut self) -> std::result::Result<(), Failure>;
}

pub(super) enum Begun {
    /// It ended at its first poll.
    Ended(Attempted),
    /// It is to be polled again.
    Waits,
    /// It is to be run on another thread.
    Elsewhere(Offload),
    /// A `fn` for which something is made first: it waits for a thread, so long, and is not to be cancelled.
    Firm(BoxFuture<'static, Attempted>, PoolWait),
}

impl AttemptFailure {
    pub(super) fn of(error: BoxError) -> Self {
        AttemptFailure { verdict: VerdictKind::of(error.as_ref()), failure: Failure::of(error) }
    }
}

impl From<Failure> for AttemptFailure {
    fn from(failure: Failure) -> Self {
        AttemptFailure { failure, verdict: None }
    }
}

impl<T: 'static> JobWork<T> {
    /// An `async fn`: what its parameters need, and the call that makes a job's future.
    pub fn of<N, R, C, F, O>(needs: N, returns: R, call: C) -> Self
    where
        N: FnOnce(&mut Needs<QueuedService>),
        R: Fn(O) -> Result + Copy + Send + Sync + 'static,
        C: Fn(&Scope<'_, QueuedService>, T) -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
    {
        JobWork { wants: Needs::of(needs), factory: Arc::new(Filled { call, returns }) }
    }

    /// A `fn`: what its parameters need, and the call that fills them in.
    pub fn blocking<N, R, C, F, O>(needs: N, returns: R, call: C) -> Self
    where
        N: FnOnce(&mut Needs<QueuedService>),
        R: Fn(O) -> Result + Copy + Send + Sync + 'static,
        C: Fn(&Scope<'_, QueuedService>, T) -> F + Send + Sync + 'static,
        F: FnOnce() -> O + Send + 'static,
        O: 'static,
    {
        JobWork { wants: Needs::of(needs), factory: Arc::new(Blocking(Filled { call, returns })) }
    }
}

impl<T> fmt::Debug for JobWork<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JobWork<{}>", std::any::type_name::<T>())
    }
}

struct Filled<C, R> {
    call: C,
    returns: R,
}

struct Blocking<C, R>(Filled<C, R>);

impl<T, C, R, F, O> HandlerFactory<T> for Filled<C, R>
where
    T: 'static,
    C: Fn(&Scope<'_, QueuedService>, T) -> F + Send + Sync + 'static,
    R: Fn(O) -> Result + Copy + Send + Sync + 'static,
    F: Future<Output = O> + Send + 'static,
{
    fn slot(self: Arc<Self>) -> Box<dyn HandlerSlot<T>> {
        Box::new(AsyncSlot { factory: self, future: Box::pin(None) })
    }

    fn is_blocking(&self) -> bool {
        false
    }
}

impl<T, C, R, F, O> HandlerFactory<T> for Blocking<C, R>
where
    T: 'static,
    C: Fn(&Scope<'_, QueuedService>, T) -> F + Send + Sync + 'static,
    R: Fn(O) -> Result + Copy + Send + Sync + 'static,
    F: FnOnce() -> O + Send + 'static,
    O: 'static,
{
    fn slot(self: Arc<Self>) -> Box<dyn HandlerSlot<T>> {
        Box::new(Handover(self))
    }

    fn is_blocking(&self) -> bool {
        true
    }
}

struct AsyncSlot<C, R, F> {
    factory: Arc<Filled<C, R>>,
    future: Pin<Box<Option<F>>>,
}

impl<T, C, R, F, O> HandlerSlot<T> for AsyncSlot<C, R, F>
where
    C: Fn(&Scope<'_, QueuedService>, T) -> F + Send + Sync,
    R: Fn(O) -> Result + Copy + Send + Sync,
    F: Future<Output = O> + Send,
{
    fn begin(&mut self, scope: &Scope<'_, QueuedService>, job: T, cx: &mut Context<'_>) -> Begun {
        let future = (self.factory.call)(scope, job);
        self.future.set(Some(future));
        match self.advance(cx) {
            Poll::Ready(attempted) => Begun::Ended(attempted),
            Poll::Pending => Begun::Waits,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Attempted> {
        // A panic has ended the job; what is left of it is dropped. The first panic is the one to tell.
        catch_panic(|| self.advance(cx)).unwrap_or_else(|failure| {
            let _ = self.clear();
            Poll::Ready(Err(failure.into()))
        })
    }

    fn clear(&mut self) -> std::result::Result<(), Failure> {
        catch_panic(|| self.future.set(None))
    }
}

impl<C, R, F, O> AsyncSlot<C, R, F>
where
    R: Fn(O) -> Result + Copy,
    F: Future<Output = O>,
{
    /// One poll; once the future is ready it is dropped as well.
    fn advance(&mut self, cx: &mut Context<'_>) -> Poll<Attempted> {
        let Some(future) = self.future.as_mut().as_pin_mut() else { return Poll::Pending };
        let returned = std::task::ready!(future.poll(cx));
        self.future.set(None);
        Poll::Ready((self.factory.returns)(returned).map_err(AttemptFailure::of))
    }
}

struct Handover<C, R>(Arc<Blocking<C, R>>);

impl<T, C, R, F, O> HandlerSlot<T> for Handover<C, R>
where
    C: Fn(&Scope<'_, QueuedService>, T) -> F + Send + Sync,
    R: Fn(O) -> Result + Copy + Send + Sync + 'static,
    F: FnOnce() -> O + Send + 'static,
    O: 'static,
{
    fn begin(&mut self, scope: &Scope<'_, QueuedService>, job: T, _: &mut Context<'_>) -> Begun {
        let returns = self.0.0.returns;
        match catch_panic(|| (self.0.0.call)(scope, job)) {
            Ok(function) => {
                Begun::Elsewhere(Box::new(move || returns(function()).map_err(AttemptFailure::of)))
            }
            Err(failure) => Begun::Ended(Err(failure.into())),
        }
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<Attempted> {
        Poll::Pending
    }

    fn clear(&mut self) -> std::result::Result<(), Failure> {
        Ok(())
    }
}
