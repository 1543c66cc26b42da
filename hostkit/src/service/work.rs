//! A user's function with its parameters filled in: made by an attribute or from a closure, called by a runner.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

use crate::failure::Failure;
use crate::inject::{Context, Kind, Needs, Scope, Wants};
use crate::life::BoxFuture;
use crate::outcome::{Judged, Result, RunResult};

/// A function and what it needs.
pub struct Work<K: Kind, C = ()> {
    pub(super) wants: Wants,
    pub(super) call: C,
    kind: PhantomData<fn() -> K>,
}

/// A function whose parameters are filled in from a context.
pub trait Call: Send + Sync + 'static {
    #[doc(hidden)]
    fn call(&self, context: &Context) -> Called;
}

/// What became of a call.
#[doc(hidden)]
pub enum Called {
    /// An `async fn` was called.
    Task(BoxFuture<'static, RunResult>),
    /// The parameters of a `fn` were filled in; the rest runs on another thread.
    Blocking(Job),
}

type Job = Box<dyn FnOnce() -> RunResult + Send>;

struct Filled<K, C>(C, PhantomData<fn() -> K>);

impl<K: Kind, C: Fn(&Scope<'_, K>) -> Called + Send + Sync + 'static> Call for Filled<K, C> {
    fn call(&self, context: &Context) -> Called {
        self.0(&Scope::new(context))
    }
}

impl<K: Kind> Work<K, ()> {
    /// A function: what its parameters need, and the call, made by [`future`] or by [`job`].
    pub fn of<N, C>(needs: N, call: C) -> Work<K, impl Call>
    where
        N: FnOnce(&mut Needs<K>),
        C: Fn(&Scope<'_, K>) -> Called + Send + Sync + 'static,
    {
        Work { wants: Needs::of(needs), call: Filled(call, PhantomData::<fn() -> K>), kind: PhantomData }
    }
}

impl<K: Kind, C> fmt::Debug for Work<K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Work({})", K::WORD)
    }
}

impl fmt::Debug for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Called::Task(_) => "Task",
            Called::Blocking(_) => "Blocking",
        })
    }
}

#[doc(hidden)]
pub fn future<F, T, R>(returns: R, future: F) -> Called
where
    F: Future<Output = T> + Send + 'static,
    R: Fn(T) -> Result + Copy + Send + Sync + 'static,
{
    Called::Task(Box::pin(Judged::new(future, returns)))
}

#[doc(hidden)]
pub fn job<F, T, R>(returns: R, job: F) -> Called
where
    F: FnOnce() -> T + Send + 'static,
    R: Fn(T) -> Result + Copy + Send + Sync + 'static,
{
    Called::Blocking(Box::new(move || returns(job()).map_err(Failure::of)))
}
