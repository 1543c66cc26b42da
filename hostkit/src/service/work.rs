//! A user's function with its parameters filled in: made by an attribute or from a closure, called by a runner.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

use crate::inject::{Context, Kind, Needs, Scope, Wants};
use crate::life::BoxFuture;
use crate::outcome::{IntoOutcome, RunResult, judged};

/// A function and what it needs.
pub struct Work<K: Kind> {
    pub(super) wants: Wants,
    pub(super) call: Call,
    kind: PhantomData<fn() -> K>,
}

pub(super) enum Call {
    /// An `async fn`.
    Task(Box<dyn Fn(&Context) -> BoxFuture<'static, RunResult> + Send + Sync>),
    /// A `fn`: its parameters are got here, the rest runs on another thread.
    Blocking(Box<dyn Fn(&Context) -> Job + Send + Sync>),
}

pub(super) type Job = Box<dyn FnOnce() -> RunResult + Send>;

impl<K: Kind> Work<K> {
    /// An `async fn`: what its parameters need, and the call.
    pub fn task<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<K>),
        C: Fn(&Scope<'_, K>) -> Made + Send + Sync + 'static,
    {
        let call = Call::Task(Box::new(move |context| call(&Scope::new(context)).0));
        Work { wants: Needs::of(needs), call, kind: PhantomData }
    }

    /// A `fn`: what its parameters need, and the call, which only fills the parameters in.
    pub fn blocking<N, C>(needs: N, call: C) -> Self
    where
        N: FnOnce(&mut Needs<K>),
        C: Fn(&Scope<'_, K>) -> MadeJob + Send + Sync + 'static,
    {
        let call = Call::Blocking(Box::new(move |context| call(&Scope::new(context)).0));
        Work { wants: Needs::of(needs), call, kind: PhantomData }
    }
}

impl<K: Kind> fmt::Debug for Work<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = match self.call {
            Call::Task(_) => "async fn",
            Call::Blocking(_) => "fn",
        };
        write!(f, "Work({} {call})", K::WORD)
    }
}

/// A called `async fn`, boxed.
#[doc(hidden)]
pub struct Made(BoxFuture<'static, RunResult>);

/// A `fn` with its parameters filled in, boxed.
#[doc(hidden)]
pub struct MadeJob(Job);

#[doc(hidden)]
pub fn future<F>(future: F) -> Made
where
    F: Future<Output: IntoOutcome> + Send + 'static,
{
    Made(Box::pin(async move { judged(future.await) }))
}

#[doc(hidden)]
pub fn job<F, T>(job: F) -> MadeJob
where
    F: FnOnce() -> T + Send + 'static,
    T: IntoOutcome,
{
    MadeJob(Box::new(move || judged(job())))
}
